import type { SigningList } from "../api/staffTypes.ts";
import { useStaffWords } from "./words/useStaffWords.ts";

/** One list that waits, with how much of it can be signed now. */
export function SigningListLink({ list }: { readonly list: SigningList }) {
  const words = useStaffWords();
  const notReady = list.waiting - list.selectable;
  return (
    <a class="card-link" href={`/truong/ky/${list.role_id}`}>
      <span class="card-link-text">
        <span class="card-link-year">{words.purposes[list.purpose]}</span>
        <span class="card-link-place">
          {list.class_group ? words.classGroup(list.class_group) : words.wholeSchool} · {list.school_name} ·{" "}
          {words.schoolYear(list.school_year)}
          {list.on_behalf && ` · ${words.onBehalf}`}
        </span>
        {list.selectable > 0 ? (
          <span class="badge">{words.home.ready(list.selectable)}</span>
        ) : (
          <span class="card-link-issued">{words.home.nothingReady}</span>
        )}
        {notReady > 0 && <span class="card-link-issued">{words.home.notReady(notReady)}</span>}
      </span>
      <span class="chevron" aria-hidden="true" />
    </a>
  );
}
