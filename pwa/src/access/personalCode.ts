/** Digits of what was typed, at most twelve; people type spaces and dots between them. */
export function keepDigits(typed: string): string {
  return typed.replace(/\D/g, "").slice(0, 12);
}

/** Only the length is checked here: whether a code exists is for the server to know and nobody to learn. */
export function isPersonalCode(digits: string): boolean {
  return /^\d{12}$/.test(digits);
}
