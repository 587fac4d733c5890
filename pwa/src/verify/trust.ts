/**
 * The trust list: the department's keys and what each may do.
 *
 * Signed by the trust key, which is kept offline. The trust anchor, the thumbprint of that key (RFC 9679), is the one
 * thing this page has to be told; the list itself carries the key. `signedList.ts` numbers the steps. The browser
 * judges capsules only, so the certification authorities of the list are not read here.
 */
import { equalBytes, sha256, toHex } from "./bytes.ts";
import { type Es256Key, KID_BYTES, parseCoseKey, verifyCose } from "./cose.ts";
import type { Cbor } from "./deterministicCbor.ts";
import { CheckError, ListError, SignatureInvalidError, UntrustedKeyError } from "./errors.ts";
import { ListContent } from "./listContent.ts";
import { checkMoment, type ListHeader, malformed, parseList, type UnverifiedList } from "./signedList.ts";

export const TRUST_SUBJECT = "trust-list";

const MAX_TRUST_LIST_BYTES = 1_000_000;
const MAX_CERTIFICATE_BYTES = 10_000;
const MAX_ENTRIES = 500;

export type KeyPurpose = "trust" | "capsule" | "pdf-seal" | "status" | "registry" | "timestamp";
const PURPOSES: ReadonlySet<string> = new Set<KeyPurpose>([
  "trust",
  "capsule",
  "pdf-seal",
  "status",
  "registry",
  "timestamp",
]);

export interface TrustedKey {
  readonly kid: Uint8Array;
  readonly purpose: string;
  /** Absent for RSA keys and timestamp authorities, which the list gives only as a certificate. */
  readonly es256: Es256Key | undefined;
  /** Seconds since 1970. */
  readonly validFrom: number;
  readonly validUntil: number;
  /** Since when nothing it signs counts. */
  readonly withdrawnAt: number | undefined;
}

export interface TrustList {
  readonly header: ListHeader;
  readonly department: { readonly code: string; readonly vi: string; readonly en: string };
  readonly keys: readonly TrustedKey[];
}

/** All keys of that kid and purpose: kids are short and may meet. */
export function findKeys(trust: TrustList, kid: Uint8Array, purpose: KeyPurpose): readonly TrustedKey[] {
  return trust.keys.filter((key) => key.purpose === purpose && equalBytes(key.kid, kid));
}

/**
 * Whether what the key signed at that moment (seconds since 1970) counts. Its later end changes nothing.
 *
 * @throws UntrustedKeyError `key_not_yet_valid`, `key_ended`, `key_withdrawn`
 */
export function checkKeyAt(key: TrustedKey, moment: number): void {
  const kid = toHex(key.kid);
  if (moment < key.validFrom) throw new UntrustedKeyError("key_not_yet_valid", { kid });
  if (moment > key.validUntil) throw new UntrustedKeyError("key_ended", { kid });
  if (key.withdrawnAt !== undefined && moment >= key.withdrawnAt) throw new UntrustedKeyError("key_withdrawn", { kid });
}

/**
 * For what the key dates itself.
 *
 * @throws UntrustedKeyError `key_withdrawn`
 */
function checkNotWithdrawn(key: TrustedKey): void {
  if (key.withdrawnAt !== undefined) throw new UntrustedKeyError("key_withdrawn", { kid: toHex(key.kid) });
}

/** @throws UntrustedKeyError `key_without_es256` */
export function es256Of(key: TrustedKey): Es256Key {
  if (!key.es256) throw new UntrustedKeyError("key_without_es256", { kid: toHex(key.kid) });
  return key.es256;
}

interface TrustOptions {
  /** RFC 9679 thumbprint of the trust key, 64 hex digits. */
  readonly expectedTrustAnchor: string;
  readonly storedSequence?: number | undefined;
}

/**
 * Trust list out of its bytes, if the trust anchor's key signed it.
 *
 * @throws ListError `list_malformed`, `list_subject_unexpected`, `trust_anchor_mismatch`, `list_signature_invalid`,
 *   `list_key_untrusted`, `list_not_yet_issued`, `list_older_than_seen`
 */
export async function verifyTrustList(data: Uint8Array, options: TrustOptions, now: Date): Promise<TrustList> {
  const unverified = parseList(data, TRUST_SUBJECT, MAX_TRUST_LIST_BYTES);
  const trust = await readContent(unverified);
  const anchored = findKeys(trust, unverified.message.kid, "trust").filter(
    (key) => key.es256 && toHex(key.es256.thumbprint) === options.expectedTrustAnchor.toLowerCase(),
  );
  if (anchored.length === 0) throw new ListError("trust_anchor_mismatch", { list: TRUST_SUBJECT });
  await checkListSignature(unverified, anchored);
  if (trust.department.code !== trust.header.issuer) throw malformed(TRUST_SUBJECT, "list_issuer_unexpected");
  checkMoment(trust.header, options.storedSequence, now);
  return trust;
}

