import type { Judged } from "../judge.ts";

/** A morning's pile at a large school, with its marks a few megabytes of memory; then it is time to export. */
export const MAX_ENTRIES = 1_000;

export type Source = "camera" | "typed" | "photo" | "pdf" | "xml" | "file";

/** One line of the list. */
export interface QueueEntry {
  /** From 1, in the order of the checks. */
  readonly number: number;
  readonly source: Source;
  readonly fileName: string | null;
  /** What a code says, by which it is known again; null for files. */
  readonly code: string | null;
  readonly judged: Judged;
  /** When the line was written, ISO. */
  readonly at: string;
  /** Number of the first line about the same card. */
  readonly sameAs: number | null;
}

export type NewEntry = Omit<QueueEntry, "number" | "sameAs">;

/** The list with one line more; a line whose code is checked again is replaced and keeps its number. */
export function withEntry(
  entries: readonly QueueEntry[],
  added: NewEntry,
): { readonly entries: readonly QueueEntry[]; readonly entry: QueueEntry } {
  const earlier = added.code === null ? undefined : entries.find(({ code }) => code === added.code);
  const number = earlier?.number ?? entries.length + 1;
  const entry = { ...added, number, sameAs: firstOfSameCard(entries, added.judged, number) };
  return {
    entry,
    entries: earlier ? entries.map((other) => (other === earlier ? entry : other)) : [...entries, entry],
  };
}

/** Whether somebody should look: everything but a genuine card that came once. */
export function needsALook({ judged, sameAs }: QueueEntry): boolean {
  return judged.kind !== "done" || judged.verdict.verdict !== "genuine" || sameAs !== null;
}

/** Whether checking it once more could say more: the network may be back. */
export function isSettled({ judged }: QueueEntry): boolean {
  return judged.kind === "foreign" || (judged.kind === "done" && judged.verdict.verdict !== "undetermined");
}

function firstOfSameCard(entries: readonly QueueEntry[], judged: Judged, number: number): number | null {
  const recordId = recordIdOf(judged);
  if (recordId === undefined) return null;
  const same = entries.find((entry) => entry.number < number && recordIdOf(entry.judged) === recordId);
  return same?.number ?? null;
}

function recordIdOf(judged: Judged): string | undefined {
  return judged.kind === "done" ? judged.verdict.record?.record_id : undefined;
}
