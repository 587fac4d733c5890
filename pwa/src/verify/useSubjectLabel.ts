import { subjectName, subjectsOf } from "../card/subjectNames.ts";
import { useLanguage } from "../i18n/language.tsx";
import type { Transcript } from "./transcript.ts";
import { useVerifyWords } from "./words/useVerifyWords.ts";

interface SubjectLabels {
  readonly label: (code: string) => string;
  /** Whether the school made the subject up: then its name is not in what was signed for the code. */
  readonly isOwn: (code: string) => boolean;
}

/** What a row of marks is called; a school's own subject is named as such, for nobody but the school knows its name. */
export function useSubjectLabel({ results }: Transcript): SubjectLabels {
  const { language } = useLanguage();
  const { ownSubject } = useVerifyWords();
  const isOwn = (code: string) => !subjectsOf(results.kind).some((subject) => subject.code === code);
  return { isOwn, label: (code) => (isOwn(code) ? ownSubject(code) : subjectName(results.kind, code, language)) };
}
