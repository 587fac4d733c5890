import type { CardRecord, FieldChange } from "../api/types.ts";
import { useText } from "../i18n/language.tsx";

interface ChangeListProps {
  readonly changes: readonly FieldChange[];
  readonly record: CardRecord;
}

/** What is not as it was, field by field. */
export function ChangeList({ changes, record }: ChangeListProps) {
  const text = useText();
  return (
    <ul>
      {changes.map((change) => (
        <li key={change.field}>
          {labelOf(change, record, text.card.changedFields)}: {change.before ?? "—"} → {change.after ?? "—"}
        </li>
      ))}
    </ul>
  );
}

const SUBJECT = /^(?:transcript\.results\.subjects|subject_details)\.([^.]+)\.(.+)$/;

/** The field in words: a subject by the school's name for it; the bare path where there is no word. */
function labelOf(change: FieldChange, record: CardRecord, words: Readonly<Record<string, string>>): string {
  const subject = SUBJECT.exec(change.field);
  if (!subject) return words[change.field] ?? change.field;
  const [, code = "", part = ""] = subject;
  const name = record.subject_details.find((detail) => detail.code === code)?.name ?? code;
  return `${name}, ${words[part] ?? part}`;
}
