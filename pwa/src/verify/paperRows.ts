/** A card's subjects as its paper lists them: the form's rows, also the empty ones, in the form's order. */
import rows from "../../../verifier/record/paper_rows.json";
import type { PrimaryResults, PrimarySubject, SecondaryResults, SecondarySubject, Transcript } from "./transcript.ts";

const LAST_PRIMARY_GRADE = 5;
const LAST_LOWER_SECONDARY_GRADE = 9;

/** The results with one subject a row of the paper; a row of the form that the pupil did not take is empty. */
export function resultsOnPaper({ grade, results }: Transcript): PrimaryResults | SecondaryResults {
  return results.kind === "primary"
    ? { ...results, subjects: inPaperOrder(results.subjects, grade, emptyPrimary) }
    : { ...results, subjects: inPaperOrder(results.subjects, grade, emptySecondary) };
}

function inPaperOrder<T extends { readonly code: string }>(
  subjects: readonly T[],
  grade: number,
  empty: (code: string) => T,
): readonly T[] {
  const { always, if_taken } = rows[levelOf(grade)];
  const taken = new Map(subjects.map((subject) => [subject.code, subject]));
  const known: readonly string[] = [...always, ...if_taken];
  const listed = known.flatMap((code) => {
    const subject = taken.get(code) ?? (always.includes(code) ? empty(code) : undefined);
    return subject ? [subject] : [];
  });
  return [...listed, ...subjects.filter((subject) => !known.includes(subject.code))];
}

function levelOf(grade: number): keyof typeof rows {
  if (grade <= LAST_PRIMARY_GRADE) return "primary";
  return grade <= LAST_LOWER_SECONDARY_GRADE ? "lower_secondary" : "upper_secondary";
}

function emptyPrimary(code: string): PrimarySubject {
  return { code, level: null, score: null };
}

function emptySecondary(code: string): SecondarySubject {
  return { code, semester_1: null, semester_2: null, year: null, reexamination: null };
}
