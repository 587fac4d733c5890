import type { Card, FieldChange } from "../api/types.ts";
import { Notice } from "../app/Notice.tsx";
import { useText } from "../i18n/language.tsx";

/** The way between a corrected card and the one it replaced, and what differs. Nothing for a card without either. */
export function ReplacementNotice({ card }: { readonly card: Card }) {
  const text = useText();
  if (!card.replaces && !card.replaced_by) return null;
  return (
    <Notice kind="info" title={card.replaced_by ? text.card.replacedTitle : text.card.replacesTitle}>
      {card.replaced_by && (
        <p>
          <a href={`/hoc-ba/${card.replaced_by}`}>{text.card.openReplacement}</a>
        </p>
      )}
      {card.replaces && (
        <p>
          <a href={`/hoc-ba/${card.replaces}`}>{text.card.openReplaced}</a>
        </p>
      )}
      {card.changes.length > 0 && (
        <>
          <p>{text.card.changes}</p>
          <ul>
            {card.changes.map((change) => (
              <li key={change.field}>
                {labelOf(change, card, text.card.changedFields)}: {change.before ?? "—"} → {change.after ?? "—"}
              </li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  );
}

const SUBJECT = /^(?:transcript\.results\.subjects|subject_details)\.([^.]+)\.(.+)$/;

/** The field in words: a subject by the school's name for it; the bare path where there is no word. */
function labelOf(change: FieldChange, card: Card, words: Readonly<Record<string, string>>): string {
  const subject = SUBJECT.exec(change.field);
  if (!subject) return words[change.field] ?? change.field;
  const [, code = "", part = ""] = subject;
  const name = card.record.subject_details.find((detail) => detail.code === code)?.name ?? code;
  return `${name}, ${words[part] ?? part}`;
}
