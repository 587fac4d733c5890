import { describe, expect, test } from "vitest";
import { formatActivationCode, parseActivationCode } from "./activationCode.ts";
import { isPersonalCode, keepDigits } from "./personalCode.ts";

describe("an activation code", () => {
  test.each([
    ["k7qm", "K7QM"],
    ["k7qm4", "K7QM-4"],
    ["K7QM4TXP9RNB", "K7QM-4TXP-9RNB"],
    ["k7qm 4txp 9rnb", "K7QM-4TXP-9RNB"],
    ["oil0-4txp-9rnbXX", "0110-4TXP-9RNB-XX"],
    ["áb", "ABS"],
    ["6K6Q-ZGƯ", "6K6Q-ZGW"],
    ["ÂB", "ABA"],
    ["Đ", "DD"],
    ["È4", "E4F"],
    ["", ""],
  ])("%j is shown as %j", (typed, shown) => {
    expect(formatActivationCode(typed)).toBe(shown);
  });

  test("is complete with twelve letters of the alphabet", () => {
    expect(parseActivationCode("k7qm-4txp-9rnb")).toBe("K7QM-4TXP-9RNB");
  });

  test.each(["K7QM-4TXP-9RN", "K7QM-4TXP-9RNBB", "UUUU-4TXP-9RNB", ""])("%j is none", (typed) => {
    expect(parseActivationCode(typed)).toBeUndefined();
  });
});

describe("a personal code", () => {
  test("is typed with spaces and dots by some", () => {
    expect(keepDigits("001 090.123 456")).toBe("001090123456");
  });

  test.each([
    ["001090123456", true],
    ["00109012345", false],
    [keepDigits("0010 9012 3456 6"), false],
    ["", false],
  ])("%j complete: %j", (digits, complete) => {
    expect(isPersonalCode(digits)).toBe(complete);
  });
});
