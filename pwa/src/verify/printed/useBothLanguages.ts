import { useEffect, useState } from "preact/hooks";
import type { Dictionary } from "../../i18n/dictionary.ts";
import { vi } from "../../i18n/vi.ts";
import { loadSentences, type Sentences } from "../sentences.ts";
import { en as wordsEn } from "../words/en.ts";
import type { VerifyWords } from "../words/verifyWords.ts";
import { vi as wordsVi } from "../words/vi.ts";

/** Everything that can be said in one language. */
export interface Tongue {
  readonly text: Dictionary;
  readonly words: VerifyWords;
  readonly sentences: Sentences;
}

/** A print-out speaks Vietnamese, and English below, whatever the screen speaks. */
export interface BothLanguages {
  readonly vi: Tongue;
  readonly en: Tongue;
}

async function loadBoth(): Promise<BothLanguages> {
  const [{ en }, sentencesVi, sentencesEn] = await Promise.all([
    import("../../i18n/en.ts"),
    loadSentences("vi"),
    loadSentences("en"),
  ]);
  return {
    vi: { text: vi, words: wordsVi, sentences: sentencesVi },
    en: { text: en, words: wordsEn, sentences: sentencesEn },
  };
}

/** Undefined until both are there; offline they come from the shell that this device keeps. */
export function useBothLanguages(): BothLanguages | undefined {
  const [both, setBoth] = useState<BothLanguages>();
  useEffect(() => {
    const leaving = new AbortController();
    loadBoth().then(
      (loaded) => {
        if (!leaving.signal.aborted) setBoth(loaded);
      },
      () => undefined, // Nothing to print with; the screen's own words are there.
    );
    return () => leaving.abort();
  }, []);
  return both;
}
