/**
 * What the three lists have in common: CWT claims (RFC 8392) in a COSE_Sign1, a sequence number and a validity.
 *
 * Checking a list, in this order; the first that fails decides:
 *
 * 1. at most so many bytes, one COSE_Sign1 in our only form, claims 1, 2, 4, 6, -65538 and -65539, no others;
 * 2. the subject (claim 2) is the list that was asked for;
 * 3. the key: for the trust list the one inside it whose thumbprint is the trust anchor, else the trust list's key
 *    with that kid and purpose;
 * 4. the signature;
 * 5. the key was valid when the list was issued, and is not withdrawn, whenever since; the issuer is the trust list's
 *    department;
 * 6. the list was not issued after now, and is not older than one seen before;
 * 7. the content is what the subject says.
 *
 * A list that has expired passes: it can still prove that a card is revoked or superseded. `isStale` says so.
 */
import { type CoseMessage, parseCose } from "./cose.ts";
import { type Cbor, parseCbor } from "./deterministicCbor.ts";
import { CheckError, ListError, MalformedInputError } from "./errors.ts";

/** Phones' clocks differ. */
export const CLOCK_TOLERANCE_SECONDS = 600;
/** 2020 to 2200, in seconds since 1970: before the first card, and far from overflowing a calendar. */
export const EARLIEST_SECOND = 1_577_836_800;
export const LATEST_SECOND = 7_258_118_400;
export const MAX_NAME_CHARACTERS = 250;

const ISS = 1;
const SUB = 2;
const EXP = 4;
const IAT = 6;
const SEQUENCE = -65538;
const CONTENT = -65539;

export interface ListHeader {
  /** Department code. */
  readonly issuer: string;
  /** `trust-list`, `school-registry` or `status-list/<school year>`. */
  readonly subject: string;
  /** Raised with every issue of the list. */
  readonly sequence: number;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** A list taken apart. Nothing in it is verified. */
export interface UnverifiedList {
  readonly message: CoseMessage;
  readonly header: ListHeader;
  readonly content: Cbor;
}

export function ageSeconds(header: ListHeader, now: Date): number {
  return Math.max(0, Math.floor(now.getTime() / 1000 - header.issuedAt));
}

export function isStale(header: ListHeader, now: Date): boolean {
  return now.getTime() / 1000 > header.expiresAt;
}

/**
 * Steps 1 and 2.
 *
 * @throws ListError `list_malformed` with its cause, `list_subject_unexpected`
 */
export function parseList(data: Uint8Array, expectedSubject: string, maxBytes: number): UnverifiedList {
  let list: UnverifiedList;
  try {
    const message = parseCose(data, maxBytes);
    const claims = parseCbor(message.payload);
    list = { message, ...parseClaims(claims) };
  } catch (error) {
    throw malformed(expectedSubject, error instanceof CheckError ? error.reason : "unexpected");
  }
  if (list.header.subject !== expectedSubject)
    throw new ListError("list_subject_unexpected", { list: expectedSubject });
  return list;
}

/**
 * Step 6.
 *
 * @throws ListError `list_not_yet_issued`, `list_older_than_seen`
 */
export function checkMoment(header: ListHeader, storedSequence: number | undefined, now: Date): void {
  if (header.issuedAt > now.getTime() / 1000 + CLOCK_TOLERANCE_SECONDS) {
    throw new ListError("list_not_yet_issued", { list: header.subject });
  }
  if (storedSequence !== undefined && header.sequence < storedSequence) {
    throw new ListError("list_older_than_seen", { list: header.subject, seen: storedSequence });
  }
}

export function malformed(subject: string, cause: string): ListError {
  return new ListError("list_malformed", { list: subject, cause });
}

function parseClaims(claims: Cbor): { readonly header: ListHeader; readonly content: Cbor } {
  if (!(claims instanceof Map) || claims.size !== 6) throw new MalformedInputError("list_claims_malformed");
  const issuer: unknown = claims.get(ISS);
  const subject: unknown = claims.get(SUB);
  const content: Cbor | undefined = claims.get(CONTENT);
  if (typeof issuer !== "string" || typeof subject !== "string" || content === undefined) {
    throw new MalformedInputError("list_claims_malformed");
  }
  if ([...issuer].length > MAX_NAME_CHARACTERS) throw new MalformedInputError("list_claims_malformed");
  const header = {
    issuer,
    subject,
    sequence: wholeNumber(claims.get(SEQUENCE), 0, Number.MAX_SAFE_INTEGER),
    issuedAt: wholeNumber(claims.get(IAT), EARLIEST_SECOND, LATEST_SECOND - 1),
    expiresAt: wholeNumber(claims.get(EXP), EARLIEST_SECOND, LATEST_SECOND - 1),
  };
  if (header.expiresAt < header.issuedAt) throw new MalformedInputError("list_claims_malformed");
  return { header, content };
}

function wholeNumber(value: unknown, least: number, most: number): number {
  if (typeof value !== "number" || value < least || value > most)
    throw new MalformedInputError("list_claims_malformed");
  return value;
}
