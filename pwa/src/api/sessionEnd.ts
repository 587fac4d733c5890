import type { ApiError } from "./problem.ts";

const STAFF = "/api/staff/";

const listeners = new Set<() => void>();

/**
 * Calls back each time the server says that the parent's session is over; whatever was kept with it has to go.
 *
 * @returns what ends the calling back.
 */
export function onSessionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Every answer of the API passes here. A member of staff without a session says nothing about the parent's. */
export function noteSessionEnd(path: string, problem: ApiError): void {
  if (problem.code !== "session_ended" || path.startsWith(STAFF)) return;
  for (const listener of listeners) listener();
}
