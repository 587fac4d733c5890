import { request } from "../api/request.ts";
import type { SigningListContent, StaffMe } from "../api/staffTypes.ts";

export interface LoadedList extends SigningListContent {
  readonly me: StaffMe;
}

/** A list with all its cards, and the one who is to sign them. */
export async function loadSigningList(signal: AbortSignal, roleId: string): Promise<LoadedList> {
  const [me, content] = await Promise.all([
    request<StaffMe>(signal, "/api/staff/me"),
    request<SigningListContent>(signal, `/api/staff/signing-lists/${encodeURIComponent(roleId)}`),
  ]);
  return { ...content, me };
}
