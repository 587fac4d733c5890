import { useEffect, useState } from "preact/hooks";
import { useLanguage } from "../i18n/language.tsx";
import { loadSentences, type Sentences } from "./sentences.ts";

/**
 * Sentence of a code in the language chosen; the code itself where no sentence is known.
 *
 * Undefined until the catalogue has been tried, so that no code flashes up in its place.
 */
export function useSentences(): ((code: string) => string) | undefined {
  const { language } = useLanguage();
  const [sentences, setSentences] = useState<Sentences>();
  useEffect(() => {
    const leaving = new AbortController();
    loadSentences(language)
      .catch((): Sentences => ({}))
      .then((loaded) => {
        if (!leaving.signal.aborted) setSentences(loaded);
      });
    return () => leaving.abort();
  }, [language]);
  return sentences && ((code) => sentences[code] ?? code);
}
