/** More than a code has: a digit too many is shown and called wrong, not left out unseen. */
const MAX_DIGITS = 20;

/** Digits of what was typed; people type spaces and dots between them. */
export function keepDigits(typed: string): string {
  return typed.replace(/\D/g, "").slice(0, MAX_DIGITS);
}

/** Only the length is checked here: whether a code exists is for the server to know and nobody to learn. */
export function isPersonalCode(digits: string): boolean {
  return /^\d{12}$/.test(digits);
}
