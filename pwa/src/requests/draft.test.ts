import { expect, it } from "vitest";
import { leaveDraft, takeDraft } from "./draft.ts";

const DRAFT = { kind: "correction", pupilId: "an", recordId: "card", field: "Toán", text: "Con được 9." } as const;

it("is found again once, by whoever may see the pupil", () => {
  leaveDraft(DRAFT);
  expect(takeDraft(["binh", "an"], undefined)).toEqual(DRAFT);
  expect(takeDraft(["binh", "an"], undefined)).toBeUndefined();
  leaveDraft(DRAFT);
  expect(takeDraft(["an"], "card")).toEqual(DRAFT);
});

it("is not shown to somebody else at the same phone, nor beside another card", () => {
  leaveDraft(DRAFT);
  expect(takeDraft(["binh"], undefined)).toBeUndefined();
  leaveDraft(DRAFT);
  expect(takeDraft(["an"], "another card")).toBeUndefined();
});

it("of which nothing was written is none", () => {
  leaveDraft({ ...DRAFT, text: "  " });
  expect(takeDraft(["an"], undefined)).toBeUndefined();
});
