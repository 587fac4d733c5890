/**
 * The status list: which cards of one school year were revoked or replaced, signed afresh every day.
 *
 * A card is named by the first 10 bytes of SHA-256 of its record id, and the list is fetched whole: nobody learns
 * which card was checked.
 */
import { compareBytes, fromHex, sha256 } from "./bytes.ts";
import { ListError } from "./errors.ts";
import { ListContent } from "./listContent.ts";
import { checkMoment, type ListHeader, malformed, parseList } from "./signedList.ts";
import { type TrustList, verifyListed } from "./trust.ts";

const ENTRY_BYTES = 10;
/** Three million withdrawn cards of one year. */
const MAX_STATUS_LIST_BYTES = 30_000_000;
const MAX_VALIDITY_SECONDS = 24 * 3600;

export type CardState = "in_force" | "revoked" | "superseded";

export interface StatusList {
  readonly header: ListHeader;
  readonly schoolYear: string;
  /** Entries of 10 bytes, ascending. */
  readonly revoked: Uint8Array;
  readonly superseded: Uint8Array;
}

export function statusSubject(schoolYear: string): string {
  return `status-list/${schoolYear}`;
}

/** State of a card of the list's school year; revoked weighs more than superseded. */
export async function stateOf(list: StatusList, recordId: string): Promise<CardState> {
  const entry = (await sha256(fromHex(recordId.replaceAll("-", "")))).subarray(0, ENTRY_BYTES);
  if (holds(list.revoked, entry)) return "revoked";
  return holds(list.superseded, entry) ? "superseded" : "in_force";
}

interface StatusOptions {
  readonly trust: TrustList;
  readonly expectedSchoolYear: string;
  readonly storedSequence?: number | undefined;
}

/**
 * Status list out of its bytes, if a `status` key of the trust list signed it.
 *
 * @throws ListError as `verifier/status.py`
 */
export async function verifyStatusList(data: Uint8Array, options: StatusOptions, now: Date): Promise<StatusList> {
  const subject = statusSubject(options.expectedSchoolYear);
  const unverified = parseList(data, subject, MAX_STATUS_LIST_BYTES);
  await verifyListed(unverified, options.trust, "status");
  checkMoment(unverified.header, options.storedSequence, now);
  const read = new ListContent(subject);
  const content = read.map(unverified.content);
  const list: StatusList = {
    header: unverified.header,
    schoolYear: read.text(content.get("school_year")),
    revoked: read.bytes(content.get("revoked")),
    superseded: read.bytes(content.get("superseded")),
  };
  if (list.schoolYear !== options.expectedSchoolYear) throw read.unexpected();
  if (list.header.expiresAt - list.header.issuedAt > MAX_VALIDITY_SECONDS) {
    throw new ListError("list_validity_too_long", { list: subject });
  }
  checkEntries(list.revoked, subject);
  checkEntries(list.superseded, subject);
  return list;
}

/** The search below relies on the order, so a list without it is refused. */
function checkEntries(entries: Uint8Array, subject: string): void {
  if (entries.length % ENTRY_BYTES !== 0) throw malformed(subject, "list_content_malformed");
  for (let place = 1; place < entries.length / ENTRY_BYTES; place++) {
    if (compareBytes(entryAt(entries, place - 1), entryAt(entries, place)) >= 0) {
      throw malformed(subject, "list_entries_unordered");
    }
  }
}

function entryAt(entries: Uint8Array, place: number): Uint8Array {
  return entries.subarray(place * ENTRY_BYTES, (place + 1) * ENTRY_BYTES);
}

function holds(entries: Uint8Array, entry: Uint8Array): boolean {
  let low = 0;
  let high = entries.length / ENTRY_BYTES;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(entryAt(entries, middle), entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low < entries.length / ENTRY_BYTES && compareBytes(entryAt(entries, low), entry) === 0;
}
