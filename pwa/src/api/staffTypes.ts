/** What the server says to the staff of a school, as it says it; see `types.ts`. */
import type { CardRecord, FieldChange } from "./types.ts";

export type StaffRole = "homeroom_teacher" | "manager" | "clerk" | "department_officer";

/** What signatures are for; "school" is the organisation's own, which issues. */
export type SigningPurpose = "homeroom_teacher" | "manager" | "school";

export interface Sentence {
  readonly vi: string;
  readonly en: string;
}

/** GET /api/staff/me */
export interface StaffMe {
  readonly person_id: string;
  readonly name: string;
  /** In force only. */
  readonly roles: readonly HeldRole[];
  readonly certificate: CertificateFacts | null;
  /** Codes of schools whose staff they may see. */
  readonly manages_schools: readonly string[];
  readonly is_department_officer: boolean;
}

export interface HeldRole {
  readonly role_id: string;
  readonly role: StaffRole;
  readonly school_code: string | null;
  readonly school_name: string | null;
  readonly school_year: string | null;
  readonly class_group: string | null;
  /** A manager who signs for the principal. */
  readonly on_behalf: boolean;
  readonly from_at: string;
  readonly until_at: string | null;
  readonly in_force: boolean;
}

export interface CertificateFacts {
  readonly fingerprint: string;
  readonly subject: string | null;
  readonly valid_until: string;
}

/** GET /api/staff/people?school_code=… */
export interface People {
  readonly people: readonly Person[];
}

export interface Person {
  readonly person_id: string;
  readonly name: string;
  /** At the school that was asked for, ended ones too. */
  readonly roles: readonly HeldRole[];
  /** Has a passkey. */
  readonly enrolled: boolean;
  /** An unused invitation ends then. */
  readonly invited_until: string | null;
  readonly deactivated_at: string | null;
}

/** A code to enrol with; the server shows it this once. */
export interface Invitation {
  readonly activation_code: string;
  readonly expires_at: string;
}

/** POST /api/staff/people */
export interface InvitedPerson {
  readonly person_id: string;
  readonly name: string;
  readonly role: HeldRole;
  /** Null for who has a passkey already. */
  readonly invitation: Invitation | null;
}

/** GET /api/staff/signing-lists */
export interface SigningLists {
  readonly lists: readonly SigningList[];
}

export interface SigningList {
  /** Names the list. */
  readonly role_id: string;
  readonly purpose: SigningPurpose;
  readonly school_code: string;
  readonly school_name: string;
  readonly school_year: string;
  readonly class_group: string | null;
  readonly on_behalf: boolean;
  readonly waiting: number;
  readonly selectable: number;
}

/** GET /api/staff/signing-lists/{role_id} */
export interface SigningListContent {
  readonly signing_list: SigningList;
  readonly cards: readonly ListedCard[];
}

export interface ListedCard {
  readonly record_id: string;
  readonly pupil_code: string;
  /** Null where the card is only announced. */
  readonly name: string | null;
  readonly grade: number;
  readonly class_group: string;
  readonly state: "pending_supplementary" | "draft" | "teacher_signed" | "manager_signed";
  /** Of the bytes that would be signed; null where there are none. */
  readonly xml_sha256: string | null;
  readonly selectable: boolean;
  readonly obstacles: readonly Obstacle[];
  /** How many. */
  readonly warnings: number;
  readonly seen_at: string | null;
  /** How many, since this person saw the card. */
  readonly changes: number;
}

export interface Obstacle {
  readonly code: string;
  readonly sentence: Sentence;
}

/** GET /api/staff/signing-lists/{role_id}/cards/{record_id} */
export interface ListedCardContent {
  readonly card: ListedCard;
  readonly record: CardRecord | null;
  readonly warnings: readonly CardWarning[];
  readonly changes: readonly FieldChange[];
}

/** Where a card differs from the circular's rules. */
export interface CardWarning {
  readonly code: string;
  readonly sentence: Sentence;
  readonly field: string;
  readonly regulation: string | null;
  readonly article: string | null;
  /** Subject code, for a warning about a row of marks. */
  readonly subject: string | null;
}

export type BatchState = "begun" | "confirmed" | "done" | "ended";

/** GET /api/staff/batches/{batch_id} */
export interface Batch {
  readonly batch_id: string;
  readonly purpose: SigningPurpose;
  readonly school_code: string;
  readonly school_year: string;
  readonly class_group: string | null;
  readonly on_behalf: boolean;
  readonly state: BatchState;
  readonly begun_at: string;
  readonly expires_at: string;
  readonly confirmed_at: string | null;
  readonly finish_by: string | null;
  readonly ended_at: string | null;
  readonly ended_reason: string | null;
  readonly counts: BatchCounts;
  readonly problems: readonly BatchProblem[];
}

export interface BatchCounts {
  readonly waiting: number;
  readonly signed: number;
  readonly left_out: number;
  readonly failed: number;
}

export interface BatchProblem {
  readonly record_id: string;
  readonly name: string | null;
  readonly state: "left_out" | "failed";
  readonly code: string;
  readonly sentence: Sentence;
}

/** GET /api/staff/batches */
export interface Batches {
  readonly batches: readonly Batch[];
}
