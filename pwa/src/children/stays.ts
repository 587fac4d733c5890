import type { CardSummary } from "../api/types.ts";

/** One school year at one school. */
export interface SchoolYear {
  readonly schoolYear: string;
  readonly classGroup: string;
  /** The one in force first, then what it replaced; only withdrawn ones where no card is in force. */
  readonly cards: readonly CardSummary[];
}

/** A pupil's years at one school, without a break. */
export interface Stay {
  readonly schoolName: string;
  readonly years: readonly SchoolYear[];
}

/** Every card in one line of time, newest first; in a year with two schools the later school stands above. */
export function schoolYears(cards: readonly CardSummary[]): (SchoolYear & { readonly schoolName: string })[] {
  const years = new Map<string, CardSummary[]>();
  for (const card of [...cards].sort(newestFirst)) {
    const key = JSON.stringify([card.school_year, card.school_name]);
    years.set(key, [...(years.get(key) ?? []), card]);
  }
  return [...years.values()].map((ofYear) => {
    const [first, ...others] = [...ofYear].sort((a, b) => Number(b.state === "issued") - Number(a.state === "issued"));
    if (!first) throw new Error("a year without a card"); // every list was made for a card
    return {
      schoolYear: first.school_year,
      schoolName: first.school_name,
      classGroup: first.class_group,
      cards: [first, ...others],
    };
  });
}

/** The same years under the schools they were spent at. */
export function stays(years: readonly (SchoolYear & { readonly schoolName: string })[]): Stay[] {
  const found: { schoolName: string; years: SchoolYear[] }[] = [];
  for (const year of years) {
    const last = found.at(-1);
    if (last?.schoolName === year.schoolName) last.years.push(year);
    else found.push({ schoolName: year.schoolName, years: [year] });
  }
  return found;
}

function newestFirst(a: CardSummary, b: CardSummary): number {
  return b.school_year.localeCompare(a.school_year) || b.issued_at.localeCompare(a.issued_at);
}
