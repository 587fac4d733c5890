import catalogue from "../../../verifier/record/subjects.json";
import type { Language } from "../i18n/dictionary.ts";

export interface CatalogueSubject {
  /** Bit of the capsule's bitmap, and row of the official form. */
  readonly number: number;
  readonly code: string;
  readonly vi: string;
  readonly en: string;
}

export type SubjectLevel = "primary" | "secondary";

/** The catalogue of a level in the form's order. */
export function subjectsOf(level: SubjectLevel): readonly CatalogueSubject[] {
  return catalogue[level];
}

/** Name of a subject; a school's own subject is known by its code alone. */
export function subjectName(level: SubjectLevel, code: string, language: Language): string {
  return subjectsOf(level).find((subject) => subject.code === code)?.[language] ?? code;
}
