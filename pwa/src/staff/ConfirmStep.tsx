import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { PasskeyError } from "../access/ceremonies.ts";
import { STAFF } from "../access/door.ts";
import { explainPasskeyError } from "../access/explainPasskeyError.ts";
import { useLoginWall } from "../access/useLoginWall.ts";
import { useAccessWords } from "../access/words/useAccessWords.ts";
import type { ListedCard } from "../api/staffTypes.ts";
import { Notice } from "../app/Notice.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { ResultList } from "../card/ResultList.tsx";
import { formatDay, formatInstant } from "../format/formatInstant.ts";
import type { Chosen } from "./chosenCards.ts";
import { groupByClass } from "./groupByClass.ts";
import type { LoadedList } from "./loadSigningList.ts";
import { type BatchBegun, cancelBatch, confirmBatch } from "./signBatch.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

interface ConfirmStepProps {
  readonly list: LoadedList;
  readonly chosen: Chosen;
  readonly begun: BatchBegun;
  readonly leave: () => void;
  readonly reload: () => void;
}

/**
 * What is about to be signed, by whom and as what; then the passkey, once.
 *
 * A step of its own, so that nobody signs by the tap that ended the choosing, and because Safari wants the user's
 * gesture right before the ceremony.
 */
export function ConfirmStep({ list, chosen, begun, leave, reload }: ConfirmStepProps) {
  const words = useStaffWords();
  const { route } = useLocation();
  const confirming = useTask();
  const cancelling = useTask();
  const leaving = useLoginWall(confirming.error, STAFF);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);

  const confirm = () =>
    confirming.run(async (signal) => {
      const batch = await confirmBatch(signal, begun);
      route(`/truong/luot-ky/${batch.batch_id}`, true);
    });
  // A batch that nobody confirms ends by itself within minutes: going back never waits for the network.
  const back = () => {
    cancelling.run((signal) => cancelBatch(signal, begun.batch_id).catch(() => undefined));
    leave();
    reload();
  };
  const refused = confirming.error !== undefined && !(confirming.error instanceof PasskeyError);
  const submit = list.signing_list.purpose === "school" ? words.confirm.submitSchool : words.confirm.submit;

  return (
    <div class="confirm">
      <h1 ref={heading} tabIndex={-1}>
        {words.confirm.title(begun.cards)}
      </h1>
      <Facts list={list} cards={list.cards.filter((card) => chosen.has(card.record_id))} />
      <Reminders cards={list.cards.filter((card) => chosen.has(card.record_id))} />
      <p>{words.confirm.explain}</p>
      <ul class="points">
        {words.confirm.points(begun.cards).map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      {confirming.error !== undefined && !leaving && <ConfirmProblem error={confirming.error} />}
      {!refused && (
        <>
          <button type="button" class="button wide" disabled={confirming.running} onClick={confirm}>
            {confirming.running ? words.confirm.waiting : submit}
          </button>
          <p class="small">{words.confirm.until(formatInstant(begun.expires_at))}</p>
        </>
      )}
      <button type="button" class="button quiet wide" disabled={confirming.running} onClick={back}>
        {refused ? words.confirm.startAgain : words.confirm.back}
      </button>
    </div>
  );
}

/** Who signs, as what, with which certificate, and where. */
function Facts({ list, cards }: { readonly list: LoadedList; readonly cards: readonly ListedCard[] }) {
  const words = useStaffWords();
  const { signing_list: head, me } = list;
  const classes = groupByClass(cards).map((group) => `${group.name} (${group.cards.length})`);
  const role = head.purpose === "school" ? words.roles.clerk : words.roles[head.purpose];
  return (
    <ResultList
      rows={[
        [words.confirm.role, [role, head.on_behalf && words.onBehalf].filter(Boolean).join(", ")],
        [words.confirm.school, head.school_name],
        [words.confirm.classGroup, classes.join(", ")],
        [words.confirm.schoolYear, head.school_year],
        [words.confirm.cards, String(cards.length)],
        [
          words.confirm.certificate,
          head.purpose === "school" || !me.certificate
            ? null
            : words.home.certificateUntil(me.certificate.subject ?? me.name, formatDay(me.certificate.valid_until)),
        ],
      ]}
    />
  );
}

/** What a careful signer would look at first; it keeps nobody from signing. */
function Reminders({ cards }: { readonly cards: readonly ListedCard[] }) {
  const words = useStaffWords();
  const notOpened = cards.filter((card) => card.seen_at === null).length;
  const changed = cards.filter((card) => card.changes > 0).length;
  const warned = cards.filter((card) => card.warnings > 0).length;
  if (notOpened + changed + warned === 0) return null;
  return (
    <Notice kind={changed + warned > 0 ? "warning" : "info"}>
      {notOpened > 0 && <p>{words.confirm.notOpened(notOpened)}</p>}
      {changed > 0 && <p>{words.confirm.changed(changed)}</p>}
      {warned > 0 && <p>{words.confirm.warnings(warned)}</p>}
    </Notice>
  );
}

function ConfirmProblem({ error }: { readonly error: unknown }) {
  const { failed } = useAccessWords().passkey;
  const words = useStaffWords();
  if (!(error instanceof PasskeyError)) return <ProblemNotice error={error} />;
  const reason = explainPasskeyError(error.cause);
  return (
    <Notice kind="error">
      <p>{reason === "cancelled" ? words.confirm.cancelled : failed[reason]}</p>
    </Notice>
  );
}
