import { useEffect, useState } from "preact/hooks";
import { takeFragment } from "../app/takeFragment.ts";
import { formatActivationCode, parseActivationCode } from "./activationCode.ts";

/** The code of the letter's link; the link of a second letter, opened in the same tab, loads nothing anew. */
export function useScannedCode(): string {
  const [scanned, setScanned] = useState(() => takeActivationCode() || keptActivationCode());
  useEffect(() => {
    const read = () => {
      const next = takeActivationCode();
      if (next) setScanned(next);
    };
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  return scanned;
}

/** While it is wanted, the code stands in the address: a chat app's "open in browser" carries nothing else along. */
export function useCodeInAddress(code: string, wanted: boolean): void {
  useEffect(() => {
    if (!wanted || !parseActivationCode(code)) return;
    history.replaceState(history.state, "", `#${code}`);
    return () => void takeFragment();
  }, [code, wanted]);
}

/** Empty for another fragment, such as the skip link's, which stays where it is. */
function takeActivationCode(): string {
  if (!parseActivationCode(location.hash.slice(1))) return "";
  const code = formatActivationCode(takeFragment());
  // A cheap phone that was asked for the number on an identity card loads the page anew when its owner comes back.
  history.replaceState({ activationCode: code }, "");
  return code;
}

/** What was scanned before this page was loaded anew; it goes with the page's place in the history. */
function keptActivationCode(): string {
  const state: unknown = history.state;
  const kept = typeof state === "object" && state !== null && "activationCode" in state ? state.activationCode : "";
  return typeof kept === "string" ? kept : "";
}
