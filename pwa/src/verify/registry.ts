/** The school registry: the names of schools, signed by the department. Their certificates are for PDF and XML only. */
import type { Cbor } from "./deterministicCbor.ts";
import { ListContent } from "./listContent.ts";
import { checkMoment, type ListHeader, malformed, parseList } from "./signedList.ts";
import { type TrustList, verifyListed } from "./trust.ts";

export const REGISTRY_SUBJECT = "school-registry";

/** The country has some 26,000 schools; a city's list has 0.5 MB. */
const MAX_REGISTRY_BYTES = 20_000_000;

export interface SchoolRegistry {
  readonly header: ListHeader;
  /** By school code. */
  readonly names: ReadonlyMap<string, string>;
}

interface ListedOptions {
  readonly trust: TrustList;
  readonly storedSequence?: number | undefined;
}

/**
 * Registry out of its bytes, if a `registry` key of the trust list signed it.
 *
 * @throws ListError as `verifier/registry.py`
 */
export async function verifySchoolRegistry(
  data: Uint8Array,
  { trust, storedSequence }: ListedOptions,
  now: Date,
): Promise<SchoolRegistry> {
  const unverified = parseList(data, REGISTRY_SUBJECT, MAX_REGISTRY_BYTES);
  await verifyListed(unverified, trust, "registry");
  checkMoment(unverified.header, storedSequence, now);
  const read = new ListContent(REGISTRY_SUBJECT);
  const names = new Map<string, string>();
  for (const entry of read.array(read.map(unverified.content).get("schools"))) {
    const [code, name, certificates, ...rest] = read.array(entry);
    if (rest.length > 0) throw read.unexpected();
    for (const certificate of read.array(certificates)) checkCertificate(certificate, read);
    if (names.has(read.text(code))) throw malformed(REGISTRY_SUBJECT, "list_entry_repeated");
    names.set(read.text(code), read.text(name));
  }
  return { header: unverified.header, names };
}

/** Not used in the browser, but a list that is wrong anywhere is not taken by anybody. */
function checkCertificate(value: Cbor, read: ListContent): void {
  const [sha256, from, until, role, ...rest] = read.array(value);
  if (read.bytes(sha256).length !== 32 || rest.length > 0) throw read.unexpected();
  read.moment(from);
  if (until !== null) read.moment(until);
  if (role !== "school" && role !== "manager") throw read.unexpected();
}
