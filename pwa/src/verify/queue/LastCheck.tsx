import { formatDate } from "../../format/formatDate.ts";
import { VerdictIcon } from "../VerdictIcon.tsx";
import { useVerifyWords } from "../words/useVerifyWords.ts";
import type { QueueView } from "./CheckQueue.ts";
import type { QueueEntry } from "./queueEntry.ts";

interface LastCheckProps {
  readonly view: QueueView;
  readonly sentence: (code: string) => string;
}

/** The verdict just reached, large enough to be seen from where the papers lie, and read out. */
export function LastCheck({ view: { last, hint }, sentence }: LastCheckProps) {
  const words = useVerifyWords();
  return (
    <div class="last-check" role="status" aria-atomic="true">
      {hint && <p class="last-hint">{hint === "severalCodes" ? words.queue.severalCodes : words.refusals[hint]}</p>}
      {!hint && last && <Last entry={last.entry} again={last.again} sentence={sentence} />}
    </div>
  );
}

interface LastProps {
  readonly entry: QueueEntry;
  readonly again: boolean;
  readonly sentence: (code: string) => string;
}

function Last({ entry, again, sentence }: LastProps) {
  const words = useVerifyWords();
  const { judged } = entry;
  const verdict = judged.kind === "done" ? judged.verdict : undefined;
  return (
    <div class={`verdict ${verdict?.verdict ?? "not-checked"}`}>
      <VerdictIcon outcome={verdict?.verdict ?? "unreadable"} />
      <div>
        <p class="last-word">{verdict ? sentence(`verdict_${verdict.verdict}`) : words.queue.notChecked}</p>
        {verdict?.record && (
          <p class="verdict-pupil">
            {verdict.record.name}, {formatDate(verdict.record.date_of_birth)}
          </p>
        )}
        {judged.kind === "foreign" && <p>{words.foreignHost(judged.host)}</p>}
        {judged.kind === "refused" && <p>{words.refusals[judged.refusal]}</p>}
        <p>
          {again ? words.queue.again(entry.number) : words.queue.number(entry.number)}
          {entry.sameAs !== null && `, ${words.queue.sameCard(entry.sameAs)}`}
        </p>
      </div>
    </div>
  );
}
