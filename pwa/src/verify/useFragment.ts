import { useLayoutEffect } from "preact/hooks";
import { takeFragment } from "../app/takeFragment.ts";

/** Hands over what a scanned link brought behind `#`, at the start and whenever the tab is sent another one. */
export function useFragment(onText: (text: string) => void): void {
  // Before the first paint: what asks for a card would be shown for a moment, and push everything about as it goes.
  useLayoutEffect(() => {
    const read = () => {
      // The skip link has a fragment too; a capsule is a number.
      if (/^#\d/.test(location.hash)) onText(takeFragment());
    };
    read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, [onText]);
}
