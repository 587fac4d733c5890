import { expect, test } from "vitest";
import type { CardSummary } from "../api/types.ts";
import { schoolYears, stays } from "./stays.ts";

function card(schoolYear: string, changes: Partial<CardSummary> = {}): CardSummary {
  return {
    record_id: `${schoolYear} ${changes.issued_at ?? ""} ${changes.school_name ?? ""}`,
    school_year: schoolYear,
    grade: 4,
    class_group: "4A",
    school_name: "Hoa Sen",
    level: "primary",
    state: "issued",
    issued_at: "2026-06-01T00:00:00Z",
    ...changes,
  };
}

test("years stand newest first, whatever order they came in", () => {
  const years = schoolYears([card("2023-2024"), card("2025-2026"), card("2024-2025")]);
  expect(years.map((year) => year.schoolYear)).toEqual(["2025-2026", "2024-2025", "2023-2024"]);
});

test("the card in force stands before the one it replaced, also when it is the older one", () => {
  const replaced = card("2025-2026", { state: "superseded", issued_at: "2026-05-01T00:00:00Z" });
  const revoked = card("2025-2026", { state: "revoked", issued_at: "2026-07-01T00:00:00Z" });
  const [year, ...others] = schoolYears([replaced, card("2025-2026"), revoked]);
  expect(others).toEqual([]);
  expect(year?.cards.map((one) => one.state)).toEqual(["issued", "revoked", "superseded"]);
});

test("a year at two schools is two entries, the later school above", () => {
  const before = card("2025-2026", { school_name: "Sao Mai", issued_at: "2026-01-05T00:00:00Z", class_group: "4C" });
  const years = schoolYears([before, card("2025-2026"), card("2024-2025", { school_name: "Sao Mai" })]);
  expect(years.map((year) => [year.schoolYear, year.schoolName])).toEqual([
    ["2025-2026", "Hoa Sen"],
    ["2025-2026", "Sao Mai"],
    ["2024-2025", "Sao Mai"],
  ]);
  expect(stays(years).map((stay) => [stay.schoolName, stay.years.length])).toEqual([
    ["Hoa Sen", 1],
    ["Sao Mai", 2],
  ]);
});

test("coming back to a school is a stay of its own", () => {
  const years = schoolYears([
    card("2025-2026"),
    card("2024-2025", { school_name: "Sao Mai" }),
    card("2023-2024", { school_name: "Hoa Sen" }),
  ]);
  expect(stays(years).map((stay) => stay.schoolName)).toEqual(["Hoa Sen", "Sao Mai", "Hoa Sen"]);
});
