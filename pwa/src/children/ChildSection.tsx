import type { Child } from "../api/types.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { SoonOfAge } from "./ComingOfAge.tsx";
import { ConsentSection } from "./ConsentSection.tsx";
import { PendingYear } from "./PendingYear.tsx";
import { schoolYears } from "./stays.ts";
import { Timeline } from "./Timeline.tsx";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface ChildSectionProps {
  readonly child: Child;
  /** Years that are shown at once; the others are a tap away. */
  readonly yearsShown: number;
}

/** One child: name, school, what is still to come, and every year of school. */
export function ChildSection({ child, yearsShown }: ChildSectionProps) {
  const text = useText();
  const words = useWords({ vi, en });
  const heading = childAnchor(child);
  const years = schoolYears(child.cards);
  // One more year is shown sooner than it is folded away.
  const shown = years.length <= yearsShown + 1 ? years.length : yearsShown;
  return (
    <section class="child" aria-labelledby={heading}>
      <h2 id={heading} tabIndex={-1}>
        {child.name}
      </h2>
      <p class="child-place">
        {text.children.classGroup(child.class_group)} · {child.school_name}
      </p>
      {child.comes_of_age && <SoonOfAge child={child.comes_of_age} />}
      {child.pending && <PendingYear pending={child.pending} />}
      {years.length === 0 && !child.pending && <p class="small">{text.children.noCards}</p>}
      {shown > 0 && <Timeline knownSchool={child.school_name} years={years.slice(0, shown)} />}
      {shown < years.length && (
        <details class="earlier">
          <summary>{words.earlierYears(years.length - shown)}</summary>
          <Timeline knownSchool={child.school_name} years={years.slice(shown)} />
        </details>
      )}
      <nav class="child-links" aria-label={words.forChild(child.name)}>
        {years.length > 0 && <a href={`/chia-se/moi?hoc-sinh=${child.pupil_id}`}>{words.share}</a>}
        <a href={`/nhat-ky?hoc-sinh=${child.pupil_id}`}>{words.history}</a>
        <a href={`/yeu-cau?hoc-sinh=${child.pupil_id}`}>{words.requests}</a>
      </nav>
      {child.own && <ConsentSection pupilId={child.pupil_id} />}
    </section>
  );
}

/** Where the list of children leads to. */
export function childAnchor(child: Child): string {
  return `child-${child.pupil_id}`;
}
