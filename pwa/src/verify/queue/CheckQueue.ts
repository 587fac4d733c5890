/**
 * Check after check, as on an admission day. Holds the list, and nothing outlives the page.
 *
 * - A sheet that stays in front of the camera is one check; the same code seen again later is told as a repetition.
 * - A code whose verdict was not determined is checked again when it is seen again.
 * - PDF and XML wait until somebody agrees that they are sent; photos are read on this device.
 */
import { ApiError } from "../../api/problem.ts";
import { toHex } from "../bytes.ts";
import { parseCapsuleText } from "../capsuleText.ts";
import type { ScannedText } from "../checkCapsule.ts";
import { CheckError } from "../errors.ts";
import type { Judged, Refusal } from "../judge.ts";
import type { FileKind } from "../sniffFile.ts";
import { isSettled, MAX_ENTRIES, type NewEntry, type QueueEntry, type Source, withEntry } from "./queueEntry.ts";

/** A code away from the camera for so long and then there again has been held up again. */
const STILL_IN_VIEW_MS = 2_000;
/** How often one file waits because the server asks to, and how long at most. */
const MAX_WAITS = 5;
const MAX_WAIT_SECONDS = 120;

export type Cue = "good" | "attention" | "again";
export type Hint = "severalCodes" | Extract<Refusal, "notACard" | "noCode" | "readerMissing">;

export interface Sending {
  readonly done: number;
  readonly all: number;
  /** Seconds that the server asked to wait; 0 while a file is checked. */
  readonly waitSeconds: number;
}

/** What the page shows; a new object after each change. */
export interface QueueView {
  readonly entries: readonly QueueEntry[];
  /** PDF and XML that nobody has agreed to send yet. */
  readonly waiting: readonly File[];
  readonly last: { readonly entry: QueueEntry; readonly again: boolean } | undefined;
  readonly hint: Hint | undefined;
  readonly sending: Sending | undefined;
}

/** How one thing is judged; the page's own functions, or a test's. */
export interface Judges {
  readonly text: (signal: AbortSignal, scanned: ScannedText) => Promise<Judged>;
  readonly photo: (signal: AbortSignal, photo: Blob) => Promise<Judged>;
  readonly bySending: (signal: AbortSignal, file: Blob, kind: "pdf" | "xml") => Promise<Judged>;
  readonly kindOf: (file: Blob) => Promise<FileKind | Refusal>;
}

export interface QueueSurroundings {
  readonly judges: Judges;
  readonly clock: () => Date;
  readonly sleep: (signal: AbortSignal, milliseconds: number) => Promise<void>;
  readonly onChange: (view: QueueView) => void;
  readonly onCue: (cue: Cue) => void;
}

const EMPTY: QueueView = { entries: [], waiting: [], last: undefined, hint: undefined, sending: undefined };

export class CheckQueue {
  private shown = EMPTY;
  private inView = { code: "", at: 0 };
  private readonly underWay = new Set<string>();
  private leaving = new AbortController();
  private stopping = new AbortController();

  constructor(private readonly surroundings: QueueSurroundings) {}

  get view(): QueueView {
    return this.shown;
  }

  get full(): boolean {
    return this.shown.entries.length >= MAX_ENTRIES;
  }

  /** Texts of all codes in one picture of the camera, longest first. */
  async see(texts: readonly string[]): Promise<void> {
    const cards = cardsIn(texts);
    if (cards.size > 1) return this.change({ hint: "severalCodes" });
    const [[code, text] = [texts[0] ?? "", texts[0] ?? ""]] = cards;
    const now = this.surroundings.clock().getTime();
    const still = code === this.inView.code && now - this.inView.at < STILL_IN_VIEW_MS;
    this.inView = { code, at: now };
    if (!still) await this.checkCode(code, text, "camera");
  }

  /** A link or digits that somebody pasted. */
  async addText(text: string): Promise<void> {
    const [code] = cardsIn([text]).keys();
    await this.checkCode(code ?? text.trim(), text, "typed");
  }

  /** Photos are judged at once; PDF and XML wait for `send`. */
  async addFiles(files: readonly File[]): Promise<void> {
    const { judges } = this.surroundings;
    const { signal } = this.leaving;
    for (const file of files) {
      const kind = await judges.kindOf(file);
      if (signal.aborted || this.full) return;
      if (kind === "pdf" || kind === "xml") {
        this.change({ waiting: [...this.shown.waiting, file] });
        continue;
      }
      const judged: Judged = kind === "photo" ? await judges.photo(signal, file) : { kind: "refused", refusal: kind };
      if (!signal.aborted) this.add(this.entry(kind === "photo" ? "photo" : "file", judged, { fileName: file.name }));
    }
  }

