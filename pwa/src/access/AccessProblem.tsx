import { Notice } from "../app/Notice.tsx";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { formatInstant } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";
import { PasskeyError } from "./ceremonies.ts";
import { explainPasskeyError } from "./explainPasskeyError.ts";

interface AccessProblemProps {
  readonly error: unknown;
  readonly enrolling: boolean;
}

/** Why an enrolment or a login did not work: the phone's reason in our words, or the server's. */
export function AccessProblem({ error, enrolling }: AccessProblemProps) {
  const text = useText();
  if (!(error instanceof PasskeyError)) return <ProblemNotice error={error} />;
  const reason = explainPasskeyError(error.cause);
  return (
    <Notice kind="error">
      <p>{enrolling && reason === "cancelled" ? text.passkey.failed.cancelledEnrol : text.passkey.failed[reason]}</p>
      {reason === "unknown" && <p class="small">{text.passkey.clockHint(formatInstant(Date.now()))}</p>}
    </Notice>
  );
}
