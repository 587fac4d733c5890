import type { RequestKind } from "../api/rightsTypes.ts";

/** What somebody has begun to write to the school. */
export interface Draft {
  readonly kind: RequestKind;
  readonly pupilId: string;
  /** Empty where it is about no card. */
  readonly recordId: string;
  readonly field: string;
  readonly text: string;
}

let left: Draft | undefined;

/** Keeps what was written when the page is left, as long as this tab is: nothing of it is stored. */
export function leaveDraft(draft: Draft): void {
  left = draft.text.trim() ? draft : undefined;
}

/**
 * What was left, once: for a reader who may still see that pupil, and who has not come from another card.
 *
 * @param recordId the card that the reader came from now.
 */
export function takeDraft(pupilIds: readonly string[], recordId: string | undefined): Draft | undefined {
  const draft = left;
  left = undefined;
  if (!draft || !pupilIds.includes(draft.pupilId)) return undefined;
  return recordId === undefined || recordId === draft.recordId ? draft : undefined;
}
