/**
 * The results of a capsule: which subjects, every mark, and the year's outcome. `docs/formats/capsule.md`, "Results",
 * describes every byte. Packing has one possible result for each card; bits and pairs that it would not have written
 * are refused as `capsule_not_canonical`.
 */
import { subjectsOf } from "../card/subjectNames.ts";
import { MalformedInputError } from "./errors.ts";
import { markFromByte, NO_MARK_BYTE } from "./marks.ts";
import type {
  AchievementLevel,
  EducationalResult,
  OverallLevel,
  PeriodLevels,
  PrimaryResults,
  PrimarySubject,
  QualityLevel,
  SecondaryResults,
  SecondarySubject,
} from "./transcript.ts";

// A level's number is its place here plus one; 0 is "none".
const ACHIEVEMENT: readonly AchievementLevel[] = ["T", "H", "C", "M"];
const QUALITY: readonly QualityLevel[] = ["T", "Đ", "C"];
const EDUCATIONAL: readonly EducationalResult[] = ["HTXS", "HTT", "HT", "CHT"];
const OVERALL: readonly OverallLevel[] = ["T", "K", "Đ", "CĐ"];

const QUALITIES = 5;
const COMPETENCES = 10;
const NO_SCORE = 15;
const MAX_SCORE = 10;
const NO_ABSENCES = 0xffff;
const BITMAP_BITS = 64n;

/** Items 10 to 14 of the capsule's array. */
export interface PackedResults {
  readonly summary: Uint8Array;
  readonly bitmap: bigint;
  readonly marks: Uint8Array;
  readonly reexaminations: Uint8Array;
  readonly ownSubjects: readonly (readonly [code: string, marks: Uint8Array])[];
}

type Row = readonly [code: string, marks: readonly number[]];

export function unpackPrimary(packed: PackedResults): PrimaryResults {
  const rows = rowsOf(packed, "primary", 1, 1);
  if (packed.reexaminations.length > 0) throw malformed("reexaminations");
  const [educational = 0, flags = 0, ...levelBytes] = bytesOf(packed.summary, 6);
  const levels = twoBitLevels(levelBytes);
  if (flags >> 6 !== 0) throw notCanonical();
  return {
    kind: "primary",
    subjects: rows.map(primarySubject),
    qualities: levels.slice(0, QUALITIES),
    competences: levels.slice(QUALITIES),
    educational_result: levelOf(EDUCATIONAL, educational, "results"),
    promoted: flagOf(flags & 3),
    class_programme_completed: flagOf((flags >> 2) & 3),
    primary_programme_completed: flagOf((flags >> 4) & 3),
  };
}

export function unpackSecondary(packed: PackedResults): SecondaryResults {
  const rows = rowsOf(packed, "secondary", 3, 4);
  const again = reexaminationsOf(packed);
  const [l1 = 0, l2 = 0, t1 = 0, t2 = 0, flags = 0, high = 0, low = 0] = bytesOf(packed.summary, 7);
  const absences = (high << 8) | low;
  if (flags >> 4 !== 0) throw notCanonical();
  return {
    kind: "secondary",
    subjects: rows.map(([code, marks]) => secondarySubject(code, [...marks, again.get(code) ?? NO_MARK_BYTE])),
    learning: periodsOf(l1, l2),
    training: periodsOf(t1, t2),
    absences: absences === NO_ABSENCES ? null : absences,
    promoted: flagOf(flags & 3),
    programme_completed: flagOf((flags >> 2) & 3),
  };
}

