import { useState } from "preact/hooks";
import { loadSentences } from "../sentences.ts";
import type { TrustAnchor } from "../trustAnchor.ts";
import { useVerifyWords } from "../words/useVerifyWords.ts";
import { downloadText } from "./downloadText.ts";
import { queueToCsv, queueToJson } from "./exportQueue.ts";
import { keptQueue } from "./keptQueue.ts";
import type { QueueEntry } from "./queueEntry.ts";

interface QueueActionsProps {
  readonly entries: readonly QueueEntry[];
  readonly anchor: TrustAnchor | undefined;
}

/** Takes the list out, and forgets it. */
export function QueueActions({ entries, anchor }: QueueActionsProps) {
  const words = useVerifyWords().queue;
  const [asking, setAsking] = useState(false);

  const exportCsv = async () => {
    const sentences = await loadSentences("vi").catch(() => ({}));
    downloadText(fileName("csv"), "text/csv;charset=utf-8", queueToCsv(entries, sentences));
  };
  const exportJson = () => {
    const place = { site: location.origin, trustAnchor: anchor?.thumbprint };
    const exported = queueToJson(entries, place, new Date());
    downloadText(fileName("json"), "application/json", `${JSON.stringify(exported, null, 2)}\n`);
  };

  return (
    <div class="row">
      <button type="button" class="button" onClick={exportCsv}>
        {words.csv}
      </button>
      <button type="button" class="button quiet" onClick={exportJson}>
        {words.json}
      </button>
      {asking ? (
        <div class="clear-ask" role="alertdialog" aria-label={words.clearAsk(entries.length)}>
          <p>{words.clearAsk(entries.length)}</p>
          <button type="button" class="button" onClick={() => keptQueue.clear()}>
            {words.clearYes}
          </button>
          <button type="button" class="button quiet" onClick={() => setAsking(false)}>
            {words.clearNo}
          </button>
        </div>
      ) : (
        <button type="button" class="button quiet" onClick={() => setAsking(true)}>
          {words.clear}
        </button>
      )}
    </div>
  );
}

/** The day and nothing else: names of files end up in mails and backups. */
function fileName(extension: string): string {
  return `kiem-tra-hoc-ba-${new Date().toISOString().slice(0, 10)}.${extension}`;
}
