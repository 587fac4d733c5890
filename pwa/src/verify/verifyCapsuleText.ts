/**
 * What a code is worth. Takes its text, the lists at hand and the moment; does no I/O; the steps are those of
 * `verify_capsule_text` in `verifier/verify.py`:
 *
 * 1. the text is a capsule's address, or its digits alone; in a photo, there is just one such code;
 * 2. the trust list is at hand; a stale one is used, but proves nothing genuine;
 * 3. the capsule's seal matches, its key may seal capsules, and its content is that of a card (`capsule.ts`);
 * 4. the key was not withdrawn since: the time in a capsule is only its sealer's word;
 * 5. the card is not withdrawn now; a stale list still proves that it is, and no longer that it is not.
 */
import { toHex } from "./bytes.ts";
import { parseEnvelope, type SealedCapsule, verifyCapsule } from "./capsule.ts";
import { parseCapsuleText } from "./capsuleText.ts";
import { CheckError } from "./errors.ts";
import { findingOfError } from "./findingOfError.ts";
import type { Lists } from "./lists.ts";
import { onlyCapsule } from "./onlyCapsule.ts";
import { ageSeconds, isStale } from "./signedList.ts";
import { stateOf } from "./status.ts";
import type { ShownRecord } from "./transcript.ts";
import type { TrustList } from "./trust.ts";
import { type Facts, type Finding, NO_FACTS, reachVerdict, type Verdict } from "./verdict.ts";

interface CheckOptions {
  readonly lists: Lists;
  /** Origins whose codes this page answers for; every address is accepted without them. */
  readonly expectedOrigins?: readonly string[] | undefined;
}

/** Judges what a QR says. */
export function verifyCapsuleText(text: string, options: CheckOptions, now: Date): Promise<Verdict> {
  return judge("capsule", () => parseCapsuleText(text, options.expectedOrigins), options.lists, now);
}

/** Judges the texts of all codes in a photo. */
export function verifyPhotoTexts(texts: readonly string[], options: CheckOptions, now: Date): Promise<Verdict> {
  return judge("photo", () => onlyCapsule(texts, options.expectedOrigins), options.lists, now);
}

async function judge(
  inputKind: Facts["inputKind"],
  parse: () => Uint8Array,
  lists: Lists,
  now: Date,
): Promise<Verdict> {
  const trustAgeSeconds = lists.trust ? ageSeconds(lists.trust.header, now) : null;
  const staleTrust = lists.trust !== undefined && isStale(lists.trust.header, now);
  const stale: readonly Finding[] = staleTrust
    ? [{ code: "trust_list_stale", line: "issuer", effect: "undetermined" }]
    : [];
  const facts = { ...NO_FACTS, inputKind };
  try {
    const data = parse(); // 1
    parseEnvelope(data);
    if (!lists.trust) {
      const missing: Finding = { code: "trust_list_missing", line: "issuer", effect: "undetermined" }; // 2
      return reachVerdict({ ...facts, findings: [missing] }, now);
    }
    const sealed = await verifyCapsule(data, lists.trust, now); // 3
    const known = await factsOf(sealed, lists.trust, lists, now); // 4, 5
    return reachVerdict({ ...facts, ...known, findings: [...stale, ...known.findings], trustAgeSeconds }, now);
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    const { finding, signature } = findingOfError(error, staleTrust);
    const signatures = signature ? [signature] : [];
    return reachVerdict({ ...facts, findings: [...stale, finding], signatures, trustAgeSeconds }, now);
  }
}

async function factsOf(sealed: SealedCapsule, trust: TrustList, lists: Lists, now: Date) {
  const { transcript, issuedAt } = sealed.capsule;
  const { withdrawnAt } = sealed.key;
  const withdrawnSince = withdrawnAt !== undefined && withdrawnAt <= now.getTime() / 1000;
  const passed = sealed.doubts.length === 0 && !withdrawnSince;
  const status = lists.statuses.get(transcript.school_year);
  const findings: readonly Finding[] = [
    { code: "capsule_seal_matches", line: "intact" },
    ...sealed.doubts.map((code): Finding => ({ code, line: "intact", effect: "undetermined" })),
    // Whoever stole the key can write any earlier time into a capsule; a sealed PDF has a proof of it.
    withdrawnSince
      ? { code: "capsule_key_withdrawn_since", line: "issuer", effect: "undetermined" }
      : { code: "sealed_by_department", line: "issuer" },
    await statusFinding(sealed, lists, now),
  ];
  return {
    findings,
    record: shownRecord(sealed, lists),
    signatures: [
      {
        role: "capsule",
        signer: trust.department.vi,
        signed_at: new Date(issuedAt * 1000).toISOString(),
        level: "COSE_Sign1",
        indication: passed ? "TOTAL-PASSED" : "INDETERMINATE",
        sub_indication: passed ? null : "NO_POE",
      },
    ],
    issuerName: trust.department.vi,
    kid: toHex(sealed.key.kid),
    statusAgeSeconds: status ? ageSeconds(status.header, now) : null,
  };
}

async function statusFinding({ capsule }: SealedCapsule, lists: Lists, now: Date): Promise<Finding> {
  const { school_year, record_id } = capsule.transcript;
  const list = lists.statuses.get(school_year);
  if (!list) return { code: "status_list_missing", line: "status", effect: "undetermined" };
  const state = await stateOf(list, record_id);
  if (state !== "in_force") return { code: `card_${state}`, line: "status", effect: state };
  if (isStale(list.header, now)) return { code: "status_list_stale", line: "status", effect: "undetermined" };
  return { code: "card_in_force", line: "status" };
}

/** Nothing is shown but what the seal covers, and the school's name from the signed registry. */
function shownRecord({ capsule }: SealedCapsule, lists: Lists): ShownRecord {
  return {
    ...capsule.transcript,
    school_name: lists.registry?.names.get(capsule.transcript.school_code) ?? null,
    issued_at: new Date(capsule.issuedAt * 1000).toISOString(),
  };
}
