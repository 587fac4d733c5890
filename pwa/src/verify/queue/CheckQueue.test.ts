import { expect, test } from "vitest";
import { ApiError } from "../../api/problem.ts";
import { readVectors } from "../../testing/readVectors.ts";
import type { Judged } from "../judge.ts";
import type { ShownRecord } from "../transcript.ts";
import { type Effect, type Finding, NO_FACTS, reachVerdict } from "../verdict.ts";
import { CheckQueue, type Cue, type Judges } from "./CheckQueue.ts";
import { MAX_ENTRIES } from "./queueEntry.ts";

const VECTORS = new Map(readVectors<{ readonly text: string }>("capsule"));
const FIRST = VECTORS.get("genuine_primary")?.text ?? "";
const SECOND = VECTORS.get("genuine_lower_secondary")?.text ?? "";
const START = Date.parse("2026-06-15T02:00:00Z");
const LINES = ["intact", "issuer", "status"] as const;

function verdictOf(effect?: Effect, recordId = "5b0a8f4e-3c1d-4e2f-9a6b-7c8d9e0f1a2b"): Judged {
  const findings = LINES.map(
    (line): Finding => (effect && line === "status" ? { code: "x", line, effect } : { code: "x", line }),
  );
  const record = { record_id: recordId, name: "Nguyễn An" } as ShownRecord;
  return {
    kind: "done",
    checkedBy: "device",
    verdict: reachVerdict({ ...NO_FACTS, findings, record }, new Date(START)),
  };
}

const NO_JUDGES: Judges = {
  text: async () => verdictOf(),
  photo: async () => verdictOf(),
  bySending: async () => verdictOf(),
  kindOf: async (file) => ((file as File).name.endsWith(".pdf") ? "pdf" : "photo"),
};

/** A queue whose clock and patience the test holds. */
function makeQueue(judges: Partial<Judges> = {}) {
  const cues: Cue[] = [];
  const slept: number[] = [];
  let now = START;
  const queue = new CheckQueue({
    judges: { ...NO_JUDGES, ...judges },
    clock: () => new Date(now),
    sleep: async (_signal, milliseconds) => void slept.push(milliseconds),
    onChange: () => undefined,
    onCue: (cue) => cues.push(cue),
  });
  return { queue, cues, slept, pass: (milliseconds: number) => (now += milliseconds) };
}

const pdf = (name: string) => new File(["%PDF-"], name);
const numbers = (queue: CheckQueue) => queue.view.entries.map(({ number }) => number);

test("a sheet held in front of the camera is one check, however long", async () => {
  const { queue, cues, pass } = makeQueue();
  for (let frame = 0; frame < 50; frame += 1) {
    await queue.see([FIRST]);
    pass(100);
  }
  expect(numbers(queue)).toEqual([1]);
  expect(cues).toEqual(["good"]);
});

test("a code that comes back is told as a repetition, with its number, and makes no line", async () => {
  const { queue, cues, pass } = makeQueue();
  await queue.see([FIRST]);
  await queue.see([SECOND]);
  pass(2_000);
  await queue.see([FIRST]);
  expect(numbers(queue)).toEqual([1, 2]);
  expect(queue.view.last).toMatchObject({ again: true, entry: { number: 1 } });
  expect(cues).toEqual(["good", "good", "again"]);
});

test("what could not be determined is checked again when it comes back, in its own line", async () => {
  let offline = true;
  const { queue, pass } = makeQueue({ text: async () => (offline ? verdictOf("undetermined") : verdictOf()) });
  await queue.see([FIRST]);
  offline = false;
  pass(2_000);
  await queue.see([FIRST]);
  expect(numbers(queue)).toEqual([1]);
  expect(queue.view.entries[0]?.judged).toMatchObject({ verdict: { verdict: "genuine" } });
});