  /** Somebody agreed: the waiting files go to the server, one after the other. */
  async send(): Promise<void> {
    if (this.shown.sending) return;
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    const all = this.shown.waiting.length;
    try {
      for (let done = 0; this.shown.waiting.length > 0 && !this.full; done += 1) {
        const [file] = this.shown.waiting;
        if (!file) break;
        this.change({ sending: { done, all, waitSeconds: 0 } });
        const kind = await this.surroundings.judges.kindOf(file);
        const sendable = kind === "pdf" || kind === "xml";
        const judged: Judged = sendable
          ? await this.sendPatiently(signal, file, kind, { done, all })
          : { kind: "refused", refusal: "wrongFile" };
        if (signal.aborted) break;
        this.change({ waiting: this.shown.waiting.slice(1) });
        this.add(this.entry(sendable ? kind : "file", judged, { fileName: file.name }));
      }
    } finally {
      this.change({ sending: undefined });
    }
  }

  /** The file under way ends without a line; it waits again with the others. */
  stopSending(): void {
    this.stopping.abort();
  }

  leaveOutWaiting(): void {
    this.stopping.abort();
    this.change({ waiting: [] });
  }

  /** Everything is forgotten, what is under way too. */
  clear(): void {
    this.leaving.abort();
    this.stopping.abort();
    this.leaving = new AbortController();
    this.inView = { code: "", at: 0 };
    this.change(EMPTY);
  }

  private async checkCode(code: string, text: string, source: Source): Promise<void> {
    const earlier = this.shown.entries.find((entry) => entry.code === code);
    if (earlier && isSettled(earlier)) {
      this.change({ last: { entry: earlier, again: true }, hint: undefined });
      return this.surroundings.onCue("again");
    }
    if (this.full || this.underWay.has(code)) return;
    const { signal } = this.leaving;
    this.underWay.add(code);
    try {
      const judged = await this.surroundings.judges.text(signal, { kind: "capsule", text });
      if (signal.aborted) return;
      if (judged.kind === "refused") {
        this.change({ hint: "notACard" });
        return this.surroundings.onCue("attention");
      }
      this.add(this.entry(source, judged, { code }));
    } finally {
      this.underWay.delete(code);
    }
  }

  private async sendPatiently(
    signal: AbortSignal,
    file: File,
    kind: "pdf" | "xml",
    progress: { readonly done: number; readonly all: number },
  ): Promise<Judged> {
    for (let waits = 0; ; waits += 1) {
      try {
        return await this.surroundings.judges.bySending(signal, file, kind);
      } catch (error) {
        const seconds = error instanceof ApiError ? error.retryAfterSeconds : undefined;
        if (signal.aborted || seconds === undefined || waits === MAX_WAITS) {
          return { kind: "refused", refusal: "sendFailed" };
        }
        const waitSeconds = Math.min(seconds, MAX_WAIT_SECONDS);
        this.change({ sending: { ...progress, waitSeconds } });
        await this.surroundings.sleep(signal, waitSeconds * 1000).catch(() => undefined);
        this.change({ sending: { ...progress, waitSeconds: 0 } });
      }
    }
  }

  private entry(source: Source, judged: Judged, known: { code?: string; fileName?: string }): NewEntry {
    const at = this.surroundings.clock().toISOString();
    return { source, judged, at, code: known.code ?? null, fileName: known.fileName ?? null };
  }

  private add(added: NewEntry): void {
    const { entries, entry } = withEntry(this.shown.entries, added);
    this.change({ entries, last: { entry, again: false }, hint: undefined });
    const genuine = entry.judged.kind === "done" && entry.judged.verdict.verdict === "genuine";
    this.surroundings.onCue(genuine ? "good" : "attention");
  }

  private change(changed: Partial<QueueView>): void {
    this.shown = { ...this.shown, ...changed };
    this.surroundings.onChange(this.shown);
  }
}

/** Different cards among the texts of codes, by their bytes: the same card in two codes counts once. */
function cardsIn(texts: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const text of texts) {
    try {
      found.set(toHex(parseCapsuleText(text)), text);
    } catch (error) {
      if (!(error instanceof CheckError)) throw error;
    }
  }
  return found;
}
