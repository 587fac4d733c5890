import { expect, test } from "vitest";
import type { CardRecord, Explanation } from "../api/types.ts";
import { vi as text } from "../i18n/vi.ts";
import { whyGroups } from "./whyGroups.ts";
import { vi as words } from "./words/vi.ts";

const REMARKS = { commendation: "Học sinh Giỏi" };

function reason(field: string, code = "rule"): Explanation {
  return { field, code, sentence: { vi: code, en: code }, regulation: "22/2021/TT-BGDĐT", article: "9.2" };
}

const secondary = {
  remarks: REMARKS,
  transcript: {
    results: {
      kind: "secondary",
      learning: { semester_1: "K", semester_2: "T", year: "CĐ", after_summer: "Đ" },
      training: { semester_1: "T", semester_2: "T", year: "T", after_summer: null },
      promoted: false,
    },
  },
} as unknown as CardRecord;

test("reasons stand under their result's value, results in the form's order, periods as they came", () => {
  const given = [
    reason("KET_QUA_REN_LUYEN_CA_NAM"),
    reason("KET_QUA_HOC_TAP_HOC_KY_1"),
    reason("KET_QUA_HOC_TAP_CA_NAM", "rule"),
    reason("KET_QUA_HOC_TAP_CA_NAM", "why_not"),
    reason("KET_QUA_HOC_TAP_SAU_HE"),
    reason("DUOC_LEN_LOP"),
    reason("NOI_DUNG_KHEN_THUONG"),
  ];
  const groups = whyGroups(secondary, given, text, words);
  expect(groups.map((group) => group.title)).toEqual([
    "Kết quả học tập",
    "Kết quả rèn luyện",
    "Được lên lớp",
    "Khen thưởng cuối năm",
  ]);
  expect(groups[0]?.results.map((result) => [result.label, result.value, result.reasons.length])).toEqual([
    ["Học kì I", "Khá", 1],
    ["Cả năm", "Chưa đạt", 2],
    [text.card.afterSummer, "Đạt", 1],
  ]);
  expect(groups.slice(1).map((group) => group.results[0]?.value)).toEqual(["Tốt", "Không", "Học sinh Giỏi"]);
});

test("a primary card's result is called by its name, and a value that is not there is not shown", () => {
  const primary = {
    remarks: { commendation: null },
    transcript: { results: { kind: "primary", educational_result: "HTXS", promoted: null } },
  } as unknown as CardRecord;
  const given = [reason("KET_QUA_XEP_LOAI"), reason("DUOC_LEN_LOP"), reason("NOI_DUNG_KHEN_THUONG")];
  expect(whyGroups(primary, given, text, words).map((group) => group.results[0]?.value)).toEqual([
    "Hoàn thành xuất sắc",
    "",
    "",
  ]);
});
