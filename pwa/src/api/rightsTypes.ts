/** What the server says of requests, of consent, and of an account that goes, as it says it; see `types.ts`. */

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
