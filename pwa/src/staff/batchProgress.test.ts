import { expect, test } from "vitest";
import type { Batch, BatchState } from "../api/staffTypes.ts";
import { cardsOf, confirmedOf, finishedOf, isUnderWay } from "./batchProgress.ts";

function batch(state: BatchState): Batch {
  return {
    batch_id: "b",
    purpose: "homeroom_teacher",
    school_code: "S",
    school_year: "2025-2026",
    class_group: "4A",
    on_behalf: false,
    state,
    begun_at: "2026-05-29T08:00:00Z",
    expires_at: "2026-05-29T08:10:00Z",
    confirmed_at: null,
    finish_by: null,
    ended_at: null,
    ended_reason: null,
    counts: { waiting: 10, signed: 25, left_out: 3, failed: 2 },
    problems: [],
  };
}

test("every card counts once, and one that was not signed is finished too", () => {
  expect(cardsOf(batch("confirmed"))).toBe(40);
  expect(finishedOf(batch("confirmed"))).toBe(30);
});

test("an attempt that was given up before the passkey is not among what was signed lately", () => {
  const confirmed = { ...batch("done"), confirmed_at: "2026-05-29T08:01:00Z" };
  expect(confirmedOf([batch("begun"), confirmed, batch("ended")])).toEqual([confirmed]);
});

test.each([
  ["begun", false],
  ["confirmed", true],
  ["done", false],
  ["ended", false],
] as const)("a batch that is %s: ask again is %s", (state, again) => {
  expect(isUnderWay(batch(state))).toBe(again);
});
