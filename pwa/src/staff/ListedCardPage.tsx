import { useCallback, useEffect } from "preact/hooks";
import { useRoute } from "preact-iso";
import { STAFF } from "../access/door.ts";
import { useLoginWall } from "../access/useLoginWall.ts";
import { request } from "../api/request.ts";
import type { ListedCardContent } from "../api/staffTypes.ts";
import { Loading } from "../app/Loading.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useResource } from "../app/useResource.ts";
import { useTitle } from "../app/useTitle.ts";
import { ListedCardView } from "./ListedCardView.tsx";
import { rememberOpened } from "./listPlace.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

/** One card that waits, whole, as it would be signed. */
export function ListedCardPage() {
  const words = useStaffWords();
  useTitle(words.home.lists);
  const { role_id: roleId = "", record_id: recordId = "" } = useRoute().params;
  const address = `/api/staff/signing-lists/${encodeURIComponent(roleId)}/cards/${encodeURIComponent(recordId)}`;
  const card = useResource(
    useCallback((signal: AbortSignal) => request<ListedCardContent>(signal, address), [address]),
  );
  const leaving = useLoginWall(card.error, STAFF);
  useEffect(() => rememberOpened(roleId, recordId), [roleId, recordId]);

  const digest = card.value?.record ? card.value.card.xml_sha256 : null;
  useEffect(() => {
    if (digest === null) return;
    const left = new AbortController();
    // A card that changed meanwhile stays unseen, and the list says so: nothing to tell the reader here.
    request<void>(left.signal, `${address}/seen`, { method: "POST", json: { xml_sha256: digest } }).catch(
      () => undefined,
    );
  }, [address, digest]);

  if (leaving) return <Loading />;
  return (
    <article class="page card-page">
      <p class="back">
        <a href={`/truong/ky/${roleId}`}>{words.card.back}</a>
      </p>
      {card.error !== undefined && (
        <>
          <h1>{words.card.notOpened}</h1>
          <ProblemNotice error={card.error} onRetry={card.reload} />
        </>
      )}
      {!card.value && card.error === undefined && <Loading />}
      {card.value && <ListedCardView key={recordId} roleId={roleId} content={card.value} />}
    </article>
  );
}
