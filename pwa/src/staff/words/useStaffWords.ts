import { useLanguage } from "../../i18n/language.tsx";
import { en } from "./en.ts";
import type { StaffWords } from "./staffWords.ts";
import { vi } from "./vi.ts";

/** Every sentence of the staff's pages in the language chosen; both come with those pages, they are small. */
export function useStaffWords(): StaffWords {
  return useLanguage().language === "en" ? en : vi;
}
