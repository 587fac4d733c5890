import { MalformedInputError } from "./errors.ts";

const LETTERS: ReadonlyMap<number, string> = new Map([
  [101, "Đ"],
  [102, "CĐ"],
  [103, "M"],
]);
const MAX_TENTHS = 100;

/** Byte of a capsule where there is no mark. */
export const NO_MARK_BYTE = 255;

/**
 * Mark of a secondary subject's byte: tenths 0-100, 101 Đ, 102 CĐ, 103 M (exempt), 255 none.
 *
 * @throws MalformedInputError `mark_malformed` for a byte without meaning
 */
export function markFromByte(byte: number): string | null {
  if (byte === NO_MARK_BYTE) return null;
  const letter = LETTERS.get(byte);
  if (letter) return letter;
  if (byte > MAX_TENTHS) throw new MalformedInputError("mark_malformed", { field: "mark" });
  return `${Math.floor(byte / 10)}.${byte % 10}`;
}
