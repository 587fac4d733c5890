/**
 * The one queue of this page, in memory only: pupils' marks do not stay behind on a counter's computer. It outlives a
 * look at another page of the app; before it is lost with the tab, the browser asks.
 */
import { judgeBySending, judgePhoto, judgeText, kindOfFile } from "../judge.ts";
import type { Equipment } from "../useKeeper.ts";
import { CheckQueue, type Cue, type QueueView } from "./CheckQueue.ts";

interface Listener {
  readonly onChange: (view: QueueView) => void;
  readonly onCue: (cue: Cue) => void;
}

let listener: Listener | undefined;
let equipment: Promise<Equipment | undefined> = Promise.resolve(undefined);

export const keptQueue = new CheckQueue({
  judges: {
    text: async (signal, scanned) => judgeText(signal, scanned, await equipment),
    photo: async (signal, photo) => judgePhoto(signal, photo, await equipment),
    bySending: judgeBySending,
    kindOf: kindOfFile,
  },
  clock: () => new Date(),
  sleep,
  onChange: (view) => {
    guardAgainstLoss(view.entries.length > 0 || view.waiting.length > 0);
    listener?.onChange(view);
  },
  onCue: (cue) => listener?.onCue(cue),
});

/** Who shows the queue, and with which lists it checks from now on. */
export function attachToQueue(shown: Listener, lists: Promise<Equipment | undefined>): () => void {
  listener = shown;
  equipment = lists;
  return () => {
    listener = undefined;
  };
}

function guardAgainstLoss(guarded: boolean): void {
  if (guarded) addEventListener("beforeunload", askBeforeLeaving);
  else removeEventListener("beforeunload", askBeforeLeaving);
}

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function sleep(signal: AbortSignal, milliseconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
