import type { CardSummary } from "../api/types.ts";
import { StateBadge } from "../card/StateBadge.tsx";
import { formatDay } from "../format/formatInstant.ts";
import { useText } from "../i18n/language.tsx";
import { useWords } from "../i18n/useWords.ts";
import { type SchoolYear, stays } from "./stays.ts";
import { en } from "./words/en.ts";
import { vi } from "./words/vi.ts";

interface TimelineProps {
  /** The school that stands above the line already; it is named again only where there are several. */
  readonly knownSchool: string;
  readonly years: readonly (SchoolYear & { readonly schoolName: string })[];
}

/** School years on one line, under the school they were spent at. */
export function Timeline({ years, knownSchool }: TimelineProps) {
  const found = stays(years);
  const named = found.length > 1 || found[0]?.schoolName !== knownSchool;
  return (
    <ul class="timeline">
      {found.map((stay) => (
        <li key={`${stay.schoolName} ${stay.years[0]?.schoolYear}`}>
          {named && <p class="timeline-school">{stay.schoolName}</p>}
          <ul class="timeline-years">
            {stay.years.map((year) => (
              <Year key={year.schoolYear} year={year} />
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function Year({ year }: { readonly year: SchoolYear }) {
  const words = useWords({ vi, en });
  const [first, ...older] = year.cards;
  return (
    <li>
      {first && <CardLink card={first} />}
      {older.map((card) => (
        <a key={card.record_id} class="older-card" href={`/hoc-ba/${card.record_id}`}>
          <StateBadge state={card.state} /> {words.olderCard(formatDay(card.issued_at))}
        </a>
      ))}
    </li>
  );
}

function CardLink({ card }: { readonly card: CardSummary }) {
  const text = useText();
  return (
    <a class={`card-link ${card.state}`} href={`/hoc-ba/${card.record_id}`}>
      <span class="card-link-text">
        <span class="card-link-year">{text.children.schoolYear(card.school_year)}</span>
        <span class="card-link-place">
          {text.children.classGroup(card.class_group)} · {text.children.issued(formatDay(card.issued_at))}
        </span>
        {card.state !== "issued" && <StateBadge state={card.state} />}
      </span>
      <span class="chevron" aria-hidden="true" />
    </a>
  );
}
