import { onSessionEnd } from "../api/sessionEnd.ts";
import { readings } from "./readings.ts";

/** What was kept of a session goes when the server says that it is over, and when its time has passed. */
export function endReadingsWithSession(): void {
  onSessionEnd(() => void readings.end());
  const look = () => void readings.isOpen();
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  look();
}
