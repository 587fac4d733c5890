import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import type { Dictionary, Language } from "./dictionary.ts";
import { keepLanguage, keptLanguage } from "./keptLanguage.ts";
import { vi } from "./vi.ts";

interface LanguageState {
  readonly language: Language;
  readonly text: Dictionary;
  readonly choose: (language: Language) => void;
}

const LanguageContext = createContext<LanguageState>({ language: "vi", text: vi, choose: () => undefined });

/** Vietnamese is in the first file; English comes when somebody asks for it. */
async function loadDictionary(language: Language): Promise<Dictionary> {
  return language === "vi" ? vi : (await import("./en.ts")).en;
}

export function LanguageProvider({ children }: { readonly children: ComponentChildren }) {
  const [shown, setShown] = useState<{ language: Language; text: Dictionary }>({ language: "vi", text: vi });
  const [wanted, setWanted] = useState<Language>(keptLanguage);

  useEffect(() => {
    const leaving = new AbortController();
    loadDictionary(wanted).then(
      (text) => {
        if (leaving.signal.aborted) return;
        setShown({ language: wanted, text });
        document.documentElement.lang = wanted;
        nameForInstalling(wanted);
      },
      () => undefined, // Offline and never loaded: the language on screen stays.
    );
    return () => leaving.abort();
  }, [wanted]);

  const state = useMemo(
    () => ({
      ...shown,
      choose: (language: Language) => {
        keepLanguage(language);
        setWanted(language);
      },
    }),
    [shown],
  );
  return <LanguageContext.Provider value={state}>{children}</LanguageContext.Provider>;
}

/** Whoever puts the page on the home screen gets its name in the language that they read. */
function nameForInstalling(language: Language): void {
  const manifest = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
  if (manifest) manifest.href = language === "en" ? "/manifest.en.webmanifest" : "/manifest.webmanifest";
}

export function useLanguage(): LanguageState {
  return useContext(LanguageContext);
}

/** Every sentence of the interface in the language chosen. */
export function useText(): Dictionary {
  return useContext(LanguageContext).text;
}
