import { Notice } from "../app/Notice.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { formatInstant } from "../format/formatInstant.ts";
import { PasskeyError } from "./ceremonies.ts";
import { explainPasskeyError, type PasskeyFailure } from "./explainPasskeyError.ts";
import { useAccessWords } from "./words/useAccessWords.ts";

interface AccessProblemProps {
  readonly error: unknown;
  readonly enrolling: boolean;
  /** What to say where this device holds a passkey already; the usual sentence sends to the login. */
  readonly already?: string;
}

/** Why an enrolment or a login did not work: the phone's reason in our words, or the server's. */
export function AccessProblem({ error, enrolling, already }: AccessProblemProps) {
  const text = useAccessWords();
  if (!(error instanceof PasskeyError)) return <ProblemNotice error={error} />;
  const reason = explainPasskeyError(error.cause);
  return (
    <Notice kind="error">
      <p>{sentenceOf(reason)}</p>
      {reason === "unknown" && <p class="small">{text.passkey.clockHint(formatInstant(Date.now()))}</p>}
    </Notice>
  );

  function sentenceOf(found: PasskeyFailure): string {
    if (found === "cancelled" && enrolling) return text.passkey.failed.cancelledEnrol;
    return (found === "already_registered" && already) || text.passkey.failed[found];
  }
}
