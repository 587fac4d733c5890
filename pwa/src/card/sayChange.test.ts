import { expect, test } from "vitest";
import type { CardRecord } from "../api/types.ts";
import { vi as text } from "../i18n/vi.ts";
import { sayChange } from "./sayChange.ts";

const RECORD = {
  subject_details: [{ code: "TO", name: "Toán", remark: null, teacher_name: null }],
} as unknown as CardRecord;

test.each([
  ["transcript.results.subjects.TO.year", "4.0", "6.5", "Toán, cả năm", "4,0", "6,5"],
  ["transcript.results.subjects.TO.level", "H", "T", "Toán, mức đạt được", "Hoàn thành", "Hoàn thành tốt"],
  ["subject_details.TO.remark", null, "Tốt", "Toán, nhận xét", "—", "Tốt"],
  ["transcript.results.learning.year", "K", "T", "Học tập, Cả năm", "Khá", "Tốt"],
  ["transcript.results.qualities.2", "C", "T", "Nhân ái", "Cần cố gắng", "Tốt"],
  ["transcript.results.educational_result", "HT", "HTT", text.card.resultTitle, "Hoàn thành", "Hoàn thành tốt"],
  ["transcript.results.promoted", "false", "true", "Được lên lớp", "Không", "Có"],
  ["transcript.date_of_birth", "2016-03-09", "2016-03-10", "Ngày sinh", "09/03/2016", "10/03/2016"],
  ["pupil.home_town", "Hà Nội", null, "Quê quán", "Hà Nội", "—"],
  ["signers.manager_name", "A", "B", "signers.manager_name", "A", "B"],
])("%s is said in the form's words", (field, before, after, label, saidBefore, saidAfter) => {
  expect(sayChange({ field, before, after }, RECORD, text)).toEqual({ label, before: saidBefore, after: saidAfter });
});
