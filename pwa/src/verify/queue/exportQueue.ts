/** The list for the admission's own program: a table for people, JSON for machines. Both are made on this device. */
import { subjectsOf } from "../../card/subjectNames.ts";
import { formatDate } from "../../format/formatDate.ts";
import { formatInstant } from "../../format/formatInstant.ts";
import { formatMark } from "../../format/formatMark.ts";
import { vi as text } from "../../i18n/vi.ts";
import type { CheckedBy, Judged } from "../judge.ts";
import type { Sentences } from "../sentences.ts";
import type { PrimarySubject, SecondarySubject, ShownRecord } from "../transcript.ts";
import type { Verdict } from "../verdict.ts";
import { vi as words } from "../words/vi.ts";
import type { QueueEntry } from "./queueEntry.ts";

type Cell = string | number | null;
/** What a line says, by heading; a heading is a column once any line has it. */
type Row = ReadonlyMap<string, Cell>;

/** Without it, spreadsheet programs read Vietnamese letters as something else. */
const BYTE_ORDER_MARK = "\ufeff";
/** What a spreadsheet would take for a formula, in its wide forms too. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

const PLACES: Readonly<Record<CheckedBy, string>> = {
  device: words.checkedHere,
  "device-offline": words.checkedOffline,
  server: words.checkedServer,
};

/** A table in Vietnamese, one line a check, one column a mark (RFC 4180, UTF-8 with a byte order mark). */
export function queueToCsv(entries: readonly QueueEntry[], sentences: Sentences): string {
  const rows = entries.map((entry) => rowOf(entry, sentences));
  const headings = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const lines = [headings, ...rows.map((row) => headings.map((heading) => row.get(heading) ?? null))];
  return BYTE_ORDER_MARK + lines.map((line) => `${line.map(csvCell).join(",")}\r\n`).join("");
}

export interface ExportedQueue {
  readonly exported_at: string;
  readonly site: string;
  readonly trust_anchor: string | null;
  readonly results: readonly ExportedResult[];
}

interface ExportedResult {
  readonly number: number;
  readonly written_at: string;
  readonly source: string;
  readonly file_name: string | null;
  readonly same_card_as: number | null;
  readonly checked_by: CheckedBy | null;
  /** As `POST /api/verify` answers; null where nothing was checked. */
  readonly verdict: Verdict | null;
  readonly not_checked: { readonly reason: string; readonly host?: string } | null;
}

/** Everything that is known of each line. */
export function queueToJson(
  entries: readonly QueueEntry[],
  { site, trustAnchor }: { readonly site: string; readonly trustAnchor: string | undefined },
  now: Date,
): ExportedQueue {
  return {
    exported_at: now.toISOString(),
    site,
    trust_anchor: trustAnchor ?? null,
    results: entries.map(({ number, at, source, fileName, sameAs, judged }) => ({
      number,
      written_at: at,
      source,
      file_name: fileName,
      same_card_as: sameAs,
      checked_by: judged.kind === "done" ? judged.checkedBy : null,
      verdict: judged.kind === "done" ? judged.verdict : null,
      not_checked: notChecked(judged),
    })),
  };
}

function notChecked(judged: Judged): ExportedResult["not_checked"] {
  switch (judged.kind) {
    case "done":
      return null;
    case "foreign":
      return { reason: "foreign_host", host: judged.host };
    case "refused":
      return { reason: judged.refusal };
  }
}

function rowOf(entry: QueueEntry, sentences: Sentences): Row {
  const { columns, sources } = words.queue;
  const { judged } = entry;
  const verdict = judged.kind === "done" ? judged.verdict : undefined;
  const record = verdict?.record;
  return new Map<string, Cell>([
    [columns.number, entry.number],
    [columns.verdict, verdict ? (sentences[`verdict_${verdict.verdict}`] ?? verdict.verdict) : words.queue.notChecked],
    [text.card.name, record?.name ?? null],
    [text.card.dateOfBirth, record ? formatDate(record.date_of_birth) : null],
    [text.card.school, record?.school_name ?? null],
    [text.card.schoolCode, record?.school_code ?? null],
    [text.card.schoolYear, record?.school_year ?? null],
    [text.card.grade, record?.grade ?? null],
    [text.card.classGroup, record?.class_group ?? null],
    [text.card.recordId, record?.record_id ?? null],
    [columns.intact, answer("intact")],
    [columns.issuer, answer("issuer")],
    [columns.status, answer("status")],
    [columns.reason, reasonOf(judged, sentences)],
    [columns.issuerName, verdict?.issuer.name ?? null],
    [columns.statusAge, minutes(verdict?.lists.status_age_seconds)],
    [columns.checkedAt, formatInstant(verdict?.checked_at ?? entry.at)],
    [columns.checkedBy, judged.kind === "done" ? PLACES[judged.checkedBy] : null],
    [columns.source, sources[entry.source]],
    [columns.fileName, entry.fileName],
    [columns.sameAs, entry.sameAs],
    ...(record ? marksOf(record) : []),
  ]);

  function answer(line: "intact" | "issuer" | "status"): Cell {
    return verdict ? (sentences[`answer_${verdict[line].answer}`] ?? verdict[line].answer) : null;
  }
}

/** Why a line is not simply genuine, in sentences. */
function reasonOf(judged: Judged, sentences: Sentences): Cell {
  if (judged.kind === "foreign") return words.foreignHost(judged.host);
  if (judged.kind === "refused") return words.refusals[judged.refusal];
  const { verdict, intact, issuer, status } = judged.verdict;
  if (verdict === "genuine") return null;
  const doubtful = [intact, issuer, status].filter((line) => line.answer !== "yes");
  return doubtful.flatMap((line) => line.codes.map((code) => sentences[code] ?? code)).join(" ");
}

function marksOf(record: ShownRecord): readonly (readonly [string, Cell])[] {
  const { results } = record;
  const name = (code: string) =>
    subjectsOf(results.kind).find((subject) => subject.code === code)?.vi ?? words.ownSubject(code);
  return results.kind === "primary"
    ? results.subjects.flatMap((subject) => primaryMarks(name(subject.code), subject))
    : results.subjects.flatMap((subject) => secondaryMarks(name(subject.code), subject));
}

function primaryMarks(name: string, { level, score }: PrimarySubject): readonly (readonly [string, Cell])[] {
  return [
    [`${name}: ${text.card.level}`, level && text.scale.achievement[level]],
    [`${name}: ${text.card.score}`, score],
  ];
}

function secondaryMarks(name: string, subject: SecondarySubject): readonly (readonly [string, Cell])[] {
  return [
    [`${name}: ${text.card.semester1}`, formatMark(subject.semester_1)],
    [`${name}: ${text.card.semester2}`, formatMark(subject.semester_2)],
    [`${name}: ${text.card.year}`, formatMark(subject.year)],
    [`${name}: ${text.card.reexamination}`, formatMark(subject.reexamination)],
  ];
}

function minutes(seconds: number | null | undefined): Cell {
  return seconds === null || seconds === undefined ? null : Math.floor(seconds / 60);
}

function csvCell(cell: Cell): string {
  if (cell === null || typeof cell === "number") return cell === null ? "" : String(cell);
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell;
  return `"${harmless.replaceAll('"', '""')}"`;
}
