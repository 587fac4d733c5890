import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { ScannedText } from "./checkCapsule.ts";
import { type Judged, judgeBySending, judgePhoto, judgeText, kindOfFile } from "./judge.ts";
import type { Equipment } from "./useKeeper.ts";

export type Stage =
  | { readonly kind: "idle" }
  | { readonly kind: "scanning" }
  | { readonly kind: "working"; readonly doing: "working" | "reading" | "sending" }
  | { readonly kind: "failed"; readonly error: unknown }
  | Judged;

interface Checks {
  readonly stage: Stage;
  readonly show: (stage: Stage) => void;
  readonly checkText: (scanned: ScannedText) => void;
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
    show({ kind: "working", doing: "working" });
    const end = (result: Stage) => {
      if (!controller.signal.aborted) show(result);
    };
    work(controller.signal).then(end, (error: unknown) => end({ kind: "failed", error }));
  }, []);

  const checkText = useCallback(
    (scanned: ScannedText) => start(async (signal) => judgeText(signal, scanned, await equipment)),
    [equipment, start],
  );

  const checkAny = useCallback(
    (file: File) => {
      start((signal) =>
        judgeFile(signal, file, equipment, (doing) => {
          if (!signal.aborted) show({ kind: "working", doing });
        }),
      );
    },
    [equipment, start],
  );

  return { stage, show, checkText, checkAny };
}

async function judgeFile(
  signal: AbortSignal,
  file: File,
  equipment: Promise<Equipment | undefined>,
  onStep: (doing: "reading" | "sending") => void,
): Promise<Judged> {
  const kind = await kindOfFile(file);
  switch (kind) {
    case "photo":
      onStep("reading");
      return judgePhoto(signal, file, await equipment);
    case "pdf":
    case "xml":
      onStep("sending");
      return judgeBySending(signal, file, kind);
    default:
      return { kind: "refused", refusal: kind };
  }
}
