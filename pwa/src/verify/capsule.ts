/**
 * Checking a capsule, in this order; the first that fails decides:
 *
 * 1. the text is `<origin>/v#<digits>` or the digits alone, of the expected origin (`capsuleText.ts`);
 * 2. the digits are a number that begins with the byte 0x01, and behind it are at most 330 bytes (`capsuleText.ts`);
 * 3. the bytes are one COSE_Sign1 in our only form;
 * 4. the trust list has a key of purpose `capsule` with its kid;
 * 5. the signature is that key's;
 * 6. the payload is `{-65537: array}` of a known version, packed in the only possible way;
 * 7. the key was valid when the capsule was issued, and not withdrawn by then;
 * 8. the capsule was issued before now, or this device's clock is wrong: a doubt, no forgery.
 */
import { toHex } from "./bytes.ts";
import { type Capsule, unpackCapsule } from "./capsulePayload.ts";
import { MAX_CAPSULE_BYTES } from "./capsuleSize.ts";
import { type CoseMessage, parseCose, verifyCose } from "./cose.ts";
import { parseCbor } from "./deterministicCbor.ts";
import { MalformedInputError, SignatureInvalidError, UntrustedKeyError } from "./errors.ts";
import { CLOCK_TOLERANCE_SECONDS } from "./signedList.ts";
import { checkKeyAt, es256Of, findKeys, type TrustedKey, type TrustList } from "./trust.ts";

/** Private claim of the CWT (RFC 8392, section 9.1.1: below -65536). */
const CLAIM = -65537;

/** A capsule whose seal is verified. */
export interface SealedCapsule {
  readonly capsule: Capsule;
  /** The department's key that sealed it. */
  readonly key: TrustedKey;
  /** Codes of what keeps the check from concluding; empty for an honest clock. */
  readonly doubts: readonly string[];
}

/**
 * Step 3 alone, for when there is no trust list: is this a capsule at all? Nothing in it is verified.
 *
 * @throws MalformedInputError
 */
export function parseEnvelope(data: Uint8Array): CoseMessage {
  return parseCose(data, MAX_CAPSULE_BYTES);
}

/**
 * Steps 3 to 8.
 *
 * @throws MalformedInputError no capsule, or one of a version we do not know
 * @throws UntrustedKeyError `key_unknown`, `key_not_yet_valid`, `key_ended`, `key_withdrawn`
 * @throws SignatureInvalidError `cose_signature_invalid`
 */
export async function verifyCapsule(data: Uint8Array, trust: TrustList, now: Date): Promise<SealedCapsule> {
  const message = parseEnvelope(data); // 3
  const key = await verifySignature(message, trust); // 4, 5
  const claims = parseCbor(message.payload); // 6
  if (!(claims instanceof Map) || claims.size !== 1 || !claims.has(CLAIM)) {
    throw new MalformedInputError("capsule_malformed", { field: "claims" });
  }
  const capsule = unpackCapsule(claims.get(CLAIM));
  checkKeyAt(key, capsule.issuedAt); // 7
  const early = capsule.issuedAt > now.getTime() / 1000 + CLOCK_TOLERANCE_SECONDS; // 8
  return { capsule, key, doubts: early ? ["capsule_not_yet_issued"] : [] };
}

/** Key of the list that made the signature. Kids are short, so several keys may share one. */
async function verifySignature(message: CoseMessage, trust: TrustList): Promise<TrustedKey> {
  const candidates = findKeys(trust, message.kid, "capsule");
  if (candidates.length === 0) throw new UntrustedKeyError("key_unknown", { kid: toHex(message.kid) });
  for (const candidate of candidates) {
    try {
      await verifyCose(message, es256Of(candidate));
      return candidate;
    } catch (error) {
      if (!(error instanceof SignatureInvalidError)) throw error;
    }
  }
  throw new SignatureInvalidError("cose_signature_invalid");
}
