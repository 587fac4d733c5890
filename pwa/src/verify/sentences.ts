import type { Language } from "../i18n/dictionary.ts";

/** Sentence by code, from the catalogues that the verifier itself uses. */
export type Sentences = Readonly<Record<string, string>>;

export async function loadSentences(language: Language): Promise<Sentences> {
  const catalogue =
    language === "vi"
      ? await import("../../../verifier/messages/vi.json")
      : await import("../../../verifier/messages/en.json");
  return catalogue.default;
}
