import { ApiError } from "../api/problem.ts";
import { useLanguage } from "../i18n/language.tsx";
import { Notice } from "./Notice.tsx";

interface ProblemNoticeProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What went wrong and what to do, from the problem's code; the server's own sentence where we have none. */
export function ProblemNotice({ error, onRetry }: ProblemNoticeProps) {
  const { language, text } = useLanguage();
  const problem = error instanceof ApiError ? error : undefined;
  return (
    <Notice kind="error">
      <p>{sentenceOf(problem)}</p>
      {problem?.retryAfterSeconds && <p>{text.problems.waitMinutes(Math.ceil(problem.retryAfterSeconds / 60))}</p>}
      {problem && !problem.sentence && problem.code !== "network" && (
        <p class="small">{text.problems.reference(problem.code)}</p>
      )}
      {onRetry && (
        <button type="button" class="button quiet" onClick={onRetry}>
          {text.app.retry}
        </button>
      )}
    </Notice>
  );

  function sentenceOf(found: ApiError | undefined): string {
    if (!found) return text.problems.unknown;
    if (found.code === "network") return text.problems.network;
    if (found.sentence) return found.sentence[language];
    return found.status === 429 ? text.problems.too_many_attempts : text.problems.unknown;
  }
}
