/** What the server says of links and of looks, as it says it; see `types.ts`. */
import type { CardRecord, CardState } from "./types.ts";

/** GET /api/shares */
export interface Shares {
  readonly shares: readonly Share[];
}

export type ShareState = "active" | "used" | "expired" | "revoked" | "locked" | "ended";

export interface Share {
  readonly share_id: string;
  readonly pupil_id: string;
  readonly pupil_name: string;
  /** Null: every card, those to come too. */
  readonly record_ids: readonly string[] | null;
  readonly receiver: string;
  readonly purpose: string;
  readonly with_address: boolean;
  readonly with_personal_code: boolean;
  readonly created_at: string;
  readonly expires_at: string;
  readonly has_passcode: boolean;
  readonly single_use: boolean;
  readonly state: ShareState;
  readonly opened_count: number;
  readonly last_opened_at: string | null;
}

/** POST /api/shares; the link is never told again. */
export interface ShareMade {
  readonly share: Share;
  readonly link: string;
}

/** POST /api/shared/look */
export interface ShareOffer {
  readonly receiver: string;
  readonly purpose: string;
  readonly expires_at: string;
  readonly needs_passcode: boolean;
  readonly single_use: boolean;
}

/** POST /api/shared/open */
export interface SharedCards {
  readonly pupil_name: string;
  readonly receiver: string;
  readonly purpose: string;
  readonly expires_at: string;
  readonly cards: readonly SharedCard[];
  /** Whether the signed files may be fetched; they hold everything. */
  readonly pdf_allowed: boolean;
}

export interface SharedCard {
  readonly record_id: string;
  readonly record: CardRecord;
  readonly state: CardState;
  readonly issued_at: string;
  readonly school_name: string;
}

/** GET /api/history */
export interface History {
  readonly looks: readonly Look[];
  /** What to ask for with `before`; null at the end. */
  readonly next: string | null;
}

export interface Look {
  readonly look_id: string;
  readonly at: string;
  readonly pupil_id: string;
  readonly record_id: string | null;
  readonly by: "guardian" | "pupil" | "staff" | "school_system" | "share";
  readonly name: string | null;
  readonly organisation: string | null;
  /** Of staff their role, of a guardian what they are to the pupil. */
  readonly role: string | null;
  readonly share_id: string | null;
  /** Who made the link through which a receiver looked. */
  readonly shared_by: string | null;
  readonly what: "list" | "card" | "pdf" | "xml";
  readonly reported_at: string | null;
}
