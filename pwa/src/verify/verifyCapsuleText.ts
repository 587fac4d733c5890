/**
 * What a scanned code is worth. Takes text, lists and the moment; does no I/O; the same steps as `verifier/verify.py`:
 *
 * 1. the text is a capsule's, of an address that this page answers for;
 * 2. there is a trust list; a stale one proves nothing for a card;
 * 3. the capsule's seal, key, content and dates hold (`capsule.ts`);
 * 4. the school's name comes from the registry;
 * 5. the status list of the card's school year names it, or does not; a stale or missing list proves nothing for it;
 * 6. the findings add up (`verdict.ts`).
 */
import { toHex } from "./bytes.ts";
import { parseEnvelope, type SealedCapsule, verifyCapsule } from "./capsule.ts";
import { parseCapsuleText } from "./capsuleText.ts";
import { CheckError, ListError, MalformedInputError, SignatureInvalidError, UntrustedKeyError } from "./errors.ts";
import type { Lists } from "./lists.ts";
import { ageSeconds, isStale } from "./signedList.ts";
import { stateOf } from "./status.ts";
import type { ShownRecord } from "./transcript.ts";
import { type Effect, type Facts, type Finding, type LineName, reachVerdict, type Verdict } from "./verdict.ts";

interface CheckOptions {
  readonly lists: Lists;
  /** Origins whose codes this page answers for; every address is accepted without them. */
  readonly expectedOrigins?: readonly string[] | undefined;
  readonly inputKind: "capsule" | "photo";
}

export async function verifyCapsuleText(text: string, options: CheckOptions, now: Date): Promise<Verdict> {
  const { lists, inputKind } = options;
  const findings: Finding[] = [];
  let sealed: SealedCapsule | undefined;
  try {
    const data = parseCapsuleText(text, options.expectedOrigins); // 1
    if (!lists.trust) {
      parseEnvelope(data);
      findings.push({ code: "trust_list_missing", line: "issuer", effect: "undetermined" }); // 2
    } else {
      if (isStale(lists.trust.header, now)) {
        findings.push({ code: "trust_list_stale", line: "issuer", effect: "undetermined" });
      }
      sealed = await verifyCapsule(data, lists.trust, now); // 3
    }
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    findings.push(findingOf(error, lists, now));
  }
  if (sealed) {
    findings.push({ code: "capsule_seal_valid", line: "intact" });
    findings.push({ code: "capsule_key_trusted", line: "issuer" });
    for (const code of sealed.doubts) findings.push({ code, line: "issuer", effect: "undetermined" });
    findings.push(await statusFinding(sealed, lists, now)); // 5
  }
  return reachVerdict(factsOf(inputKind, findings, sealed, lists, now), now); // 6
}

/** What an error of each class says of the card. */
const MEANING: readonly (readonly [error: typeof CheckError, line: LineName, effect: Effect])[] = [
  [MalformedInputError, "intact", "unreadable"],
  [SignatureInvalidError, "intact", "altered"],
  [UntrustedKeyError, "issuer", "untrusted"],
  [ListError, "issuer", "undetermined"],
];

function findingOf(error: CheckError, lists: Lists, now: Date): Finding {
  const [, line, effect] = MEANING.find(([kind]) => error instanceof kind) ?? [CheckError, "intact", "undetermined"];
  // A key that an expired list does not name may have been added since.
  const staleTrust = lists.trust !== undefined && isStale(lists.trust.header, now);
  if (error.reason === "key_unknown" && staleTrust) return { code: error.reason, line, effect: "undetermined" };
  return { code: error.reason, line, effect };
}

async function statusFinding(sealed: SealedCapsule, lists: Lists, now: Date): Promise<Finding> {
  const { transcript } = sealed.capsule;
  const list = lists.statuses.get(transcript.school_year);
  if (!list) return { code: "status_list_missing", line: "status", effect: "undetermined" };
  const state = await stateOf(list, transcript.record_id);
  if (state !== "in_force") return { code: `card_${state}`, line: "status", effect: state };
  if (isStale(list.header, now)) return { code: "status_list_stale", line: "status", effect: "undetermined" };
  return { code: "card_in_force", line: "status" };
}

function factsOf(
  inputKind: Facts["inputKind"],
  findings: readonly Finding[],
  sealed: SealedCapsule | undefined,
  lists: Lists,
  now: Date,
): Facts {
  const status = sealed && lists.statuses.get(sealed.capsule.transcript.school_year);
  return {
    inputKind,
    findings,
    record: sealed ? shownRecord(sealed, lists) : null,
    signatures: [],
    issuerName: sealed && lists.trust ? lists.trust.department.vi : null,
    kid: sealed ? toHex(sealed.key.kid) : null,
    trustAgeSeconds: lists.trust ? ageSeconds(lists.trust.header, now) : null,
    statusAgeSeconds: status ? ageSeconds(status.header, now) : null,
  };
}

/** 4: nothing is shown but what the seal covers, and the school's name from the signed registry. */
function shownRecord({ capsule }: SealedCapsule, lists: Lists): ShownRecord {
  return {
    ...capsule.transcript,
    school_name: lists.registry?.names.get(capsule.transcript.school_code) ?? null,
    issued_at: new Date(capsule.issuedAt * 1000).toISOString(),
  };
}
