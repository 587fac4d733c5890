/**
 * Shows what was typed in its form without moving the caret to the end: whoever mends one letter in the middle goes on
 * typing there. What the form leaves out never stays in the field unseen.
 *
 * @returns what the field shows now.
 */
export function typeInto(input: HTMLInputElement, format: (typed: string) => string): string {
  const caret = input.selectionStart ?? input.value.length;
  const shown = format(input.value);
  const before = format(input.value.slice(0, caret)).length;
  input.value = shown;
  input.setSelectionRange(before, before);
  return shown;
}