/** Every subject with its bytes: those of the bitmap in the form's order, then the school's own. */
function rowsOf(packed: PackedResults, level: "primary" | "secondary", width: number, ownWidth: number): Row[] {
  const subjects = [...subjectsOf(level)].sort((a, b) => a.number - b.number);
  if (packed.bitmap >= 1n << BITMAP_BITS) throw malformed("bitmap");
  const listed = subjects.filter((subject) => (packed.bitmap >> BigInt(subject.number)) & 1n);
  const known = listed.reduce((bits, subject) => bits | (1n << BigInt(subject.number)), 0n);
  if (known !== packed.bitmap) throw new MalformedInputError("capsule_subject_unknown");
  if (packed.marks.length !== width * listed.length) throw malformed("marks");
  const codes = new Set(subjects.map((subject) => subject.code));
  for (const [code, marks] of packed.ownSubjects) {
    if (marks.length !== ownWidth || codes.has(code)) throw malformed("own_subjects");
    codes.add(code);
  }
  return [
    ...listed.map(
      (subject, place): Row => [subject.code, [...packed.marks.subarray(width * place, width * (place + 1))]],
    ),
    ...packed.ownSubjects.map(([code, marks]): Row => [code, [...marks]]),
  ];
}

/** Marks after re-examination by subject code; pairs ascend by subject number and never say "none". */
function reexaminationsOf(packed: PackedResults): ReadonlyMap<string, number> {
  const pairs = packed.reexaminations;
  if (pairs.length % 2 !== 0) throw malformed("reexaminations");
  const found = new Map<string, number>();
  let last = -1;
  for (let place = 0; place < pairs.length; place += 2) {
    const number = pairs[place] ?? 0;
    const mark = pairs[place + 1] ?? NO_MARK_BYTE;
    const subject = subjectsOf("secondary").find((candidate) => candidate.number === number);
    if (!subject || !((packed.bitmap >> BigInt(number)) & 1n)) throw malformed("reexaminations");
    if (number <= last || mark === NO_MARK_BYTE) throw notCanonical();
    found.set(subject.code, mark);
    last = number;
  }
  return found;
}

function primarySubject([code, marks]: Row): PrimarySubject {
  const byte = marks[0] ?? 0;
  const score = byte & 15;
  if (score > MAX_SCORE && score < NO_SCORE) throw malformed("marks");
  return { code, level: levelOf(ACHIEVEMENT, byte >> 4, "marks"), score: score === NO_SCORE ? null : score };
}

/** Three marks and the re-examination; a school's own subject brings its fourth byte along. */
function secondarySubject(code: string, bytes: readonly number[]): SecondarySubject {
  const [semester1, semester2, year, reexamination] = bytes.slice(0, 4).map(markFromByte);
  return {
    code,
    semester_1: semester1 ?? null,
    semester_2: semester2 ?? null,
    year: year ?? null,
    reexamination: reexamination ?? null,
  };
}

/** Fifteen levels of two bits, the first in the most significant ones; the last two bits are zero. */
function twoBitLevels(bytes: readonly number[]): (QualityLevel | null)[] {
  const bits = bytes.flatMap((byte) => [byte >> 6, (byte >> 4) & 3, (byte >> 2) & 3, byte & 3]);
  if (bits[QUALITIES + COMPETENCES] !== 0) throw notCanonical();
  return bits.slice(0, QUALITIES + COMPETENCES).map((number) => levelOf(QUALITY, number, "results"));
}

function periodsOf(semesters: number, year: number): PeriodLevels {
  return {
    semester_1: levelOf(OVERALL, semesters >> 4, "results"),
    semester_2: levelOf(OVERALL, semesters & 15, "results"),
    year: levelOf(OVERALL, year >> 4, "results"),
    after_summer: levelOf(OVERALL, year & 15, "results"),
  };
}

function levelOf<T>(levels: readonly T[], number: number, field: string): T | null {
  if (number > levels.length) throw malformed(field);
  return number === 0 ? null : (levels[number - 1] ?? null);
}

/** Two bits: 0 unknown, 1 no, 2 yes. */
function flagOf(bits: number): boolean | null {
  if (bits > 2) throw malformed("results");
  return bits === 0 ? null : bits === 2;
}

function bytesOf(summary: Uint8Array, length: number): readonly number[] {
  if (summary.length !== length) throw malformed("results");
  return [...summary];
}

function malformed(field: string): MalformedInputError {
  return new MalformedInputError("capsule_malformed", { field });
}

function notCanonical(): MalformedInputError {
  return new MalformedInputError("capsule_not_canonical");
}
