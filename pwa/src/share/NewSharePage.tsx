import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { useLoginWall } from "../access/useLoginWall.ts";
import { loadMe } from "../api/me.ts";
import type { ShareMade } from "../api/sharingTypes.ts";
import { Loading } from "../app/Loading.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useResource } from "../app/useResource.ts";
import { useTitle } from "../app/useTitle.ts";
import { useWords } from "../i18n/useWords.ts";
import { ShareForm } from "./ShareForm.tsx";
import { ShareResult } from "./ShareResult.tsx";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** Makes a link; once it is made, the page shows it this one time. */
export function NewSharePage() {
  const words = useWords({ vi, en });
  useTitle(words.make);
  const { query } = useLocation();
  const me = useResource(loadMe);
  const leaving = useLoginWall(me.error);
  const [made, setMade] = useState<ShareMade>();
  if (leaving) return <Loading />;
  return (
    <section class="page narrow">
      <p class="back">
        <a href="/chia-se">{words.title}</a>
      </p>
      {made ? (
        <ShareResult made={made} />
      ) : (
        <>
          <h1>{words.make}</h1>
          {me.error !== undefined && <ProblemNotice error={me.error} onRetry={me.reload} />}
          {!me.value && me.error === undefined && <Loading />}
          {me.value?.children.length === 0 && <p>{words.nothingToShare}</p>}
          {me.value && me.value.children.length > 0 && (
            <ShareForm
              pupils={me.value.children}
              recordId={query["hoc-ba"]}
              pupilId={query["hoc-sinh"]}
              onMade={(answer) => {
                setMade(answer);
                window.scrollTo(0, 0);
              }}
            />
          )}
        </>
      )}
    </section>
  );
}
