import type { Language } from "./dictionary.ts";
import { useLanguage } from "./language.tsx";

/** The words of one room, which come with that room: both languages are small, and the entry stays so. */
export function useWords<Words>(words: Readonly<Record<Language, Words>>): Words {
  return words[useLanguage().language];
}
