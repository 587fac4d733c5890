import type { BatchProblem } from "../api/staffTypes.ts";
import { useLanguage } from "../i18n/language.tsx";
import { useStaffWords } from "./words/useStaffWords.ts";

/** The cards that were not signed, each with the reason. */
export function BatchProblems({ problems }: { readonly problems: readonly BatchProblem[] }) {
  const { language } = useLanguage();
  const words = useStaffWords();
  return (
    <>
      <h2>{words.batch.problems(problems.length)}</h2>
      <p class="small">{words.batch.problemsText}</p>
      <ul class="signatures">
        {problems.map((problem) => (
          <li key={problem.record_id}>
            <span class="signature-name">{problem.name ?? words.batch.unnamed}</span>
            <span class="small">{problem.sentence[language]}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
