import { verifyCapsule } from "./capsule.ts";
import { parseCapsuleText } from "./capsuleText.ts";
import { CheckError } from "./errors.ts";
import type { ListKeeper } from "./listKeeper.ts";
import { type Lists, NO_LISTS } from "./lists.ts";
import { onlyCapsule } from "./onlyCapsule.ts";
import type { TrustList } from "./trust.ts";
import type { Verdict } from "./verdict.ts";
import { verifyCapsuleText, verifyPhotoTexts } from "./verifyCapsuleText.ts";

/** What was read: one code, or every code in a photo. */
export type ScannedText =
  | { readonly kind: "capsule"; readonly text: string }
  | { readonly kind: "photo"; readonly texts: readonly string[] };

export interface CapsuleCheck {
  readonly verdict: Verdict;
  /** Whether the lists came from this device because the server did not answer. */
  readonly offline: boolean;
}

interface CheckCapsuleOptions {
  /** Undefined where no trust anchor is known yet. */
  readonly keeper: ListKeeper | undefined;
  readonly expectedOrigins: readonly string[];
}

/** Gets the lists that a capsule needs, then judges it with them. */
export async function checkCapsule(
  signal: AbortSignal,
  scanned: ScannedText,
  { keeper, expectedOrigins }: CheckCapsuleOptions,
): Promise<CapsuleCheck> {
  const now = new Date();
  const lists = keeper ? await gatherLists(signal, scanned, keeper, now) : NO_LISTS;
  const options = { lists, expectedOrigins };
  const verdict =
    scanned.kind === "capsule"
      ? await verifyCapsuleText(scanned.text, options, now)
      : await verifyPhotoTexts(scanned.texts, options, now);
  return { verdict, offline: keeper ? keeper.offline : !navigator.onLine };
}

async function gatherLists(signal: AbortSignal, scanned: ScannedText, keeper: ListKeeper, now: Date): Promise<Lists> {
  const trust = await keeper.trust(signal);
  const schoolYear = trust && (await schoolYearOf(scanned, trust, now));
  const [registry, status] = await Promise.all([
    keeper.registry(signal),
    schoolYear ? keeper.status(signal, schoolYear) : undefined,
  ]);
  return { trust, registry, statuses: new Map(status ? [[status.schoolYear, status]] : []) };
}

/** The school year whose status list is needed; only from a capsule whose seal holds. */
async function schoolYearOf(scanned: ScannedText, trust: TrustList, now: Date): Promise<string | undefined> {
  try {
    const data = scanned.kind === "capsule" ? parseCapsuleText(scanned.text) : onlyCapsule(scanned.texts);
    return (await verifyCapsule(data, trust, now)).capsule.transcript.school_year;
  } catch (error) {
    if (error instanceof CheckError) return undefined;
    throw error;
  }
}
