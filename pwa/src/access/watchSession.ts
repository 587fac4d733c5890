import { onSessionEnd } from "../api/sessionEnd.ts";

/** As long as the service lets a session idle (backend/access/parents.py), and a minute more. */
const IDLE_MS = 31 * 60_000;
/** Whoever was away for less has hardly put the phone down. */
const AWAY_MS = 60_000;
const LOOK_EVERY_MS = 60_000;

interface Session {
  /** Whether this device knows of a session; a logout in another tab ends that too. */
  readonly isOpen: () => Promise<boolean>;
  /** Asks the server for something that needs the session; its refusal is heard as the session's end. */
  readonly ask: (signal: AbortSignal) => Promise<unknown>;
  /** Called once there is no session any more. */
  readonly ended: () => void;
}

/**
 * Watches a page that shows somebody's data until the signal ends: when it is looked at again, and when nothing was
 * asked for so long that the session has to be over, it finds out whether there still is a session.
 *
 * Never asks while the reader reads on: that would keep the session of an abandoned phone alive.
 */
export function watchSession(signal: AbortSignal, { isOpen, ask, ended }: Session): void {
  let wasOpen = false;
  let askedAt = Date.now();

  const askAfter = (patience: number) => {
    if (document.visibilityState !== "visible" || Date.now() - askedAt < patience) return;
    askedAt = Date.now();
    ask(signal).catch(() => undefined); // Without a network nobody can say; a refusal is heard below.
  };
  const look = async () => {
    const open = await isOpen();
    if (signal.aborted) return;
    if (wasOpen && !open) return ended();
    wasOpen = open;
    askAfter(AWAY_MS);
  };
  const lookWhenSeen = () => document.visibilityState === "visible" && void look();

  const stopListening = onSessionEnd(ended);
  // Whoever has just deleted the account reads on about it: only the server is asked while a page is looked at.
  const timer = setInterval(() => askAfter(IDLE_MS), LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", lookWhenSeen, { signal });
  window.addEventListener("pageshow", lookWhenSeen, { signal }); // Back to a page that the browser kept whole.
  signal.addEventListener("abort", () => {
    stopListening();
    clearInterval(timer);
  });
  void look();
}
