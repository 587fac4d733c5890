import { readQrCodes } from "./readQrCode.ts";

/** Time left to the page between two readings, so that slow phones stay usable. */
const PAUSE_MS = 60;

/**
 * Reads the middle square of the picture, what the frame on screen shows, again and again until the signal ends it.
 *
 * @param onSeen gets the texts of all codes in one picture, longest first; it is not called for pictures without one
 * @throws AbortError when the signal ends it
 */
export async function watchCamera(
  signal: AbortSignal,
  video: HTMLVideoElement,
  onSeen: (texts: readonly string[]) => void,
): Promise<never> {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  for (;;) {
    signal.throwIfAborted();
    const side = Math.min(video.videoWidth, video.videoHeight);
    if (side > 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      canvas.width = side;
      canvas.height = side;
      const left = (video.videoWidth - side) / 2;
      const top = (video.videoHeight - side) / 2;
      context.drawImage(video, left, top, side, side, 0, 0, side, side);
      const texts = await readQrCodes(context.getImageData(0, 0, side, side));
      signal.throwIfAborted();
      if (texts.length > 0) onSeen(texts);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
