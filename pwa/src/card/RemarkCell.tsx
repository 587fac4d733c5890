import { useText } from "../i18n/language.tsx";
import type { SubjectLabel } from "./subjectLabel.ts";

/** The teacher's words beside the marks, where the screen is wide enough for the form's last column. */
export function RemarkCell({ label }: { readonly label: SubjectLabel | undefined }) {
  return (
    <td class="remark">
      <RemarkText label={label} />
    </td>
  );
}

interface RemarkRowProps {
  readonly label: SubjectLabel | undefined;
  readonly columns: number;
}

/** The same words below the marks, over the whole width of a phone. Only one of the two is ever shown. */
export function RemarkRow({ label, columns }: RemarkRowProps) {
  if (!label?.remark && !label?.teacher) return null;
  return (
    <tr class="remark-row">
      <td colSpan={columns}>
        <RemarkText label={label} />
      </td>
    </tr>
  );
}

function RemarkText({ label }: { readonly label: SubjectLabel | undefined }) {
  const text = useText();
  return (
    <>
      {label?.remark}
      {label?.teacher && <span class="teacher">{text.card.teacher(label.teacher)}</span>}
    </>
  );
}
