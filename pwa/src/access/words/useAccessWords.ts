import { useWords } from "../../i18n/useWords.ts";
import { en } from "./en.ts";
import { type AccessWords, vi } from "./vi.ts";

/** What is said where people come in; parents' and staff's rooms share it. */
export function useAccessWords(): AccessWords {
  return useWords({ vi, en });
}
