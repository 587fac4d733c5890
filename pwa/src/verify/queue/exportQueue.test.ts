import { expect, test } from "vitest";
import { readVectors } from "../../testing/readVectors.ts";
import { loadSentences } from "../sentences.ts";
import type { ShownRecord } from "../transcript.ts";
import { type Facts, type Finding, NO_FACTS, reachVerdict } from "../verdict.ts";
import { queueToCsv, queueToJson } from "./exportQueue.ts";
import type { QueueEntry } from "./queueEntry.ts";

const NOW = new Date("2026-06-15T02:00:00Z");
const SENTENCES = await loadSentences("vi");
const LINES = ["intact", "issuer", "status"] as const;

interface Vector {
  readonly expected: { readonly transcript: Omit<ShownRecord, "school_name" | "issued_at"> };
}
const UPPER = new Map(readVectors<Vector>("capsule")).get("genuine_upper_secondary")?.expected.transcript;

function entryOf(number: number, record: Partial<ShownRecord>, fileName: string | null = null): QueueEntry {
  if (!UPPER) throw new Error("the vector is missing");
  const findings = LINES.map((line): Finding => ({ code: "card_in_force", line }));
  const shown: ShownRecord = { ...UPPER, school_name: "Trường THPT Núi Cao", issued_at: null, ...record };
  const facts: Facts = { ...NO_FACTS, findings, record: shown, statusAgeSeconds: 7_200, inputKind: "capsule" };
  const judged = { kind: "done", checkedBy: "device-offline", verdict: reachVerdict(facts, NOW) } as const;
  return { number, source: "camera", fileName, code: "00", judged, at: NOW.toISOString(), sameAs: null };
}

const FOREIGN: QueueEntry = {
  number: 2,
  source: "typed",
  fileName: null,
  code: "x",
  judged: { kind: "foreign", host: "gia.example" },
  at: NOW.toISOString(),
  sameAs: null,
};

/** Rows of cells, as a reader of RFC 4180 sees them. */
function cells(csv: string): string[][] {
  return csv
    .slice(1)
    .trimEnd()
    .split("\r\n")
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => (m[1] ?? m[2] ?? "").replaceAll('""', '"')),
    );
}

test("the table begins with a byte order mark and Vietnamese headings, and has every mark", () => {
  const csv = queueToCsv([entryOf(1, {}), FOREIGN], SENTENCES);
  expect(csv.charCodeAt(0)).toBe(0xfeff);
  const [headings = [], first = [], second = []] = cells(csv);
  expect(headings.slice(0, 4)).toEqual(["STT", "Kết luận", "Họ và tên", "Ngày sinh"]);
  expect(first[headings.indexOf("Ngữ văn: Cả năm")]).toBe("8,3");
  expect(first[headings.indexOf("Môn riêng của trường, mã STEM: Cả năm")]).toBe("8,9");
  expect(first[headings.indexOf("Danh sách thu hồi cũ (phút)")]).toBe("120");
  expect(second.slice(0, 4)).toEqual(["2", "CHƯA KIỂM TRA", "", ""]);
  expect(second[headings.indexOf("Lý do")]).toContain("gia.example");
  expect(second).toHaveLength(headings.length);
});

test.each([
  "=1+1",
  "+84901234567",
  "-2+3",
  "@SUM(A1)",
  "\t=1",
  "\r=1",
  " =1",
  "＝1+1",
  '=HYPERLINK("http://gia.example","Xem")',
])("%j is no formula in the table", (name) => {
  const [headings = [], row = []] = cells(
    queueToCsv([entryOf(1, { name }, name)], SENTENCES).replaceAll("\r=", "\u2400="),
  );
  const written = row[headings.indexOf("Họ và tên")] ?? "";
  expect(written).toBe(`'${name.replaceAll("\r", "\u2400")}`);
  expect(row[headings.indexOf("Tên tệp")]?.startsWith("'")).toBe(true);
});

test("quotation marks and line ends stay inside their cell", () => {
  const csv = queueToCsv([entryOf(1, { class_group: '12 "A", B' })], SENTENCES);
  const [headings = [], row = []] = cells(csv);
  expect(row[headings.indexOf("Lớp")]).toBe('12 "A", B');
});

test("JSON holds the verdicts as the server would answer them, and why the others were not checked", () => {
  const one = entryOf(1, {});
  const exported = queueToJson([one, FOREIGN], { site: "https://hocba.example", trustAnchor: "ab" }, NOW);
  expect(exported.results[0]).toMatchObject({ number: 1, checked_by: "device-offline", not_checked: null });
  expect(exported.results[0]?.verdict).toEqual(one.judged.kind === "done" && one.judged.verdict);
  expect(exported.results[1]).toMatchObject({
    verdict: null,
    not_checked: { reason: "foreign_host", host: "gia.example" },
  });
  expect(JSON.stringify(exported)).toContain('"trust_anchor":"ab"');
});
