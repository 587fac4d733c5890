import type { Dictionary } from "../i18n/dictionary.ts";

/** An age in seconds in words: "3 giờ trước". Rounds down, so a list is never called fresher than "just now". */
export function formatAge(seconds: number, text: Dictionary): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return text.ago.now;
  if (minutes < 60) return text.ago.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return text.ago.hours(hours);
  return text.ago.days(Math.floor(hours / 24));
}
