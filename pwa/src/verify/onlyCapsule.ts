import type { Bytes } from "./bytes.ts";
import { toHex } from "./bytes.ts";
import { parseCapsuleText } from "./capsuleText.ts";
import { CheckError, MalformedInputError } from "./errors.ts";

/**
 * The one capsule among the texts of QR codes in a picture; other codes beside it do not matter.
 *
 * @throws MalformedInputError `qr_missing`, `qr_is_no_capsule`, `qr_several_capsules`, `capsule_foreign_origin`
 */
export function onlyCapsule(texts: readonly string[], expectedOrigins?: readonly string[]): Bytes {
  const capsules = new Map<string, Bytes>();
  let failure: CheckError | undefined;
  for (const text of texts) {
    try {
      const capsule = parseCapsuleText(text, expectedOrigins);
      capsules.set(toHex(capsule), capsule);
    } catch (error) {
      if (!(error instanceof CheckError)) throw error;
      failure = error;
    }
  }
  if (capsules.size > 1) throw new MalformedInputError("qr_several_capsules");
  const [capsule] = capsules.values();
  if (capsule) return capsule;
  if (!failure) throw new MalformedInputError("qr_missing");
  if (failure.reason === "capsule_foreign_origin") throw failure;
  throw new MalformedInputError("qr_is_no_capsule", {}, { cause: failure });
}
