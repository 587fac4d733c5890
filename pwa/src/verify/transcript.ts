/** The public part of a card, the same JSON as `verifier/record/transcript.py` writes. */

export type AchievementLevel = "T" | "H" | "C" | "M";
export type QualityLevel = "T" | "Đ" | "C";
export type EducationalResult = "HTXS" | "HTT" | "HT" | "CHT";
export type OverallLevel = "T" | "K" | "Đ" | "CĐ";
export type Regulation = "27/2020/TT-BGDĐT" | "22/2021/TT-BGDĐT";

export interface PrimarySubject {
  readonly code: string;
  readonly level: AchievementLevel | null;
  /** End-of-year test, 0 to 10. */
  readonly score: number | null;
}

/** A mark is "0.0" to "10.0", "Đ", "CĐ" or "M". */
export interface SecondarySubject {
  readonly code: string;
  readonly semester_1: string | null;
  readonly semester_2: string | null;
  readonly year: string | null;
  readonly reexamination: string | null;
}

/** Grades 1 to 5, circular 27. */
export interface PrimaryResults {
  readonly kind: "primary";
  readonly subjects: readonly PrimarySubject[];
  /** Five levels in the form's order. */
  readonly qualities: readonly (QualityLevel | null)[];
  /** Ten levels: three general, seven specific. */
  readonly competences: readonly (QualityLevel | null)[];
  readonly educational_result: EducationalResult | null;
  readonly promoted: boolean | null;
  readonly class_programme_completed: boolean | null;
  readonly primary_programme_completed: boolean | null;
}

export interface PeriodLevels {
  readonly semester_1: OverallLevel | null;
  readonly semester_2: OverallLevel | null;
  readonly year: OverallLevel | null;
  readonly after_summer: OverallLevel | null;
}

/** Grades 6 to 12, circular 22. */
export interface SecondaryResults {
  readonly kind: "secondary";
  readonly subjects: readonly SecondarySubject[];
  readonly learning: PeriodLevels;
  readonly training: PeriodLevels;
  readonly absences: number | null;
  readonly promoted: boolean | null;
  readonly programme_completed: boolean | null;
}

export interface Transcript {
  readonly record_id: string;
  readonly name: string;
  /** ISO date. */
  readonly date_of_birth: string;
  readonly school_code: string;
  /** "2025-2026" */
  readonly school_year: string;
  readonly grade: number;
  readonly class_group: string;
  readonly regulation: Regulation;
  readonly results: PrimaryResults | SecondaryResults;
}

/** What a verdict shows of a card. */
export interface ShownRecord extends Transcript {
  /** From the signed registry or the signed XML. */
  readonly school_name: string | null;
  readonly issued_at: string | null;
}
