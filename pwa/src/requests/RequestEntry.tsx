import { request as ask } from "../api/request.ts";
import type { FamilyRequest } from "../api/rightsTypes.ts";
import type { Child } from "../api/types.ts";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { formatDate } from "../format/formatDate.ts";
import { formatDay } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface RequestEntryProps {
  readonly request: FamilyRequest;
  readonly pupils: readonly Child[];
  readonly onChange: () => void;
}

const BADGES = {
  received: "waiting",
  acknowledged: "waiting",
  answered: "",
  refused: "bad",
  withdrawn: "over",
} as const;

/** One request: what was asked, how it stands, the legal days, and the answer. */
export function RequestEntry({ request, pupils, onChange }: RequestEntryProps) {
  const text = useText();
  const words = useWords({ vi, en });
  const task = useTask();
  const open = request.state === "received" || request.state === "acknowledged";
  const withdraw = () =>
    task.run(async (signal) => {
      await ask(signal, `/api/requests/${encodeURIComponent(request.request_id)}/withdraw`, { method: "POST" });
      onChange();
    });
  return (
    <li>
      <p class="entry-head">
        {words.kinds[request.kind].title}
        <span class={`badge ${request.overdue ? "late" : BADGES[request.state]}`}>
          {request.overdue ? words.overdue : words.states[request.state]}
        </span>
      </p>
      <p class="small">
        {[aboutWhom(request, pupils, text.children.schoolYear), request.field].filter(Boolean).join(" · ")}
      </p>
      <p class="said">{request.text}</p>
      <p class="small">{words.sentOn(formatDay(request.created_at))}</p>
      {open && (
        <p class="small">
          {request.state === "received" && words.acknowledgeBy(formatDate(request.acknowledge_by))}{" "}
          {words.answerBy(formatDate(request.answer_by))}
        </p>
      )}
      {request.overdue && <p>{words.overdueText}</p>}
      {request.answer && (
        <>
          <p class="small">
            {words.answer}
            {request.answered_at && ` · ${formatDay(request.answered_at)}`}
          </p>
          <p class="said">{request.answer}</p>
        </>
      )}
      {task.error !== undefined && <ProblemNotice error={task.error} />}
      {open && (
        <button type="button" class="button quiet" disabled={task.running} onClick={withdraw}>
          {words.withdraw}
        </button>
      )}
    </li>
  );
}

function aboutWhom(request: FamilyRequest, pupils: readonly Child[], year: (year: string) => string): string {
  const pupil = pupils.find((one) => one.pupil_id === request.pupil_id);
  const card = pupil?.cards.find((one) => one.record_id === request.record_id);
  return [pupil?.name, card && year(card.school_year)].filter(Boolean).join(" · ");
}
