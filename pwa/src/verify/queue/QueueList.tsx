import { useState } from "preact/hooks";
import { formatDate } from "../../format/formatDate.ts";
import { VerdictIcon } from "../VerdictIcon.tsx";
import { VERDICT_ORDER } from "../verdict.ts";
import { useVerifyWords } from "../words/useVerifyWords.ts";
import { needsALook, type QueueEntry } from "./queueEntry.ts";

interface QueueListProps {
  readonly entries: readonly QueueEntry[];
  readonly sentence: (code: string) => string;
  readonly onOpen: (number: number) => void;
}

export function rowId(number: number): string {
  return `queue-row-${number}`;
}

/** Every check, the newest first, with how many there are of each verdict. */
export function QueueList({ entries, sentence, onOpen }: QueueListProps) {
  const words = useVerifyWords();
  const [onlyToLookAt, setOnlyToLookAt] = useState(false);
  const listed = onlyToLookAt ? entries.filter(needsALook) : entries;
  return (
    <section aria-labelledby="queue-results">
      <h2 id="queue-results">{words.queue.results}</h2>
      {entries.length === 0 ? (
        <p class="small">{words.queue.nothingYet}</p>
      ) : (
        <>
          <p>{countOf(entries, sentence, words.queue)}</p>
          <label class="check-box">
            <input
              type="checkbox"
              checked={onlyToLookAt}
              onChange={(event) => setOnlyToLookAt(event.currentTarget.checked)}
            />
            {words.queue.onlyToLookAt}
          </label>
          <ol class="queue-list">
            {[...listed].reverse().map((entry) => (
              <Row key={entry.number} entry={entry} sentence={sentence} onOpen={onOpen} />
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

function countOf(
  entries: readonly QueueEntry[],
  sentence: (code: string) => string,
  words: { readonly counted: (n: number) => string; readonly notChecked: string },
): string {
  const kinds = [...[...VERDICT_ORDER].reverse(), "not_checked"] as const;
  const counted = kinds.map((kind) => {
    const count = entries.filter(({ judged }) =>
      judged.kind === "done" ? judged.verdict.verdict === kind : kind === "not_checked",
    ).length;
    return count > 0 && `${kind === "not_checked" ? words.notChecked : sentence(`verdict_${kind}`)} ${count}`;
  });
  return [words.counted(entries.length), ...counted.filter(Boolean)].join(" · ");
}

interface RowProps {
  readonly entry: QueueEntry;
  readonly sentence: (code: string) => string;
  readonly onOpen: (number: number) => void;
}

function Row({ entry, sentence, onOpen }: RowProps) {
  const words = useVerifyWords();
  const { judged, number, fileName, sameAs } = entry;
  const verdict = judged.kind === "done" ? judged.verdict : undefined;
  const record = verdict?.record;
  const content = (
    <>
      <span class="queue-number">{number}</span>
      <VerdictIcon outcome={verdict?.verdict ?? "unreadable"} />
      <span class="queue-text">
        <strong class="queue-word">{verdict ? sentence(`verdict_${verdict.verdict}`) : words.queue.notChecked}</strong>
        {record && (
          <span>
            {record.name}, {formatDate(record.date_of_birth)}
          </span>
        )}
        {record && (
          <span class="small">
            {record.school_name ?? record.school_code}, {record.class_group}, {record.school_year}
          </span>
        )}
        {judged.kind === "foreign" && <span class="small">{words.foreignHost(judged.host)}</span>}
        {judged.kind === "refused" && <span class="small">{words.refusals[judged.refusal]}</span>}
        <span class="small">
          {[words.queue.sources[entry.source], fileName, sameAs !== null && words.queue.sameCard(sameAs)]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </span>
    </>
  );
  return (
    <li class={verdict?.verdict ?? "not-checked"}>
      {verdict ? (
        <button type="button" id={rowId(number)} class="queue-row" onClick={() => onOpen(number)}>
          {content}
          <span class="chevron" aria-hidden="true" />
        </button>
      ) : (
        <div class="queue-row">{content}</div>
      )}
    </li>
  );
}
