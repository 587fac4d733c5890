/**
 * COSE_Sign1 (RFC 9052) in the one form that hocba writes: tag 18, protected `{1: -7, 4: kid}` with a kid of 8 bytes,
 * no unprotected header, ES256 with 64 bytes `r || s`. A reader of other forms would only give an attacker a choice.
 */
import { type Bytes, ownBytes, sha256 } from "./bytes.ts";
import { type Cbor, type CborMap, encodeCbor, parseCbor } from "./deterministicCbor.ts";
import { MalformedInputError, SignatureInvalidError } from "./errors.ts";

export const KID_BYTES = 8;

const SIGN1_TAG_BYTE = 0xd2; // tag 18
const ALG = 1;
const KID = 4;
const ES256 = -7;
const SIGNATURE_BYTES = 64;
const COORDINATE_BYTES = 32;
const KTY = 1;
const CRV = -1;
const X = -2;
const Y = -3;

/** A message taken apart. Nothing in it is verified. */
export interface CoseMessage {
  readonly protectedHeader: Uint8Array;
  readonly kid: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** A P-256 public key, ready for WebCrypto. */
export interface Es256Key {
  readonly key: CryptoKey;
  /** SHA-256 COSE Key Thumbprint (RFC 9679, section 5). */
  readonly thumbprint: Uint8Array;
}

/**
 * @throws MalformedInputError `cbor_too_large`, `cose_malformed`, or a code of `deterministicCbor.ts`
 */
export function parseCose(data: Uint8Array, maxBytes: number): CoseMessage {
  if (data.length > maxBytes) throw new MalformedInputError("cbor_too_large", { limit: maxBytes });
  if (data.length === 0) throw new MalformedInputError("cbor_malformed");
  if (data[0] !== SIGN1_TAG_BYTE) throw new MalformedInputError("cbor_type_unexpected");
  const items = parseCbor(data.subarray(1));
  if (!Array.isArray(items) || items.length !== 4) throw new MalformedInputError("cose_malformed");
  const [protectedHeader, unprotected, payload, signature]: readonly Cbor[] = items;
  if (
    !(protectedHeader instanceof Uint8Array) ||
    !(unprotected instanceof Map && unprotected.size === 0) ||
    !(payload instanceof Uint8Array) ||
    !(signature instanceof Uint8Array && signature.length === SIGNATURE_BYTES)
  ) {
    throw new MalformedInputError("cose_malformed");
  }
  return { protectedHeader, kid: parseHeader(protectedHeader), payload, signature };
}

function parseHeader(protectedHeader: Uint8Array): Uint8Array {
  const header = parseCbor(protectedHeader);
  if (!(header instanceof Map) || header.size !== 2 || header.get(ALG) !== ES256) {
    throw new MalformedInputError("cose_malformed");
  }
  const kid: unknown = header.get(KID);
  if (!(kid instanceof Uint8Array && kid.length === KID_BYTES)) throw new MalformedInputError("cose_malformed");
  return kid;
}

/**
 * Checks the signature (RFC 9052, section 4.4).
 *
 * @throws SignatureInvalidError `cose_signature_invalid`
 */
export async function verifyCose(message: CoseMessage, expectedKey: Es256Key): Promise<void> {
  const signed = encodeCbor(["Signature1", message.protectedHeader, new Uint8Array(), message.payload]);
  const valid = await crypto.subtle.verify(
    { name: "ECDSA", hash: "SHA-256" },
    expectedKey.key,
    ownBytes(message.signature),
    signed,
  );
  if (!valid) throw new SignatureInvalidError("cose_signature_invalid");
}

/**
 * Public key out of a COSE_Key map with exactly the four labels of a P-256 key, `y` in full.
 *
 * @throws MalformedInputError `cose_key_malformed`, also for a point that is not on the curve
 */
export async function parseCoseKey(value: Cbor | undefined): Promise<Es256Key> {
  if (!(value instanceof Map) || value.size !== 4 || value.get(KTY) !== 2 || value.get(CRV) !== 1) {
    throw new MalformedInputError("cose_key_malformed");
  }
  const map: CborMap = value;
  const x = map.get(X);
  const y = map.get(Y);
  if (!(x instanceof Uint8Array && x.length === COORDINATE_BYTES && y instanceof Uint8Array && y.length === x.length)) {
    throw new MalformedInputError("cose_key_malformed");
  }
  return { key: await importPoint(x, y), thumbprint: await sha256(encodeCbor(map)) };
}

async function importPoint(x: Uint8Array, y: Uint8Array): Promise<CryptoKey> {
  const point: Bytes = new Uint8Array(1 + 2 * COORDINATE_BYTES);
  point[0] = 0x04; // uncompressed (SEC 1, 2.3.3)
  point.set(x, 1);
  point.set(y, 1 + COORDINATE_BYTES);
  try {
    return await crypto.subtle.importKey("raw", point, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  } catch (cause) {
    throw new MalformedInputError("cose_key_malformed", {}, { cause });
  }
}
