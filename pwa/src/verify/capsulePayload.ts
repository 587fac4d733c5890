/** The capsule's content out of its CBOR array; `docs/formats/capsule.md` describes every item. */
import { toHex } from "./bytes.ts";
import { type PackedResults, unpackPrimary, unpackSecondary } from "./capsuleResults.ts";
import type { Cbor } from "./deterministicCbor.ts";
import { MalformedInputError } from "./errors.ts";
import { EARLIEST_SECOND, LATEST_SECOND, MAX_NAME_CHARACTERS } from "./signedList.ts";
import type { Regulation, Transcript } from "./transcript.ts";

const VERSION = 1;
const ITEMS = 16;
const SECONDS_A_DAY = 86_400;
const FIRST_DAY = -25_567; // 1900-01-01, days since 1970-01-01
const LAST_DAY = 84_005; // 2199-12-31
const MAX_CODE_CHARACTERS = 40;
const MAX_OWN_SUBJECTS = 40;
const REGULATIONS: readonly Regulation[] = ["27/2020/TT-BGDĐT", "22/2021/TT-BGDĐT"];
const LAST_PRIMARY_GRADE = 5;
const UUID_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** Line ends, other controls and letters that turn the reading direction round: never in a name or code. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

/** What the QR of a card says. */
export interface Capsule {
  readonly transcript: Transcript;
  /** When the department sealed it, seconds since 1970. */
  readonly issuedAt: number;
  /** Of the signed XML's exact bytes. */
  readonly xmlSha256: Uint8Array;
}

/**
 * @throws MalformedInputError `capsule_version_unknown`, `capsule_malformed` with the field,
 *   `capsule_subject_unknown`, `mark_malformed`, `record_id_malformed`, `capsule_not_canonical`
 */
export function unpackCapsule(value: Cbor | undefined): Capsule {
  if (!Array.isArray(value) || value.length === 0) throw malformed("capsule");
  const items: readonly Cbor[] = value;
  if (items[0] !== VERSION) throw new MalformedInputError("capsule_version_unknown");
  if (items.length !== ITEMS) throw malformed("capsule");
  const capsule = {
    transcript: unpackTranscript(items),
    issuedAt: wholeNumber(items[2], EARLIEST_SECOND, LATEST_SECOND - 1, "issued_at"),
    xmlSha256: bytes(items[15], "xml_sha256"),
  };
  if (capsule.xmlSha256.length !== 32) throw malformed("xml_sha256");
  return capsule;
}

function unpackTranscript(items: readonly Cbor[]): Transcript {
  const grade = wholeNumber(items[7], 1, 12, "grade");
  const firstYear = wholeNumber(items[6], 2000, 2199, "school_year");
  const primary = grade <= LAST_PRIMARY_GRADE;
  const packed: PackedResults = {
    summary: bytes(items[10], "results"),
    bitmap: bitmap(items[11]),
    marks: bytes(items[12], "marks"),
    reexaminations: bytes(items[13], "reexaminations"),
    ownSubjects: ownSubjects(items[14]),
  };
  const regulation = REGULATIONS[wholeNumber(items[9], 1, 2, "regulation") - 1];
  if (!regulation || primary !== (regulation === REGULATIONS[0])) throw malformed("regulation");
  return {
    record_id: recordId(bytes(items[1], "record_id")),
    name: printedText(items[3], MAX_NAME_CHARACTERS, "name"),
    date_of_birth: dayOf(wholeNumber(items[4], FIRST_DAY, LAST_DAY, "date_of_birth")),
    school_code: printedText(items[5], MAX_CODE_CHARACTERS, "school_code"),
    school_year: `${firstYear}-${firstYear + 1}`,
    grade,
    class_group: printedText(items[8], MAX_CODE_CHARACTERS, "class_group"),
    regulation,
    results: primary ? unpackPrimary(packed) : unpackSecondary(packed),
  };
}

function recordId(value: Uint8Array): string {
  if (value.length !== 16) throw malformed("record_id");
  const id = toHex(value).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  if (!UUID_4.test(id)) throw new MalformedInputError("record_id_malformed", { field: "record_id" });
  return id;
}

function ownSubjects(value: Cbor | undefined): readonly (readonly [string, Uint8Array])[] {
  if (!Array.isArray(value) || value.length > MAX_OWN_SUBJECTS) throw malformed("own_subjects");
  return value.map((item: Cbor) => {
    if (!Array.isArray(item) || item.length !== 2) throw malformed("own_subjects");
    const [code, marks]: readonly Cbor[] = item;
    return [printedText(code, MAX_CODE_CHARACTERS, "own_subjects"), bytes(marks, "own_subjects")] as const;
  });
}

function dayOf(days: number): string {
  return new Date(days * SECONDS_A_DAY * 1000).toISOString().slice(0, 10);
}

function bitmap(value: Cbor | undefined): bigint {
  if ((typeof value !== "number" && typeof value !== "bigint") || value < 0) throw malformed("bitmap");
  return BigInt(value);
}

function wholeNumber(value: Cbor | undefined, least: number, most: number, field: string): number {
  if (typeof value !== "number" || value < least || value > most) throw malformed(field);
  return value;
}

function bytes(value: Cbor | undefined, field: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw malformed(field);
  return value;
}

function printedText(value: Cbor | undefined, maxCharacters: number, field: string): string {
  if (typeof value !== "string" || value === "" || [...value].length > maxCharacters) throw malformed(field);
  if (value !== value.normalize("NFC") || value !== value.trim() || UNPRINTABLE.test(value)) throw malformed(field);
  return value;
}

function malformed(field: string): MalformedInputError {
  return new MalformedInputError("capsule_malformed", { field });
}
