import type { Language } from "./dictionary.ts";

const KEY = "language";

/** The language chosen earlier on this device, Vietnamese where nothing was chosen or storage is closed. */
export function keptLanguage(): Language {
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "vi";
  } catch {
    return "vi";
  }
}

export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Private windows may refuse; the choice then lasts as long as the page.
  }
}
