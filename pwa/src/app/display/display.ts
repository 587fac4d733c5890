/** How this device shows the pages: chosen by the reader, kept on the device, put on the root element. */
export type Theme = "system" | "light" | "dark";
export type TextSize = "usual" | "large" | "larger" | "largest";

export interface Display {
  readonly theme: Theme;
  readonly text: TextSize;
}

export const THEMES: readonly Theme[] = ["system", "light", "dark"];
export const TEXT_SIZES: readonly TextSize[] = ["usual", "large", "larger", "largest"];

const KEY = "display";
const USUAL: Display = { theme: "system", text: "usual" };
/** The bar of the browser; must be those of `index.html`. */
const BAR = { light: "#3d2f7d", dark: "#1c1926" } as const;

export function keptDisplay(): Display {
  try {
    return parseDisplay(localStorage.getItem(KEY));
  } catch {
    return USUAL; // Closed storage.
  }
}

/** What was kept, as far as it is one of our choices; "theme text". */
export function parseDisplay(kept: string | null): Display {
  const [theme, text] = (kept ?? "").split(" ");
  return {
    theme: THEMES.find((known) => known === theme) ?? USUAL.theme,
    text: TEXT_SIZES.find((known) => known === text) ?? USUAL.text,
  };
}

export function keepDisplay(display: Display): void {
  try {
    localStorage.setItem(KEY, `${display.theme} ${display.text}`);
  } catch {
    // Private windows may refuse; the choice then lasts as long as the page.
  }
}

export function applyDisplay({ theme, text }: Display): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  if (text === "usual") delete root.dataset.text;
  else root.dataset.text = text;
  for (const bar of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const own = bar.media.includes("dark") ? "dark" : "light";
    bar.content = BAR[theme === "system" ? own : theme];
  }
}
