import { useLoginWall } from "../access/useLoginWall.ts";
import { request } from "../api/request.ts";
import type { Share, Shares } from "../api/sharingTypes.ts";
import { Loading } from "../app/Loading.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useResource } from "../app/useResource.ts";
import { useTask } from "../app/useTask.ts";
import { useTitle } from "../app/useTitle.ts";
import { formatDay, formatInstant } from "../format/formatInstant.ts";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** Every link that this parent made, what it opens, whether somebody came, and one tap to end it. */
export function SharesPage() {
  const words = useWords({ vi, en });
  useTitle(words.title);
  const shares = useResource(loadShares);
  const leaving = useLoginWall(shares.error);
  if (leaving) return <Loading />;
  return (
    <section class="page">
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <a class="button wide" href="/chia-se/moi">
        {words.make}
      </a>
      {shares.error !== undefined && <ProblemNotice error={shares.error} onRetry={shares.reload} />}
      {!shares.value && shares.error === undefined && <Loading />}
      {shares.value?.shares.length === 0 && <p class="small">{words.none}</p>}
      {shares.value && shares.value.shares.length > 0 && (
        <ul class="entries">
          {shares.value.shares.map((share) => (
            <ShareEntry key={share.share_id} share={share} onRevoked={shares.reload} />
          ))}
        </ul>
      )}
    </section>
  );
}

function loadShares(signal: AbortSignal): Promise<Shares> {
  return request<Shares>(signal, "/api/shares");
}

const BADGES = { active: "", used: "over", expired: "over", revoked: "over", locked: "bad", ended: "over" } as const;

function ShareEntry({ share, onRevoked }: { readonly share: Share; readonly onRevoked: () => void }) {
  const words = useWords({ vi, en });
  const task = useTask();
  const active = share.state === "active";
  const revoke = () =>
    task.run(async (signal) => {
      await request(signal, `/api/shares/${encodeURIComponent(share.share_id)}`, { method: "DELETE" });
      onRevoked();
    });
  const shows = [
    share.record_ids === null ? words.allCards : words.someCards(share.record_ids.length),
    share.with_address && words.withAddress,
    share.with_personal_code && words.withPersonalCode,
    share.has_passcode && words.hasPasscode,
    share.single_use && words.onlyOnce,
  ];
  return (
    <li>
      <p class="entry-head">
        {share.receiver}
        <span class={`badge ${BADGES[share.state]}`}>{words.states[share.state]}</span>
      </p>
      <p>{share.purpose}</p>
      <p class="small">
        {share.pupil_name} · {shows.filter(Boolean).join(" · ")}
      </p>
      <p class="small">
        {words.made(formatDay(share.created_at))}{" "}
        {active ? words.endsAt(formatInstant(share.expires_at)) : words.stateHints[share.state]}
      </p>
      <p class="small">
        {share.last_opened_at ? (
          <>
            {words.opened(share.opened_count, formatInstant(share.last_opened_at))}{" "}
            <a href={`/nhat-ky?hoc-sinh=${share.pupil_id}`}>{words.whoOpened}</a>
          </>
        ) : (
          words.neverOpened
        )}
      </p>
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      {active && (
        <button type="button" class="button quiet danger" disabled={task.running} onClick={revoke}>
          {words.revoke}
        </button>
      )}
    </li>
  );
}
