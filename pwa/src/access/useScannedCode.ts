import { useEffect, useState } from "preact/hooks";
import { takeFragment } from "../app/takeFragment.ts";
import { formatActivationCode, parseActivationCode } from "./activationCode.ts";

/** The code of the letter's link; the link of a second letter, opened in the same tab, loads nothing anew. */
export function useScannedCode(): string {
  const [scanned, setScanned] = useState(takeActivationCode);
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

/** Empty for another fragment, such as the skip link's, which stays where it is. */
function takeActivationCode(): string {
  return parseActivationCode(location.hash.slice(1)) ? formatActivationCode(takeFragment()) : "";
}
