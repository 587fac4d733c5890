/** What the server says, as it says it: snake_case, one interface a wire struct. */
import type { Transcript } from "../verify/transcript.ts";
import type { components } from "./openApi.ts";

type Schemas = components["schemas"];

/** The server leaves nothing out, not even what its document calls optional because it has a default. */
type Sent<Name extends keyof Schemas> = Required<Schemas[Name]>;

export type CardState = "issued" | "superseded" | "revoked";
export type EducationLevel = "primary" | "lower_secondary" | "upper_secondary";

/** GET /api/configuration */
export interface Configuration {
  readonly mode: "demo" | "production";
  /** RFC 9679 thumbprint of the trust key, 64 hex digits. */
  readonly trust_anchor: string | null;
  /** A verifier on its own may not know it. */
  readonly public_url: string | null;
  readonly department: { readonly vi: string; readonly en: string };
}

/** What an account waits for; while it does, nothing is shown. */
export interface Confirmation {
  readonly reason: "personal_code_unknown" | "other_guardian_barred" | "re_enrolment";
  readonly since: string;
}

/** GET /api/me */
export interface Me {
  readonly name: string;
  readonly confirmation: Confirmation | null;
  readonly children: readonly Child[];
  /** Children of age who have not agreed that the reader reads on. */
  readonly grown: readonly ComesOfAge[];
  /** ISO date: the reader is a pupil who is not 18 yet and reads from that day on. */
  readonly own_from: string | null;
}

/** The 18th birthday of a reader's child. */
export interface ComesOfAge {
  readonly name: string;
  readonly day: string;
  readonly has_own_account: boolean;
}

export interface Child {
  readonly pupil_id: string;
  /** The reader is this pupil, of age. */
  readonly own: boolean;
  readonly name: string;
  readonly class_group: string;
  readonly school_name: string;
  /** A year left open for a supplementary assessment; `until` is an ISO date, `reason` a code, `overdue` once it is past. */
  readonly pending: { readonly until: string; readonly reason: string; readonly overdue: boolean } | null;
  /** Said in the weeks before the birthday. */
  readonly comes_of_age: ComesOfAge | null;
  readonly cards: readonly CardSummary[];
}

export interface CardSummary {
  readonly record_id: string;
  readonly school_year: string;
  readonly grade: number;
  readonly class_group: string;
  readonly school_name: string;
  readonly level: EducationLevel;
  readonly state: CardState;
  readonly issued_at: string;
}

/** GET /api/cards/{record_id} */
export interface Card {
  readonly record: CardRecord;
  readonly state: CardState;
  readonly issued_at: string;
  readonly signatures: readonly SignatureReport[];
  /** Record ids of the card this one replaced and of the one that replaced it, where this parent may read them. */
  readonly replaces: string | null;
  readonly replaced_by: string | null;
  /** What the replacement says otherwise than the replaced card. */
  readonly changes: readonly FieldChange[];
  readonly explanations: readonly Explanation[];
  readonly to_do: readonly ToDo[];
}

/** Why a result is what it is, with the article that says so. */
export type Explanation = Sent<"Explanation">;

/** What the pupil has to do over the summer; `until` is an ISO date. */
export interface ToDo extends Omit<Explanation, "field"> {
  readonly until: string;
}

export type FieldChange = Sent<"FieldChange">;

/** The whole record, for the parent only. */
export interface CardRecord {
  readonly format_version: string;
  readonly level: EducationLevel;
  readonly transcript: Transcript;
  readonly school: School;
  readonly pupil: Pupil;
  readonly schooling: readonly SchoolingEntry[];
  /** In the order of the transcript's subjects. */
  readonly subject_details: readonly SubjectDetail[];
  readonly remarks: Remarks;
  readonly signers: Signers;
}

export type School = Sent<"School">;

export type Pupil = Sent<"Pupil">;

export type SchoolingEntry = Sent<"SchoolingEntry">;

export type SubjectDetail = Sent<"SubjectDetail">;

export type Remarks = Sent<"Remarks">;

export type Signers = Sent<"Signers">;

/** One signature, in a verdict and on a card. */
export type SignatureReport = Sent<"SignatureReport">;
