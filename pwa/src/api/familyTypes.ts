/** What the server says about sharing, looks and requests, as it says it; see `types.ts`. */
import type { CardRecord, CardState } from "./types.ts";

/** GET /api/requests */
export interface Requests {
  readonly requests: readonly FamilyRequest[];
}

export type RequestKind = "correction" | "copy" | "withdraw_consent" | "restrict" | "object" | "delete_account";

export interface FamilyRequest {
  readonly request_id: string;
  readonly kind: RequestKind;
  readonly pupil_id: string | null;
  readonly record_id: string | null;
  readonly field: string | null;
  readonly text: string;
  readonly state: "received" | "acknowledged" | "answered" | "refused" | "withdrawn";
  readonly created_at: string;
  /** Last days, in Vietnam. */
  readonly acknowledge_by: string;
  readonly answer_by: string;
  readonly overdue: boolean;
  readonly answer: string | null;
  readonly answered_at: string | null;
}

/** GET /api/children/{pupil_id}/guardians: for the pupil of age alone */
export interface GuardiansOfPupil {
  readonly guardians: readonly GuardianOfPupil[];
}

export interface GuardianOfPupil {
  readonly guardian_id: string;
  readonly name: string;
  readonly relation: string;
  readonly consented_at: string | null;
}

/** DELETE /api/account */
export interface AccountDeleted {
  readonly kept: readonly { readonly what: BothLanguages; readonly why: BothLanguages }[];
}

export interface BothLanguages {
  readonly vi: string;
  readonly en: string;
}

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
  readonly what: "list" | "card" | "pdf" | "xml";
  readonly reported_at: string | null;
}
