import { formatDate } from "./formatDate.ts";

const VIETNAM_OFFSET_MS = 7 * 3600 * 1000; // fixed, Vietnam has no summer time

/** An instant (ISO text or epoch milliseconds) as "17:05, 25/06/2026" in Vietnam's time, whatever the phone's zone. */
export function formatInstant(instant: string | number): string {
  const milliseconds = typeof instant === "number" ? instant : Date.parse(instant);
  if (Number.isNaN(milliseconds)) return String(instant);
  const local = new Date(milliseconds + VIETNAM_OFFSET_MS).toISOString();
  return `${local.slice(11, 16)}, ${formatDate(local)}`;
}

/** The day of an instant in Vietnam's time, dd/mm/yyyy. */
export function formatDay(instant: string | number): string {
  const milliseconds = typeof instant === "number" ? instant : Date.parse(instant);
  if (Number.isNaN(milliseconds)) return String(instant);
  return formatDate(new Date(milliseconds + VIETNAM_OFFSET_MS).toISOString());
}
