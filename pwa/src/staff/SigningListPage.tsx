import { useCallback, useEffect, useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { STAFF } from "../access/door.ts";
import { useLoginWall } from "../access/useLoginWall.ts";
import { Loading } from "../app/Loading.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useResource } from "../app/useResource.ts";
import { useTitle } from "../app/useTitle.ts";
import { ConfirmStep } from "./ConfirmStep.tsx";
import { rememberOrder } from "./listPlace.ts";
import { type LoadedList, loadSigningList } from "./loadSigningList.ts";
import { NotReadyCards } from "./NotReadyCards.tsx";
import { ReadyCards } from "./ReadyCards.tsx";
import { SignBar } from "./SignBar.tsx";
import type { BatchBegun } from "./signBatch.ts";
import { useChosen } from "./useChosen.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

/** Everything that waits for one of the reader's signatures: read, choose, confirm once. */
export function SigningListPage() {
  const words = useStaffWords();
  useTitle(words.home.lists);
  const roleId = useRoute().params.role_id ?? "";
  const list = useResource(useCallback((signal: AbortSignal) => loadSigningList(signal, roleId), [roleId]));
  const leaving = useLoginWall(list.error, STAFF);
  if (leaving) return <Loading />;
  return (
    <section class="page card-page">
      <p class="back">
        <a href="/truong">{words.list.back}</a>
      </p>
      {list.error !== undefined && (
        <>
          <h1>{words.home.lists}</h1>
          <ProblemNotice error={list.error} onRetry={list.reload} />
        </>
      )}
      {!list.value && list.error === undefined && <Loading />}
      {list.value && <ListContent key={roleId} list={list.value} reload={list.reload} />}
    </section>
  );
}

function ListContent({ list, reload }: { readonly list: LoadedList; readonly reload: () => void }) {
  const words = useStaffWords();
  const { signing_list: head, cards } = list;
  const { chosen, put } = useChosen(head.role_id, cards);
  const [begun, setBegun] = useState<BatchBegun>();
  useEffect(() => rememberOrder(head.role_id, cards), [head.role_id, cards]);
  const ready = cards.filter((card) => card.selectable);
  const notReady = cards.filter((card) => !card.selectable);

  if (begun) {
    return <ConfirmStep list={list} chosen={chosen} begun={begun} leave={() => setBegun(undefined)} reload={reload} />;
  }
  return (
    <>
      <h1>{words.purposes[head.purpose]}</h1>
      <p class="card-place">
        {head.class_group ? words.classGroup(head.class_group) : words.wholeSchool} · {head.school_name}
      </p>
      <p class="small">
        {words.schoolYear(head.school_year)}
        {head.on_behalf && ` · ${words.onBehalf}`}
      </p>
      {cards.length === 0 && <p>{words.list.empty}</p>}
      {ready.length > 0 && (
        <>
          <p>{head.purpose === "school" ? `${words.list.leadSchool} ${words.list.lead}` : words.list.lead}</p>
          <ReadyCards roleId={head.role_id} cards={ready} chosen={chosen} put={put} />
        </>
      )}
      {notReady.length > 0 && <NotReadyCards roleId={head.role_id} cards={notReady} />}
      {ready.length > 0 && (
        <SignBar list={head} all={ready.length} chosen={chosen} onBegun={setBegun} reload={reload} />
      )}
    </>
  );
}
