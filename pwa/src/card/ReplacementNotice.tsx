import type { Card } from "../api/types.ts";
import { Notice } from "../app/Notice.tsx";
import { useText } from "../i18n/language.tsx";
import { ChangeList } from "./ChangeList.tsx";

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
          <ChangeList changes={card.changes} record={card.record} />
        </>
      )}
    </Notice>
  );
}
