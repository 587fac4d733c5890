import { expect, test } from "vitest";
import { resultsOnPaper } from "./paperRows.ts";
import type { SecondaryResults, Transcript } from "./transcript.ts";

const PERIODS = { semester_1: null, semester_2: null, year: null, after_summer: null };

function card(grade: number, codes: readonly string[]): Transcript {
  const results: SecondaryResults = {
    kind: "secondary",
    subjects: codes.map((code) => ({ code, semester_1: "8.0", semester_2: "9.0", year: "8.7", reexamination: null })),
    learning: PERIODS,
    training: PERIODS,
    absences: null,
    promoted: null,
    programme_completed: null,
  };
  return {
    record_id: "5b0a8f4e-3c1d-4e2f-9a6b-7c8d9e0f1a2b",
    name: "Nguyễn An",
    date_of_birth: "2010-01-01",
    school_code: "99014001",
    school_year: "2025-2026",
    grade,
    class_group: "10A1",
    regulation: "22/2021/TT-BGDĐT",
    results,
  };
}

test("upper secondary begins with the compulsory subjects and ends with the school's own", () => {
  // The same rows as tests/verifier/record/test_paper_rows.py expects.
  const { subjects } = resultsOnPaper(card(11, ["TO", "NV", "TIN", "VL", "VOV", "CD"]));
  expect(subjects.map((subject) => subject.code)).toEqual([
    "NV",
    "TO",
    "NN1",
    "LS",
    "TC",
    "QP",
    "HN",
    "DP",
    "VL",
    "TIN",
    "VOV",
    "CD",
  ]);
});

test("a row of the form that the pupil did not take is empty, and no mark is lost", () => {
  const { subjects } = resultsOnPaper(card(7, ["TO", "XYZ"])) as SecondaryResults;
  expect(subjects).toHaveLength(14);
  expect(subjects.filter((subject) => subject.year !== null).map((subject) => subject.code)).toEqual(["TO", "XYZ"]);
});
