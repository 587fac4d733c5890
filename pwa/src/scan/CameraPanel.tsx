import { useEffect, useRef, useState } from "preact/hooks";
import { Notice } from "../app/Notice.tsx";
import { useText } from "../i18n/language.tsx";
import { CameraError, openCamera } from "./camera.ts";

interface CameraPanelProps {
  readonly onFound: (text: string) => void;
  readonly onStop: () => void;
}

type State = "starting" | "scanning" | "denied" | "missing" | "no-reader";

/** The camera's picture with a frame; ends by itself at the first code. */
export function CameraPanel({ onFound, onStop }: CameraPanelProps) {
  const text = useText();
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<State>("starting");
  const found = useRef(onFound);
  found.current = onFound;

  useEffect(() => {
    const leaving = new AbortController();
    scan(leaving.signal, video.current, () => setState("scanning")).then(
      (code) => found.current(code),
      (error: unknown) => {
        if (!leaving.signal.aborted) setState(error instanceof CameraError ? error.failure : "no-reader");
      },
    );
    return () => leaving.abort();
  }, []);

  const problem = {
    denied: text.verify.cameraDenied,
    missing: text.verify.cameraMissing,
    "no-reader": text.verify.readerMissing,
  } as const;

  return (
    <div class="camera">
      {state === "starting" || state === "scanning" ? (
        <>
          <div class="viewfinder">
            <video ref={video} playsInline muted />
            <span class="frame" aria-hidden="true" />
          </div>
          <p role="status">{state === "starting" ? text.verify.cameraStarting : text.verify.scanning}</p>
        </>
      ) : (
        <Notice kind="warning">
          <p>{problem[state]}</p>
        </Notice>
      )}
      <button type="button" class="button quiet wide" onClick={onStop}>
        {text.verify.stopScan}
      </button>
    </div>
  );
}

async function scan(signal: AbortSignal, video: HTMLVideoElement | null, onPicture: () => void): Promise<string> {
  if (!video) throw new Error("no video element");
  const [stream, { watchCamera }] = await Promise.all([openCamera(), loadEverything()]);
  try {
    signal.throwIfAborted();
    video.srcObject = stream;
    await video.play();
    onPicture();
    return await watchCamera(signal, video);
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

async function loadEverything(): Promise<typeof import("./watchCamera.ts")> {
  const [watching, reader] = await Promise.all([import("./watchCamera.ts"), import("./readQrCode.ts")]);
  await reader.loadReader();
  return watching;
}
