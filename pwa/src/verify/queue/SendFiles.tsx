import { Notice } from "../../app/Notice.tsx";
import { useVerifyWords } from "../words/useVerifyWords.ts";
import type { QueueView } from "./CheckQueue.ts";
import { keptQueue } from "./keptQueue.ts";

/** A pile of files must not push the question off the screen. */
const NAMES_SHOWN = 8;

/** Asks before anything is sent; shows how far it is, and lets it be stopped. */
export function SendFiles({ view: { waiting, sending } }: { readonly view: QueueView }) {
  const words = useVerifyWords().queue;
  if (sending) {
    return (
      <Notice kind="info">
        <p role="status">
          {words.progress(sending.done, sending.all)}
          {sending.waitSeconds > 0 && `. ${words.waits(sending.waitSeconds)}`}
        </p>
        <progress value={sending.done} max={sending.all} aria-label={words.progress(sending.done, sending.all)} />
        <div class="row">
          <button type="button" class="button quiet" onClick={() => keptQueue.stopSending()}>
            {words.stopSending}
          </button>
        </div>
      </Notice>
    );
  }
  if (waiting.length === 0) return null;
  return (
    <Notice kind="warning" title={words.askTitle(waiting.length)}>
      <p>{words.askText}</p>
      <ul class="waiting-files">
        {waiting.slice(0, NAMES_SHOWN).map((file, place) => (
          <li key={place}>{file.name}</li>
        ))}
        {waiting.length > NAMES_SHOWN && <li>{words.more(waiting.length - NAMES_SHOWN)}</li>}
      </ul>
      <div class="row">
        <button type="button" class="button" onClick={() => void keptQueue.send()}>
          {words.send(waiting.length)}
        </button>
        <button type="button" class="button quiet" onClick={() => keptQueue.leaveOutWaiting()}>
          {words.drop}
        </button>
      </div>
    </Notice>
  );
}
