import type { Child } from "../api/types.ts";
import { Notice } from "../app/Notice.tsx";
import { formatDate } from "../format/formatDate.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

/** A year that has no card yet: what it waits for, what to do, and until when. */
export function PendingYear({ pending }: { readonly pending: NonNullable<Child["pending"]> }) {
  const text = useText();
  const reasons: Readonly<Record<string, string>> = text.children.pendingReasons;
  const steps: Readonly<Record<string, string>> = useWords({ vi, en }).whatToDo;
  const until = formatDate(pending.until);
  return (
    <Notice
      kind={pending.overdue ? "warning" : "info"}
      title={pending.overdue ? text.children.overdueTitle : text.children.pendingTitle}
    >
      <p>
        <strong>{reasons[pending.reason]}</strong>
      </p>
      {!pending.overdue && steps[pending.reason] && <p>{steps[pending.reason]}</p>}
      <p>{pending.overdue ? text.children.overdueText(until) : text.children.pendingText(until)}</p>
    </Notice>
  );
}
