import { request } from "./request.ts";
import type { Me } from "./types.ts";

/** Where the API has the reader and their children; the same text is the name under which it is kept for offline. */
export const ME = "/api/me";

/** Where the API has the reader's own account. */
export const ACCOUNT = "/api/account";

export function loadMe(signal: AbortSignal): Promise<Me> {
  return request<Me>(signal, ME);
}
