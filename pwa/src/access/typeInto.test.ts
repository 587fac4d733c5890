import { expect, test } from "vitest";
import { formatActivationCode } from "./activationCode.ts";
import { typeInto } from "./typeInto.ts";

/** `|` stands where the caret is. */
function afterTyping(typed: string): string {
  const field = {
    value: typed.replace("|", ""),
    selectionStart: typed.indexOf("|"),
    setSelectionRange: (start: number) => Object.assign(field, { selectionStart: start }),
  };
  typeInto(field as unknown as HTMLInputElement, formatActivationCode);
  return `${field.value.slice(0, field.selectionStart)}|${field.value.slice(field.selectionStart)}`;
}

test.each([
  ["k|", "K|"],
  ["K7QM4|", "K7QM-4|"],
  ["X|7QM-4TXP-9RNB", "X|7QM-4TXP-9RNB"],
  ["|7QM-4TXP-9RNB", "|7QM4-TXP9-RNB"],
  ["K7QM-4XT|XP-9RNB", "K7QM-4XT|X-P9RN-B"],
  ["K7QM-4TXP-9RNBB|", "K7QM-4TXP-9RNB-B|"],
])("%j becomes %j", (typed, shown) => {
  expect(afterTyping(typed)).toBe(shown);
});
