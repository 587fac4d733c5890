import { useState } from "preact/hooks";
import { request } from "../api/request.ts";
import type { Look } from "../api/sharingTypes.ts";
import type { Child } from "../api/types.ts";
import { ProblemNotice } from "../app/ProblemNotice.tsx";
import { useTask } from "../app/useTask.ts";
import { LineField } from "../form/LineField.tsx";
import { formatDay, formatInstant } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface LookEntryProps {
  readonly look: Look;
  readonly pupil: Child;
  readonly onReported: (lookId: string, at: string) => void;
}

/** Who, as what, what of, when; and a way to say that it should not have been. */
export function LookEntry({ look, pupil, onReported }: LookEntryProps) {
  const text = useText();
  const words = useWords({ vi, en });
  const card = pupil.cards.find((one) => one.record_id === look.record_id);
  const roles: Readonly<Record<string, string>> = words.roles;
  // What a receiver types may be anything: it never stands where the names stand that are known.
  const known = look.by === "share" ? null : look.name;
  const role = look.role ? (roles[look.role] ?? look.role) : undefined;
  return (
    <li>
      <p class="entry-head">
        {known ?? words.by[look.by]}
        <span class="small">{formatInstant(look.at)}</span>
      </p>
      {look.by === "share" ? (
        <>
          <p>{words.saidByReceiver([look.name, look.organisation].filter(Boolean).join(" · "))}</p>
          {look.shared_by && <p class="small">{words.sharedBy(look.shared_by)}</p>}
        </>
      ) : (
        <p class="small">{[known && words.by[look.by], role, look.organisation].filter(Boolean).join(" · ")}</p>
      )}
      <p>
        {words.what[look.what]}
        {card && ` · ${text.children.schoolYear(card.school_year)}`}
      </p>
      {look.reported_at ? (
        <p class="small">{words.reportedOn(formatDay(look.reported_at))}</p>
      ) : (
        <Report look={look} onReported={onReported} />
      )}
    </li>
  );
}

const MAX_REPORT = 1_000;

function Report({ look, onReported }: Pick<LookEntryProps, "look" | "onReported">) {
  const text = useText();
  const words = useWords({ vi, en });
  const [said, setSaid] = useState("");
  const [checked, setChecked] = useState(false);
  const task = useTask();
  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    if (!said.trim()) return;
    task.run(async (signal) => {
      const path = `/api/history/${encodeURIComponent(look.look_id)}/report`;
      await request(signal, path, { method: "POST", json: { text: said.trim() } });
      onReported(look.look_id, new Date().toISOString());
    });
  };
  return (
    <details>
      <summary>{words.report}</summary>
      <form onSubmit={submit} noValidate>
        <LineField
          label={words.reportText}
          hint={words.reportHint}
          wrong={checked && !said.trim() ? words.reportWrong : undefined}
          value={said}
          maxLength={MAX_REPORT}
          long
          onChange={setSaid}
        />
        {task.error !== undefined && <ProblemNotice error={task.error} />}
        <button type="submit" class="button quiet" disabled={task.running}>
          {task.running ? text.app.loading : words.reportSend}
        </button>
      </form>
    </details>
  );
}
