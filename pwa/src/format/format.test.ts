import { describe, expect, test } from "vitest";
import { en } from "../i18n/en.ts";
import { vi } from "../i18n/vi.ts";
import { formatAge } from "./formatAge.ts";
import { formatDate } from "./formatDate.ts";
import { formatDay, formatInstant } from "./formatInstant.ts";
import { formatMark } from "./formatMark.ts";

test.each([
  ["2017-05-17", "17/05/2017"],
  ["2026-08-15T00:00:00+07:00", "15/08/2026"],
  ["17/05/2017", "17/05/2017"],
  ["không rõ", "không rõ"],
])("the date %j is written %j", (iso, written) => {
  expect(formatDate(iso)).toBe(written);
});

describe("an instant is written in Vietnam's time", () => {
  test.each([
    ["2026-06-25T10:05:00Z", "17:05, 25/06/2026"],
    ["2026-06-25T18:30:00Z", "01:30, 26/06/2026"],
    ["2026-06-25T17:05:00+07:00", "17:05, 25/06/2026"],
    ["sai", "sai"],
  ])("%j as %j", (instant, written) => {
    expect(formatInstant(instant)).toBe(written);
  });

  test("its day may be the next one", () => {
    expect(formatDay("2026-06-25T18:30:00Z")).toBe("26/06/2026");
  });
});

test.each([
  ["8.5", "8,5"],
  ["10.0", "10,0"],
  ["Đ", "Đ"],
  ["CĐ", "CĐ"],
  [9, "9"],
  [22.75, "22,75"],
  [0, "0"],
  [null, ""],
] as const)("the mark %j is written %j", (mark, written) => {
  expect(formatMark(mark)).toBe(written);
});

test.each([
  [0, "vừa xong", "just now"],
  [59, "vừa xong", "just now"],
  [60, "1 phút trước", "1 minute ago"],
  [3 * 3600 + 59, "3 giờ trước", "3 hours ago"],
  [47 * 3600, "47 giờ trước", "47 hours ago"],
  [72 * 3600, "3 ngày trước", "3 days ago"],
])("%j seconds ago", (seconds, vietnamese, english) => {
  expect(formatAge(seconds, vi)).toBe(vietnamese);
  expect(formatAge(seconds, en)).toBe(english);
});