test("two cards in one picture make no line, for nobody knows which is meant", async () => {
  const { queue } = makeQueue();
  await queue.see([FIRST, SECOND]);
  expect(queue.view).toMatchObject({ entries: [], hint: "severalCodes" });
  await queue.see([FIRST, "https://truong.example/quang-cao"]);
  expect(numbers(queue)).toEqual([1]);
});

test("a code that is no card makes no line; one of a foreign host does", async () => {
  const { queue, cues, pass } = makeQueue({
    text: async (_signal, scanned) =>
      scanned.kind === "capsule" && scanned.text.startsWith("https://gia.example")
        ? { kind: "foreign", host: "gia.example" }
        : { kind: "refused", refusal: "notACard" },
  });
  await queue.see(["WIFI:S:x"]);
  expect(queue.view).toMatchObject({ entries: [], hint: "notACard" });
  pass(5_000);
  await queue.see(["https://gia.example/v#1"]);
  expect(queue.view.entries[0]?.judged).toEqual({ kind: "foreign", host: "gia.example" });
  expect(cues).toEqual(["attention", "attention"]);
});

test("the same card by another way is listed, and says so", async () => {
  const { queue } = makeQueue();
  await queue.see([FIRST]);
  await queue.addFiles([new File(["x"], "anh.jpg")]);
  expect(queue.view.entries.map(({ sameAs }) => sameAs)).toEqual([null, 1]);
});

test("nothing is sent before somebody agrees, and then everything", async () => {
  const sent: string[] = [];
  const { queue } = makeQueue({
    bySending: async (_signal, file) => {
      sent.push((file as File).name);
      return verdictOf(undefined, `id of ${(file as File).name}`);
    },
  });
  await queue.addFiles([pdf("a.pdf"), new File(["x"], "anh.jpg"), pdf("b.pdf")]);
  expect(sent).toEqual([]);
  expect(queue.view.waiting.map((file) => file.name)).toEqual(["a.pdf", "b.pdf"]);
  await queue.send();
  expect(sent).toEqual(["a.pdf", "b.pdf"]);
  expect(queue.view).toMatchObject({ waiting: [], sending: undefined });
  expect(queue.view.entries.map(({ fileName }) => fileName)).toEqual(["anh.jpg", "a.pdf", "b.pdf"]);
});

test("a server that asks to wait is waited for", async () => {
  let busy = 2;
  const { queue, slept } = makeQueue({
    bySending: async () => {
      if (busy-- > 0) throw new ApiError("too_many_requests", 429, undefined, 7);
      return verdictOf();
    },
  });
  await queue.addFiles([pdf("a.pdf")]);
  await queue.send();
  expect(slept).toEqual([7_000, 7_000]);
  expect(queue.view.entries[0]?.judged.kind).toBe("done");
});

test("a file whose sending is stopped waits on, without a line", async () => {
  const { queue } = makeQueue({
    bySending: (signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  });
  await queue.addFiles([pdf("a.pdf"), pdf("b.pdf")]);
  const sending = queue.send();
  await Promise.resolve().then(() => Promise.resolve());
  queue.stopSending();
  await sending;
  expect(queue.view).toMatchObject({ entries: [], sending: undefined });
  expect(queue.view.waiting).toHaveLength(2);
});

test("clearing forgets everything, also the check under way", async () => {
  let answer: (judged: Judged) => void = () => undefined;
  const { queue } = makeQueue({ text: () => new Promise((resolve) => (answer = resolve)) });
  const checking = queue.see([FIRST]);
  queue.clear();
  answer(verdictOf());
  await checking;
  expect(queue.view).toMatchObject({ entries: [], waiting: [], last: undefined });
});

test("a full list takes no more", async () => {
  const { queue } = makeQueue({ text: async (_signal, scanned) => verdictOf(undefined, JSON.stringify(scanned)) });
  for (let number = 0; number < MAX_ENTRIES; number += 1) await queue.addText(`card ${number}`);
  await queue.see([FIRST]);
  await queue.addFiles([new File(["x"], "anh.jpg")]);
  expect(queue.view.entries).toHaveLength(MAX_ENTRIES);
});
