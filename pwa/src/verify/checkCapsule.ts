import { verifyCapsule } from "./capsule.ts";
import { parseCapsuleText } from "./capsuleText.ts";
import { CheckError } from "./errors.ts";
import type { ListKeeper } from "./listKeeper.ts";
import { type Lists, NO_LISTS } from "./lists.ts";
import type { TrustList } from "./trust.ts";
import type { Verdict } from "./verdict.ts";
import { verifyCapsuleText } from "./verifyCapsuleText.ts";

export interface CapsuleCheck {
  readonly verdict: Verdict;
  /** Whether the lists came from this device because the server did not answer. */
  readonly offline: boolean;
}

interface CheckCapsuleOptions {
  /** Undefined where no trust anchor is known yet. */
  readonly keeper: ListKeeper | undefined;
  readonly expectedOrigins: readonly string[];
  readonly inputKind: "capsule" | "photo";
}

/** Gets the lists that a capsule needs, then judges it with them. */
export async function checkCapsule(
  signal: AbortSignal,
  text: string,
  options: CheckCapsuleOptions,
): Promise<CapsuleCheck> {
  const { keeper, expectedOrigins, inputKind } = options;
  const now = new Date();
  const lists = keeper ? await gatherLists(signal, text, keeper, now) : NO_LISTS;
  const verdict = await verifyCapsuleText(text, { lists, expectedOrigins, inputKind }, now);
  return { verdict, offline: keeper ? keeper.offline : !navigator.onLine };
}

async function gatherLists(signal: AbortSignal, text: string, keeper: ListKeeper, now: Date): Promise<Lists> {
  const [trust, registry] = await Promise.all([keeper.trust(signal), keeper.registry(signal)]);
  const schoolYear = trust && (await schoolYearOf(text, trust, now));
  const status = schoolYear ? await keeper.status(signal, schoolYear) : undefined;
  return { trust, registry, statuses: new Map(status ? [[status.schoolYear, status]] : []) };
}

/** The school year whose status list is needed; only from a capsule whose seal holds. */
async function schoolYearOf(text: string, trust: TrustList, now: Date): Promise<string | undefined> {
  try {
    return (await verifyCapsule(parseCapsuleText(text), trust, now)).capsule.transcript.school_year;
  } catch (error) {
    if (error instanceof CheckError) return undefined;
    throw error;
  }
}
