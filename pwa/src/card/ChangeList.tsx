import type { CardRecord, FieldChange } from "../api/types.ts";
import { useText } from "../i18n/language.tsx";
import { sayChange } from "./sayChange.ts";

interface ChangeListProps {
  readonly changes: readonly FieldChange[];
  readonly record: CardRecord;
}

/** What is not as it was, field by field. */
export function ChangeList({ changes, record }: ChangeListProps) {
  const text = useText();
  return (
    <ul>
      {changes.map((change) => {
        const said = sayChange(change, record, text);
        return (
          <li key={change.field}>
            {said.label}: {said.before} → {said.after}
          </li>
        );
      })}
    </ul>
  );
}