/**
 * Steps 3 to 5 of a list that one of the department's online keys signs.
 *
 * @throws ListError `list_key_unknown`, `list_signature_invalid`, `list_key_untrusted`, `list_malformed`
 */
export async function verifyListed(list: UnverifiedList, trust: TrustList, purpose: KeyPurpose): Promise<void> {
  const { subject, issuer } = list.header;
  const candidates = findKeys(trust, list.message.kid, purpose);
  if (candidates.length === 0) throw new ListError("list_key_unknown", { list: subject });
  await checkListSignature(list, candidates);
  if (issuer !== trust.department.code) throw malformed(subject, "list_issuer_unexpected");
}

/**
 * Steps 4 and 5: signed by one of the candidates, whose word counts.
 *
 * The moment in a list is only its signer's word: whoever stole a key can write any earlier one, so what a withdrawn
 * key signed is refused whatever it says.
 */
async function checkListSignature(list: UnverifiedList, candidates: readonly TrustedKey[]): Promise<void> {
  const { subject, issuedAt } = list.header;
  for (const candidate of candidates) {
    try {
      await verifyCose(list.message, es256Of(candidate));
      checkKeyAt(candidate, issuedAt);
      checkNotWithdrawn(candidate);
      return;
    } catch (error) {
      if (error instanceof SignatureInvalidError) continue;
      if (error instanceof UntrustedKeyError) {
        throw new ListError("list_key_untrusted", { list: subject, cause: error.reason }, { cause: error });
      }
      throw error;
    }
  }
  throw new ListError("list_signature_invalid", { list: subject });
}

async function readContent({ header, content }: UnverifiedList): Promise<TrustList> {
  const read = new ListContent(TRUST_SUBJECT);
  const wire = read.map(content);
  const department = read.map(wire.get("department"));
  const keys = read.array(wire.get("keys")).map((key) => read.map(key));
  const roots = read.array(wire.get("roots"));
  read.array(wire.get("departments"));
  if (keys.length > MAX_ENTRIES || roots.length > MAX_ENTRIES) throw malformed(TRUST_SUBJECT, "list_too_many_entries");
  return {
    header,
    department: {
      code: read.text(department.get("code")),
      vi: read.text(department.get("vi")),
      en: read.text(department.get("en")),
    },
    // A purpose of a later version is nothing that this version may rely on.
    keys: await Promise.all(keys.filter((key) => PURPOSES.has(read.text(key.get("purpose")))).map(readKey)),
  };
}

async function readKey(wire: ReadonlyMap<number | string, Cbor>): Promise<TrustedKey> {
  const read = new ListContent(TRUST_SUBJECT);
  // Null stands for absent.
  const certificate = wire.get("certificate") ?? undefined;
  const coseKey = wire.get("cose_key") ?? undefined;
  const withdrawn = wire.get("withdrawn") ?? undefined;
  const key: TrustedKey = {
    kid: read.bytes(wire.get("kid")),
    purpose: read.text(wire.get("purpose")),
    es256: coseKey === undefined ? undefined : await readCoseKey(coseKey),
    validFrom: read.moment(wire.get("from")),
    validUntil: read.moment(wire.get("until")),
    withdrawnAt: withdrawn === undefined ? undefined : read.moment(withdrawn),
  };
  const expectedKid = await kidOf(key, certificate === undefined ? undefined : read.bytes(certificate));
  if (!expectedKid || !equalBytes(key.kid, expectedKid)) throw malformed(TRUST_SUBJECT, "list_kid_unexpected");
  return key;
}

async function readCoseKey(value: Cbor | undefined): Promise<Es256Key> {
  try {
    return await parseCoseKey(value);
  } catch (error) {
    throw malformed(TRUST_SUBJECT, error instanceof CheckError ? error.reason : "unexpected");
  }
}

/** A key is named by its certificate; the trust key, which has none, by its thumbprint. */
async function kidOf(key: TrustedKey, certificate: Uint8Array | undefined): Promise<Uint8Array | undefined> {
  if (key.purpose === "trust") return certificate ? undefined : key.es256?.thumbprint.subarray(0, KID_BYTES);
  if (!certificate || certificate.length > MAX_CERTIFICATE_BYTES) return undefined;
  return (await sha256(certificate)).subarray(0, KID_BYTES);
}
