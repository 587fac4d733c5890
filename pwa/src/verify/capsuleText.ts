/** From what a QR code says to the capsule's bytes (steps 1 and 2 of `capsule.ts`). */
import { type Bytes, fromHex } from "./bytes.ts";
import { MAX_CAPSULE_BYTES } from "./capsuleSize.ts";
import { MalformedInputError } from "./errors.ts";

/** 330 bytes are 798 digits; the rest is for the address. */
const MAX_TEXT_CHARACTERS = 1_200;
const DIGITS = /^[1-9][0-9]*$/;

/**
 * Capsule bytes out of `<origin>/v#<digits>` or of the digits alone.
 *
 * @param expectedOrigins the origins whose codes this page checks: its own, and the installation's public one; every
 *   address is accepted without them
 * @throws MalformedInputError `capsule_too_large`, `capsule_text_malformed`, `capsule_foreign_origin` with the host
 */
export function parseCapsuleText(text: string, expectedOrigins?: readonly string[]): Bytes {
  const stripped = text.trim();
  if ([...stripped].length > MAX_TEXT_CHARACTERS) {
    throw new MalformedInputError("capsule_too_large", { limit: MAX_TEXT_CHARACTERS });
  }
  const hash = stripped.lastIndexOf("#");
  if (hash >= 0) checkAddress(stripped.slice(0, hash), expectedOrigins);
  const digits = stripped.slice(hash + 1);
  if (!DIGITS.test(digits)) {
    refuseForeignAddress(stripped, expectedOrigins);
    throw new MalformedInputError("capsule_text_malformed");
  }
  const hex = BigInt(digits).toString(16);
  const packed = fromHex(hex.padStart(hex.length + (hex.length % 2), "0"));
  // The leading byte keeps the capsule's own leading zeros when it becomes a number.
  if (packed[0] !== 0x01) throw new MalformedInputError("capsule_text_malformed");
  if (packed.length - 1 > MAX_CAPSULE_BYTES) {
    throw new MalformedInputError("capsule_too_large", { limit: MAX_CAPSULE_BYTES });
  }
  return packed.slice(1);
}

function checkAddress(address: string, expectedOrigins: readonly string[] | undefined): void {
  refuseForeignAddress(address, expectedOrigins);
  if (!parseAddress(address)?.pathname.endsWith("/v")) throw new MalformedInputError("capsule_text_malformed");
}

/** An address of somebody else is refused by its name, whatever stands behind it. */
function refuseForeignAddress(address: string, expectedOrigins: readonly string[] | undefined): void {
  const url = parseAddress(address);
  if (url && expectedOrigins && !expectedOrigins.includes(url.origin)) {
    throw new MalformedInputError("capsule_foreign_origin", { host: url.host });
  }
}

function parseAddress(address: string): URL | undefined {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  const web = url.protocol === "https:" || url.protocol === "http:";
  return web && url.username === "" && url.password === "" ? url : undefined;
}
