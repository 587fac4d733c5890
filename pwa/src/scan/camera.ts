/** Why there is no picture from the camera. */
export type CameraFailure = "denied" | "missing";

export class CameraError extends Error {
  override readonly name = "CameraError";

  constructor(
    readonly failure: CameraFailure,
    options?: ErrorOptions,
  ) {
    super(failure, options);
  }
}

/**
 * Opens the camera at the back. The caller stops its tracks.
 *
 * @throws CameraError
 */
export async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraError("missing");
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      // A card's code of version 12 to 14 needs about five pixels a module: 1080 lines, where the camera has them.
      video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } },
    });
  } catch (cause) {
    const denied = cause instanceof DOMException && cause.name === "NotAllowedError";
    throw new CameraError(denied ? "denied" : "missing", { cause });
  }
}
