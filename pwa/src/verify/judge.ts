/** One thing that somebody holds up, from what was read or chosen to what the page says of it. */
import { ApiError } from "../api/problem.ts";
import { checkCapsule, type ScannedText } from "./checkCapsule.ts";
import { checkFile } from "./checkFile.ts";
import { foreignHost } from "./foreignHost.ts";
import { type FileKind, sniffFile } from "./sniffFile.ts";
import type { Equipment } from "./useKeeper.ts";
import type { Verdict } from "./verdict.ts";

/** A photo is the largest honest input; the server takes no more either. */
const MAX_FILE_BYTES = 20_000_000;

/** Where the check was made, which the reader is told. */
export type CheckedBy = "device" | "device-offline" | "server";

/** Why nothing was checked; each has a sentence. */
export type Refusal = "noCode" | "notACard" | "tooLarge" | "wrongFile" | "sendFailed" | "readerMissing";

export type Judged =
  | { readonly kind: "done"; readonly verdict: Verdict; readonly checkedBy: CheckedBy }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "foreign"; readonly host: string };

/** Origins whose codes this page answers for: its own, and the installation's public one. */
export function originsOf(equipment: Equipment | undefined): readonly string[] {
  return [location.origin, ...(equipment ? [new URL(equipment.anchor.publicUrl).origin] : [])];
}

/** What the codes in one picture, or one text, are worth; on this device. */
export async function judgeText(
  signal: AbortSignal,
  scanned: ScannedText,
  equipment: Equipment | undefined,
): Promise<Judged> {
  const expectedOrigins = originsOf(equipment);
  const host = foreignHost(scanned, expectedOrigins);
  if (host !== undefined) return { kind: "foreign", host };
  const { verdict, offline } = await checkCapsule(signal, scanned, { keeper: equipment?.keeper, expectedOrigins });
  const codes = verdict.intact.codes;
  if (codes.includes("qr_missing")) return { kind: "refused", refusal: "noCode" };
  if (codes.includes("qr_is_no_capsule") || codes.includes("capsule_text_malformed")) {
    return { kind: "refused", refusal: "notACard" };
  }
  return { kind: "done", verdict, checkedBy: offline ? "device-offline" : "device" };
}

/** What a camera saw in one picture: a single code, or several at once. */
export function scannedByCamera(texts: readonly string[]): ScannedText {
  const [text] = texts;
  return texts.length === 1 && text !== undefined ? { kind: "capsule", text } : { kind: "photo", texts };
}

/** What a chosen file is, or why it is not taken. */
export async function kindOfFile(file: Blob): Promise<FileKind | Refusal> {
  if (file.size > MAX_FILE_BYTES) return "tooLarge";
  return (await sniffFile(file)) ?? "wrongFile";
}

/** What a photo is worth; it is read on this device. */
export async function judgePhoto(signal: AbortSignal, photo: Blob, equipment: Equipment | undefined): Promise<Judged> {
  const texts = await readPhoto(photo);
  return typeof texts === "string"
    ? { kind: "refused", refusal: texts }
    : judgeText(signal, { kind: "photo", texts }, equipment);
}

/**
 * What the server says of a PDF or XML. The only thing on this page that sends anything about a card.
 *
 * @throws ApiError what the server answered instead, but for a network that is down: that is a refusal
 */
export async function judgeBySending(signal: AbortSignal, file: Blob, kind: "pdf" | "xml"): Promise<Judged> {
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
