import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { useLoginWall } from "../access/useLoginWall.ts";
import { loadMe } from "../api/me.ts";
import type { Child } from "../api/types.ts";
import { Loading } from "../app/Loading.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useResource } from "../app/useResource.ts";
import { useTitle } from "../app/useTitle.ts";
import { SelectField } from "../form/SelectField.tsx";
import { useWords } from "../i18n/useWords.ts";
import { Looks } from "./Looks.tsx";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** Who looked at a child's cards, the school's staff included. */
export function HistoryPage() {
  const words = useWords({ vi, en });
  useTitle(words.title);
  const me = useResource(loadMe);
  const leaving = useLoginWall(me.error);
  if (leaving) return <Loading />;
  return (
    <section class="page">
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      {me.error !== undefined && <ProblemNotice error={me.error} onRetry={me.reload} />}
      {!me.value && me.error === undefined && <Loading />}
      {me.value && <OfPupils pupils={me.value.children} />}
    </section>
  );
}

function OfPupils({ pupils }: { readonly pupils: readonly Child[] }) {
  const words = useWords({ vi, en });
  const asked = useLocation().query["hoc-sinh"];
  const [chosen, setChosen] = useState(asked);
  const pupil = pupils.find((one) => one.pupil_id === chosen) ?? pupils[0];
  if (!pupil) return <p>{words.noPupil}</p>;
  return (
    <>
      {pupils.length > 1 && (
        <SelectField
          label={words.pupil}
          options={pupils.map((one) => ({ value: one.pupil_id, label: one.name }))}
          value={pupil.pupil_id}
          onChange={setChosen}
        />
      )}
      <Looks key={pupil.pupil_id} pupil={pupil} />
    </>
  );
}
