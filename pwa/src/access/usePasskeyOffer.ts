import { useEffect, useState } from "preact/hooks";
import { logInByAutofill } from "./ceremonies.ts";
import type { Door } from "./door.ts";

/** A challenge lives five minutes; it is renewed before that, so that a passkey chosen late is not refused. */
const RENEWED_AFTER_MS = 4 * 60_000;

interface PasskeyOffer {
  /** A passkey was chosen in the browser's list, the server is being asked. */
  readonly chosen: boolean;
  /** Why the passkey that was chosen did not open anything. */
  readonly error: unknown;
}

/** Offers the device's passkeys below the personal code while `wanted`, without a tap and without a word if it cannot. */
export function usePasskeyOffer(door: Door, wanted: boolean, onLoggedIn: () => void): PasskeyOffer {
  const [state, setState] = useState<PasskeyOffer>({ chosen: false, error: undefined });
  const [round, setRound] = useState(0);

  // Each round asks for a challenge of its own.
  useEffect(() => {
    if (!wanted) return;
    const leaving = new AbortController();
    const timer = setTimeout(() => whenVisible(leaving.signal, () => setRound(round + 1)), RENEWED_AFTER_MS);
    let chosen = false;
    const choose = () => {
      chosen = true;
      clearTimeout(timer);
      setState({ chosen, error: undefined });
    };
    logInByAutofill(leaving.signal, door, choose).then(onLoggedIn, (error: unknown) => {
      if (chosen && !leaving.signal.aborted) setState({ chosen: false, error });
    });
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [door, wanted, onLoggedIn, round]);

  return state;
}

/** A page that nobody looks at asks for nothing. */
function whenVisible(signal: AbortSignal, act: () => void): void {
  if (document.visibilityState === "visible") act();
  else document.addEventListener("visibilitychange", act, { once: true, signal });
}
