import { expect, test } from "vitest";
import { recentSchoolYears } from "./recentSchoolYears.ts";

test.each([
  ["2026-06-15", "2025-2026"],
  ["2026-08-31", "2025-2026"],
  ["2026-09-05", "2026-2027"],
  ["2027-01-01", "2026-2027"],
])("on %s the newest list is that of %s", (day, newest) => {
  expect(recentSchoolYears(new Date(`${day}T12:00:00`))[0]).toBe(newest);
});

test("three years are kept at hand", () => {
  expect(recentSchoolYears(new Date("2026-06-15T12:00:00"))).toEqual(["2025-2026", "2024-2025", "2023-2024"]);
});
