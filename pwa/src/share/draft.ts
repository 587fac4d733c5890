import type { Child } from "../api/types.ts";

/** What a parent is filling in. */
export interface Draft {
  readonly pupilId: string;
  readonly which: "chosen" | "all";
  readonly recordIds: readonly string[];
  readonly receiver: string;
  readonly purpose: string;
  readonly withAddress: boolean;
  readonly withPersonalCode: boolean;
  readonly days: number;
  readonly passcode: string;
  readonly singleUse: boolean;
  readonly childConsents: boolean;
}

export type Mistake = "recordIds" | "receiver" | "purpose" | "passcode";

/** As the server has it. */
export const LIMITS = { receiver: 120, purpose: 300, passcode: 64, leastPasscode: 4 } as const;

export const DAYS = [1, 3, 7, 14, 30, 60, 90] as const;
const USUAL_DAYS = 7;

/** From a card: that card. From a child: the newest card in force. Nothing private beside the marks. */
export function newDraft(
  pupils: readonly Child[],
  from: { recordId?: string | undefined; pupilId?: string | undefined },
): Draft {
  const pupil =
    pupils.find((one) => one.cards.some((card) => card.record_id === from.recordId)) ??
    pupils.find((one) => one.pupil_id === from.pupilId) ??
    pupils[0];
  const newest = pupil && shareable(pupil)[0];
  const chosen = pupil?.cards.some((card) => card.record_id === from.recordId) ? from.recordId : newest?.record_id;
  return {
    pupilId: pupil?.pupil_id ?? "",
    which: "chosen",
    recordIds: chosen ? [chosen] : [],
    receiver: "",
    purpose: "",
    withAddress: false,
    withPersonalCode: false,
    days: USUAL_DAYS,
    passcode: "",
    singleUse: false,
    childConsents: false,
  };
}

/** Another child's cards are other cards. */
export function ofPupil(draft: Draft, pupil: Child): Draft {
  const newest = shareable(pupil)[0];
  return { ...draft, pupilId: pupil.pupil_id, recordIds: newest ? [newest.record_id] : [], childConsents: false };
}

/** A card that was withdrawn is of no use to a receiver. */
export function shareable(pupil: Child): Child["cards"] {
  return pupil.cards
    .filter((card) => card.state === "issued")
    .sort((a, b) => b.school_year.localeCompare(a.school_year));
}

export function mistakesOf(draft: Draft): Mistake[] {
  const found: Mistake[] = [];
  if (draft.which === "chosen" && draft.recordIds.length === 0) found.push("recordIds");
  if (!draft.receiver.trim()) found.push("receiver");
  if (!draft.purpose.trim()) found.push("purpose");
  const passcode = draft.passcode.trim();
  if (passcode && passcode.length < LIMITS.leastPasscode) found.push("passcode");
  return found;
}

/** What POST /api/shares takes. A pupil of age needs nobody's consent beside their own. */
export function shareRequest(draft: Draft, pupil: Child): Readonly<Record<string, unknown>> {
  return {
    pupil_id: draft.pupilId,
    record_ids: draft.which === "all" ? null : draft.recordIds,
    receiver: draft.receiver.trim(),
    purpose: draft.purpose.trim(),
    with_address: draft.withAddress,
    with_personal_code: draft.withPersonalCode,
    days: draft.days,
    passcode: draft.passcode.trim() || null,
    single_use: draft.singleUse,
    child_consents: draft.childConsents || pupil.own,
  };
}
