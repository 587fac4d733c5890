import { parseCapsuleText } from "./capsuleText.ts";
import type { ScannedText } from "./checkCapsule.ts";
import { CheckError } from "./errors.ts";
import { onlyCapsule } from "./onlyCapsule.ts";

/** Host that a scanned code leads to when it is not ours: it is named, never opened, and not checked here. */
export function foreignHost(scanned: ScannedText, expectedOrigins: readonly string[]): string | undefined {
  try {
    if (scanned.kind === "capsule") parseCapsuleText(scanned.text, expectedOrigins);
    else onlyCapsule(scanned.texts, expectedOrigins);
    return undefined;
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return error.reason === "capsule_foreign_origin" ? String(error.details.host) : undefined;
  }
}
