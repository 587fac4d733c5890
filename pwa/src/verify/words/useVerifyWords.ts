import { useLanguage } from "../../i18n/language.tsx";
import { en } from "./en.ts";
import type { VerifyWords } from "./verifyWords.ts";
import { vi } from "./vi.ts";

/** Every sentence of the verify page in the language chosen; both come with the page, for its print-out has both. */
export function useVerifyWords(): VerifyWords {
  return useLanguage().language === "en" ? en : vi;
}
