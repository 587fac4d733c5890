/** The only file that knows the barcode reader. It is loaded when somebody scans, not before. */
import { prepareZXingModule, type ReaderOptions, readBarcodes } from "zxing-wasm/reader";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";

/** Good cameras make photos that a phone's memory cannot hold twice; the reader needs no more than this. */
const MAX_PIXELS = 12_000_000;

const OPTIONS: ReaderOptions = { formats: ["QRCode"], maxNumberOfSymbols: 4, tryHarder: true };

/**
 * Loads the reader; rejects where it is neither kept nor to be had.
 *
 * Without `locateFile` the library would fetch its program from a public server.
 */
export async function loadReader(): Promise<void> {
  await prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true });
}

/** Texts of the QR codes in a picture, largest number of characters first: the capsule is the longest on a card. */
export async function readQrCodes(picture: ImageData): Promise<readonly string[]> {
  const found = await readBarcodes(picture, OPTIONS);
  return found
    .filter((code) => code.isValid && code.text !== "")
    .map((code) => code.text)
    .sort((a, b) => b.length - a.length);
}

/**
 * A photo's pixels, scaled down where it is larger than the reader needs.
 *
 * @throws DOMException for what the browser cannot read as a picture
 */
export async function readPixels(photo: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(photo);
  try {
    const scale = Math.min(1, Math.sqrt(MAX_PIXELS / (bitmap.width * bitmap.height)));
    return drawPixels(bitmap, Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  } finally {
    bitmap.close();
  }
}

function drawPixels(source: CanvasImageSource, width: number, height: number): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
