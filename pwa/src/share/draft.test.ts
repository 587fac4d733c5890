import { expect, test } from "vitest";
import type { CardSummary, Child } from "../api/types.ts";
import { mistakesOf, newDraft, ofPupil, shareRequest } from "./draft.ts";

function card(record: string, year: string, state: CardSummary["state"] = "issued"): CardSummary {
  return {
    record_id: record,
    school_year: year,
    grade: 4,
    class_group: "4A",
    school_name: "Hoa Sen",
    level: "primary",
    state,
    issued_at: "2026-06-01T00:00:00Z",
  };
}

function pupil(id: string, cards: CardSummary[], own = false): Child {
  const place = { class_group: "4A", school_name: "Hoa Sen" };
  return { pupil_id: id, own, name: id, ...place, pending: null, comes_of_age: null, cards };
}

const NGOC = pupil("ngoc", [
  card("old", "2024-2025"),
  card("void", "2025-2026", "superseded"),
  card("new", "2025-2026"),
]);
const SON = pupil("son", [card("of-son", "2025-2026")], true);

test("a draft begins with the card the reader came from", () => {
  expect(newDraft([SON, NGOC], { recordId: "old" })).toMatchObject({ pupilId: "ngoc", recordIds: ["old"] });
});

test("from a child, or from nowhere, it begins with the newest card in force and nothing private", () => {
  expect(newDraft([SON, NGOC], { pupilId: "ngoc" }).recordIds).toEqual(["new"]);
  expect(newDraft([NGOC], {})).toMatchObject({
    recordIds: ["new"],
    withAddress: false,
    withPersonalCode: false,
    childConsents: false,
  });
});

test("another child's cards are chosen anew, and their consent is asked anew", () => {
  const draft = { ...newDraft([NGOC, SON], {}), childConsents: true };
  expect(ofPupil(draft, SON)).toMatchObject({ pupilId: "son", recordIds: ["of-son"], childConsents: false });
});

test.each([
  [{ recordIds: [] }, ["recordIds"]],
  [{ recordIds: [], which: "all" as const }, []],
  [{ receiver: "  " }, ["receiver"]],
  [{ purpose: "" }, ["purpose"]],
  [{ passcode: "123" }, ["passcode"]],
  [{ passcode: "1234" }, []],
])("what is missing is named: %o", (part, expected) => {
  const whole = { ...newDraft([NGOC], {}), receiver: "THCS Sao Mai", purpose: "xét tuyển" };
  expect(mistakesOf({ ...whole, ...part })).toEqual(expected);
});

test("the request says null for every card, and for no passcode", () => {
  const draft = { ...newDraft([NGOC], {}), which: "all" as const, receiver: " A ", purpose: " b " };
  expect(shareRequest(draft, NGOC)).toMatchObject({
    record_ids: null,
    receiver: "A",
    purpose: "b",
    passcode: null,
    child_consents: false,
    days: 7,
  });
  expect(shareRequest({ ...draft, which: "chosen" }, NGOC)).toMatchObject({ record_ids: ["new"] });
});

test("a pupil of age consents by sharing", () => {
  expect(shareRequest(newDraft([SON], {}), SON)).toMatchObject({ child_consents: true });
});
