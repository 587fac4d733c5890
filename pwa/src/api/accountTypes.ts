/** What the server says of a parent's own account, as it says it; see `types.ts`. */
import type { Confirmation } from "./types.ts";

/** GET /api/account */
export interface Account {
  readonly name: string;
  readonly personal_code_ending: string;
  readonly confirmation: Confirmation | null;
  readonly stepped_up_until: string | null;
  readonly passkeys: readonly Passkey[];
  readonly sessions: readonly Session[];
  /** Not seen yet, newest first. */
  readonly notices: readonly AccountNotice[];
}

export interface Passkey {
  readonly passkey_id: string;
  readonly name: string;
  readonly registered_at: string;
  readonly last_used_at: string | null;
  /** Kept by the phone's maker too: a lost phone does not lose it. */
  readonly backed_up: boolean;
  /** It opened this very session. */
  readonly current: boolean;
}

export interface Session {
  readonly session_id: string;
  /** Browser and system; empty where nobody knows. */
  readonly device: string;
  readonly started_at: string;
  readonly last_seen_at: string;
  readonly current: boolean;
}

export interface AccountNotice {
  readonly notice_id: string;
  readonly kind: string;
  readonly at: string;
  /** Of whom or what it speaks. */
  readonly name: string;
}
