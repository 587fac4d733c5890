import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Notice } from "../app/Notice.tsx";
import { useVerifyWords } from "../verify/words/useVerifyWords.ts";
import { CameraError, openCamera } from "./camera.ts";
import { hasTorch, switchTorch } from "./torch.ts";

interface CameraPanelProps {
  /** Gets the texts of all codes in one picture, longest first; again and again while a code is in view. */
  readonly onSeen: (texts: readonly string[]) => void;
  readonly onStop: () => void;
  /** What is said of the codes already seen: right below the picture, so that it is read without scrolling. */
  readonly children?: ComponentChildren;
}

type State = "starting" | "scanning" | "denied" | "missing" | "no-reader";

/** The camera's picture with a frame, for as long as the panel is shown. */
export function CameraPanel({ onSeen, onStop, children }: CameraPanelProps) {
  const words = useVerifyWords().camera;
  const video = useRef<HTMLVideoElement>(null);
  const stop = useRef<HTMLButtonElement>(null);
  const [state, setState] = useState<State>("starting");
  const [torch, setTorch] = useState<MediaStreamTrack | null>(null);
  const [lit, setLit] = useState(false);
  const seen = useRef(onSeen);
  seen.current = onSeen;

  useEffect(() => {
    stop.current?.focus({ preventScroll: true }); // the button that opened the camera is gone
    video.current?.scrollIntoView({ block: "nearest" });
    const leaving = new AbortController();
    const report = (texts: readonly string[]) => seen.current(texts);
    const onPicture = (track: MediaStreamTrack | undefined) => {
      setState("scanning");
      if (track && hasTorch(track)) setTorch(track);
    };
    scan(leaving.signal, video.current, report, onPicture).catch((error: unknown) => {
      if (!leaving.signal.aborted) setState(error instanceof CameraError ? error.failure : "no-reader");
    });
    return () => leaving.abort();
  }, []);

  return (
    <div class="camera">
      {state === "starting" || state === "scanning" ? (
        <>
          <div class="viewfinder">
            <video ref={video} playsInline muted aria-label={words.scanning} />
            <span class="frame" aria-hidden="true" />
          </div>
          {children}
          <p role="status">{words[state]}</p>
        </>
      ) : (
        <div role="alert">
          <Notice kind="warning">
            <p>{words[state]}</p>
          </Notice>
        </div>
      )}
      {torch && state === "scanning" ? (
        <button type="button" class="button quiet wide" onClick={() => void switchTorch(torch, !lit).then(setLit)}>
          {lit ? words.lightOff : words.lightOn}
        </button>
      ) : null}
      <button ref={stop} type="button" class="button quiet wide" onClick={onStop}>
        {words.stop}
      </button>
    </div>
  );
}

async function scan(
  signal: AbortSignal,
  video: HTMLVideoElement | null,
  onSeen: (texts: readonly string[]) => void,
  onPicture: (track: MediaStreamTrack | undefined) => void,
): Promise<never> {
  if (!video) throw new Error("no video element");
  const loading = loadEverything();
  loading.catch(() => undefined); // a camera that is refused is told first
  const stream = await openCamera();
  try {
    const { watchCamera } = await loading;
    signal.throwIfAborted();
    video.srcObject = stream;
    await video.play();
    onPicture(stream.getVideoTracks()[0]);
    return await watchCamera(signal, video, onSeen);
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

async function loadEverything(): Promise<typeof import("./watchCamera.ts")> {
  const [watching, reader] = await Promise.all([import("./watchCamera.ts"), import("./readQrCode.ts")]);
  await reader.loadReader();
  return watching;
}
