import { describe, expect, test } from "vitest";
import { parseCapsuleText } from "./capsuleText.ts";
import { CheckError } from "./errors.ts";
import { foreignHost } from "./foreignHost.ts";
import { onlyCapsule } from "./onlyCapsule.ts";

const ORIGINS = ["https://hocba.example"];
const DIGITS = BigInt("0x01d28441ff").toString();
const OURS = `https://hocba.example/v#${DIGITS}`;
const CAPSULE = new Uint8Array([0xd2, 0x84, 0x41, 0xff]);

function reasonOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof CheckError) return error.reason;
    throw error;
  }
  return "taken";
}

describe("the text of a code", () => {
  test.each([OURS, DIGITS, `  ${OURS}\n`, `https://hocba.example:443/v#${DIGITS}`])("%j is a capsule", (text) => {
    expect(parseCapsuleText(text, ORIGINS)).toEqual(CAPSULE);
  });

  test.each([
    [`http://hocba.example/v#${DIGITS}`, "capsule_foreign_origin"],
    [`https://hocba.example.evil.example/v#${DIGITS}`, "capsule_foreign_origin"],
    [`https://evil.example/v#${DIGITS}`, "capsule_foreign_origin"],
    ["https://evil.example/", "capsule_foreign_origin"],
    ["https://hocba.example/con", "capsule_text_malformed"],
    ["WIFI:S:lop4a;;", "capsule_text_malformed"],
    ["", "capsule_text_malformed"],
  ])("%j is refused as %s", (text, reason) => {
    expect(reasonOf(() => parseCapsuleText(text, ORIGINS))).toBe(reason);
  });

  test("of a foreign host is refused by its name", () => {
    expect(foreignHost({ kind: "capsule", text: `https://evil.example/v#${DIGITS}` }, ORIGINS)).toBe("evil.example");
    expect(foreignHost({ kind: "photo", texts: ["https://evil.example/v#1"] }, ORIGINS)).toBe("evil.example");
    expect(foreignHost({ kind: "capsule", text: OURS }, ORIGINS)).toBeUndefined();
    expect(foreignHost({ kind: "capsule", text: "xin chào" }, ORIGINS)).toBeUndefined();
  });
});

describe("the codes of a photo", () => {
  test("may hold others beside the capsule", () => {
    expect(onlyCapsule(["WIFI:S:lop4a;;", OURS, "https://evil.example/"], ORIGINS)).toEqual(CAPSULE);
  });

  test("may hold the same capsule twice", () => {
    expect(onlyCapsule([OURS, DIGITS], ORIGINS)).toEqual(CAPSULE);
  });

  test.each([
    [[], "qr_missing"],
    [["WIFI:S:lop4a;;"], "qr_is_no_capsule"],
    [["https://evil.example/v#256"], "capsule_foreign_origin"],
    [[DIGITS, BigInt("0x01d28441fe").toString()], "qr_several_capsules"],
  ])("%j are refused as %s", (texts, reason) => {
    expect(reasonOf(() => onlyCapsule(texts, ORIGINS))).toBe(reason);
  });
});
