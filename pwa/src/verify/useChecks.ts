import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api/problem.ts";
import { checkCapsule, type ScannedText } from "./checkCapsule.ts";
import { checkFile } from "./checkFile.ts";
import { foreignHost } from "./foreignHost.ts";
import { sniffFile } from "./sniffFile.ts";
import type { Equipment } from "./useKeeper.ts";
import type { CheckedBy } from "./VerdictView.tsx";
import type { Verdict } from "./verdict.ts";

/** A photo is the largest honest input; the server takes no more either. */
const MAX_FILE_BYTES = 20_000_000;

/** Why nothing was checked; each has a sentence. */
export type Refusal = "noCode" | "notACard" | "tooLarge" | "wrongFile" | "sendFailed" | "readerMissing";

export type Stage =
  | { readonly kind: "idle" }
  | { readonly kind: "scanning" }
  | { readonly kind: "working"; readonly doing: "working" | "reading" | "sending" }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "foreign"; readonly host: string }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "done"; readonly verdict: Verdict; readonly checkedBy: CheckedBy };

interface Checks {
  readonly stage: Stage;
  readonly show: (stage: Stage) => void;
  readonly checkText: (text: string) => void;
  readonly checkAny: (file: File) => void;
}

/** Runs one check at a time; a new one ends the one before. */
export function useChecks(equipment: Promise<Equipment | undefined>): Checks {
  const [stage, show] = useState<Stage>({ kind: "idle" });
  const running = useRef<AbortController | null>(null);

  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback((work: (signal: AbortSignal) => Promise<Stage>) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const end = (result: Stage) => {
      if (!controller.signal.aborted) show(result);
    };
    work(controller.signal).then(end, (error: unknown) => end({ kind: "failed", error }));
  }, []);

  const checkText = useCallback(
    (text: string) => {
      show({ kind: "working", doing: "working" });
      start((signal) => judge(signal, { kind: "capsule", text }, equipment));
    },
    [equipment, start],
  );

  const checkAny = useCallback(
    (file: File) => {
      show({ kind: "working", doing: "working" });
      start((signal) => judgeFile(signal, file, equipment, (doing) => show({ kind: "working", doing })));
    },
    [equipment, start],
  );

  return { stage, show, checkText, checkAny };
}

async function judge(
  signal: AbortSignal,
  scanned: ScannedText,
  equipment: Promise<Equipment | undefined>,
): Promise<Stage> {
  const ready = await equipment;
  const expectedOrigins = [location.origin, ...(ready ? [new URL(ready.anchor.publicUrl).origin] : [])];
  const host = foreignHost(scanned, expectedOrigins);
  if (host !== undefined) return { kind: "foreign", host };
  const { verdict, offline } = await checkCapsule(signal, scanned, { keeper: ready?.keeper, expectedOrigins });
  const codes = verdict.intact.codes;
  if (codes.includes("qr_missing")) return { kind: "refused", refusal: "noCode" };
  if (codes.includes("qr_is_no_capsule") || codes.includes("capsule_text_malformed")) {
    return { kind: "refused", refusal: "notACard" };
  }
  return { kind: "done", verdict, checkedBy: offline ? "device-offline" : "device" };
}

async function judgeFile(
  signal: AbortSignal,
  file: File,
  equipment: Promise<Equipment | undefined>,
  onStep: (doing: "reading" | "sending") => void,
): Promise<Stage> {
  if (file.size > MAX_FILE_BYTES) return { kind: "refused", refusal: "tooLarge" };
  const kind = await sniffFile(file);
  if (!kind) return { kind: "refused", refusal: "wrongFile" };
  if (kind === "photo") {
    onStep("reading");
    const texts = await readPhoto(file);
    return typeof texts === "string" ? { kind: "refused", refusal: texts } : judge(signal, { kind, texts }, equipment);
  }
  onStep("sending");
  try {
    return { kind: "done", verdict: await checkFile(signal, file, kind), checkedBy: "server" };
  } catch (error) {
    if (error instanceof ApiError && error.code === "network") return { kind: "refused", refusal: "sendFailed" };
    throw error;
  }
}

async function readPhoto(file: Blob): Promise<readonly string[] | Refusal> {
  const reader = await import("../scan/readQrCode.ts").catch(() => undefined);
  if (!reader) return "readerMissing";
  const pixels = await reader.readPixels(file).catch(() => undefined);
  if (!pixels) return "wrongFile";
  try {
    await reader.loadReader();
  } catch {
    return "readerMissing";
  }
  return reader.readQrCodes(pixels);
}
