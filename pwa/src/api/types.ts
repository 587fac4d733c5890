/** What the server says, as it says it: snake_case, one interface a wire struct. */
import type { Transcript } from "../verify/transcript.ts";

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
export interface Explanation {
  /** Element of the ministry's XML whose value is explained. */
  readonly field: string;
  readonly code: string;
  readonly sentence: { readonly vi: string; readonly en: string };
  readonly regulation: string;
  readonly article: string;
}

/** What the pupil has to do over the summer; `until` is an ISO date. */
export interface ToDo extends Omit<Explanation, "field"> {
  readonly until: string;
}

export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

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

export interface School {
  readonly name: string;
  readonly code: string;
  readonly department_code: string;
  readonly department_name: string;
  readonly ward: string | null;
  readonly district: string | null;
  readonly province: string;
}

export interface Pupil {
  readonly personal_code: string | null;
  readonly pupil_code: string;
  readonly register_number: string | null;
  readonly sex: string;
  readonly ethnicity: string | null;
  readonly nationality: string;
  readonly birthplace: string | null;
  readonly home_town: string | null;
  readonly address: string | null;
  readonly father_name: string | null;
  readonly mother_name: string | null;
  readonly guardian_name: string | null;
  readonly weight_kg: string | null;
  readonly height_cm: string | null;
  readonly absences_excused: number | null;
  readonly absences_unexcused: number | null;
}

export interface SchoolingEntry {
  readonly class_group: string;
  readonly school_name: string;
  readonly school_year: string | null;
  readonly arrived_on: string | null;
}

export interface SubjectDetail {
  readonly code: string;
  readonly name: string;
  readonly remark: string | null;
  readonly teacher_name: string | null;
}

export interface Remarks {
  readonly homeroom_teacher: string | null;
  readonly qualities: string | null;
  readonly general_competences: string | null;
  readonly specific_competences: string | null;
  readonly completion: string | null;
  readonly commendation: string | null;
  readonly commendation_ad_hoc: string | null;
  readonly competitions: string | null;
  readonly certificates: string | null;
  readonly summer_training: string | null;
}

export interface Signers {
  readonly manager_name: string;
  readonly manager_title: string;
  readonly homeroom_teacher_name: string | null;
  readonly place: string;
  readonly created_on: string | null;
  readonly signed_on: string | null;
}

/** One signature, in a verdict and on a card. */
export interface SignatureReport {
  readonly role: string;
  readonly signer: string | null;
  readonly signed_at: string | null;
  readonly level: string;
  readonly indication: string;
  readonly sub_indication: string | null;
}
