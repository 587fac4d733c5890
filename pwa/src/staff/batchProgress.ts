import type { Batch } from "../api/staffTypes.ts";

/** How many cards a batch is about. */
export function cardsOf({ counts }: Batch): number {
  return counts.waiting + counts.signed + counts.left_out + counts.failed;
}

/** How many of them the server is done with, whatever became of them. */
export function finishedOf(batch: Batch): number {
  return cardsOf(batch) - batch.counts.waiting;
}

/** What somebody confirmed; an attempt that nobody confirmed signs nothing and cannot be gone on with. */
export function confirmedOf(batches: readonly Batch[]): readonly Batch[] {
  return batches.filter((batch) => batch.confirmed_at !== null);
}

/** Whether asking again may show something new: only the server's work goes on without the reader. */
export function isUnderWay(batch: Batch): boolean {
  return batch.state === "confirmed";
}
