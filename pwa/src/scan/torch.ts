/** What the DOM's types do not know yet (W3C, MediaStream Image Capture, section 8). */
interface TorchConstraint extends MediaTrackConstraintSet {
  readonly torch: boolean;
}

/** Whether the camera behind `track` has a lamp that pages may switch. */
export function hasTorch(track: MediaStreamTrack): boolean {
  return "torch" in (track.getCapabilities?.() ?? {}); // browsers name it only where there is one
}

/**
 * Switches the lamp; it goes out with the track.
 *
 * @returns whether it is lit now: as before where the camera does not obey
 */
export async function switchTorch(track: MediaStreamTrack, on: boolean): Promise<boolean> {
  try {
    const constraint: TorchConstraint = { torch: on };
    await track.applyConstraints({ advanced: [constraint] });
    return on;
  } catch (error) {
    if (error instanceof DOMException) return !on;
    throw error;
  }
}
