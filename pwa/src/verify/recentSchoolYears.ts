/** Cards checked at an admission desk are of these years; the list of an older one is fetched when it is needed. */
const YEARS = 3;
const FIRST_MONTH = 8; // the school year opens in September, cards of the summer belong to the year before

/** The school years whose status lists a check without a network will want, newest first: "2025-2026". */
export function recentSchoolYears(now: Date): readonly string[] {
  const first = now.getMonth() + 1 > FIRST_MONTH ? now.getFullYear() : now.getFullYear() - 1;
  return Array.from({ length: YEARS }, (_, back) => `${first - back}-${first - back + 1}`);
}
