import { describe, expect, test } from "vitest";
import type { ShownRecord } from "./transcript.ts";
import { type Effect, type Finding, type LineName, NO_FACTS, reachVerdict, VERDICT_ORDER } from "./verdict.ts";

const NOW = new Date("2026-06-15T02:00:00Z");
const RECORD = { name: "Nguyễn Thị Bưởi" } as ShownRecord;

const good = (line: LineName): Finding => ({ code: `good_${line}`, line });
const ALL_GOOD: readonly Finding[] = [good("intact"), good("issuer"), good("status")];
const bad = (effect: Effect, line: LineName = "intact"): Finding => ({ code: `found_${effect}`, line, effect });

function verdictOf(findings: readonly Finding[]) {
  return reachVerdict({ ...NO_FACTS, findings, record: RECORD, issuerName: "Sở", kid: "00" }, NOW);
}

describe("the verdict", () => {
  test("is genuine when every line was looked at and nothing speaks against it", () => {
    expect(verdictOf(ALL_GOOD).verdict).toBe("genuine");
  });

  test.each(["intact", "issuer", "status"] as const)("is undetermined when nobody looked at %s", (line) => {
    expect(verdictOf(ALL_GOOD.filter((finding) => finding.line !== line)).verdict).toBe("undetermined");
  });

  test("is undetermined when nothing was looked at", () => {
    expect(verdictOf([]).verdict).toBe("undetermined");
  });

  const effects = VERDICT_ORDER.filter((outcome): outcome is Effect => outcome !== "genuine");
  const pairs = effects.flatMap((graver, place) => effects.slice(place).map((other) => [graver, other] as const));
  test.each(pairs)("%s decides over %s, in whichever order they are found", (graver, other) => {
    expect(verdictOf([...ALL_GOOD, bad(other), bad(graver)]).verdict).toBe(graver);
    expect(verdictOf([bad(graver), ...ALL_GOOD, bad(other)]).verdict).toBe(graver);
  });
});

describe("what is shown", () => {
  test.each(["unreadable", "altered", "untrusted"] as const)("is nothing under %s", (effect) => {
    const verdict = verdictOf([...ALL_GOOD, bad(effect)]);
    expect(verdict.record).toBeNull();
    expect(verdict.issuer).toMatchObject({ name: null, kid: null });
  });

  test.each(["revoked", "superseded", "undetermined"] as const)("is the signed content under %s", (effect) => {
    expect(verdictOf([...ALL_GOOD, bad(effect)]).record).toBe(RECORD);
  });
});

describe("a line", () => {
  test.each([
    ["altered", "no"],
    ["untrusted", "no"],
    ["revoked", "no"],
    ["superseded", "no"],
    ["unreadable", "unknown"],
    ["undetermined", "unknown"],
  ] as const)("with %s is answered %s", (effect, answer) => {
    expect(verdictOf([...ALL_GOOD, bad(effect, "status")]).status).toEqual({
      answer,
      codes: ["good_status", `found_${effect}`],
    });
  });

  test("without findings is not known", () => {
    expect(verdictOf([good("intact")]).status).toEqual({ answer: "unknown", codes: [] });
  });
});
