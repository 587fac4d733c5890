import { undoTelex } from "./undoTelex.ts";

/** More than a code has: a letter too many is shown and called wrong, not left out unseen. */
const MAX_LETTERS = 20;
const ALPHABET = /^[0-9A-HJKMNP-TV-Z]{12}$/; // Crockford's base32: no I, L, O, U

/** Brings what was typed or scanned to XXXX-XXXX-XXXX as far as it goes; letters that look like digits become them. */
export function formatActivationCode(typed: string): string {
  const letters = undoTelex(typed)
    .replace(/[IL]/g, "1")
    .replace(/O/g, "0")
    .replace(/[^0-9A-Z]/g, "")
    .slice(0, MAX_LETTERS);
  return letters.replace(/(.{4})(?=.)/g, "$1-");
}

/** The complete code, or undefined where it cannot be one. */
export function parseActivationCode(typed: string): string | undefined {
  const formatted = formatActivationCode(typed);
  return ALPHABET.test(formatted.replaceAll("-", "")) ? formatted : undefined;
}
