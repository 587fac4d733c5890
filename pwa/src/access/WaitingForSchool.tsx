import type { Confirmation } from "../api/types.ts";
import { Notice } from "../app/Notice.tsx";
import { formatInstant } from "../format/formatInstant.ts";
import { useAccessWords } from "./words/useAccessWords.ts";

interface WaitingForSchoolProps {
  readonly confirmation: Confirmation;
  readonly lookAgain: () => void;
}

/** The account is made, and shows nothing until the school has confirmed who holds it: why, and what to do. */
export function WaitingForSchool({ confirmation, lookAgain }: WaitingForSchoolProps) {
  const words = useAccessWords().waiting;
  return (
    <Notice kind="warning" title={words.title}>
      <p>{words.reasons[confirmation.reason]}</p>
      <p>{words.whatToDo}</p>
      <p class="small">{words.since(formatInstant(confirmation.since))}</p>
      <p>
        <a href="/tro-giup#cho-xac-nhan">{words.why}</a>
      </p>
      <button type="button" class="button" onClick={lookAgain}>
        {words.lookAgain}
      </button>
    </Notice>
  );
}
