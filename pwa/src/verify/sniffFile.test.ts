import { expect, test } from "vitest";
import { sniffFile } from "./sniffFile.ts";

test.each([
  ["a PDF", "%PDF-1.7\n", "", "pdf"],
  ["a PDF with a line in front", "\n%PDF-1.7\n", "", "pdf"],
  ["XML", '<?xml version="1.0"?><HOC_BA/>', "", "xml"],
  ["XML behind a byte order mark", "\ufeff<HOC_BA/>", "", "xml"],
  ["a photo by its type", "RIFF....WEBP", "image/webp", "photo"],
  ["a text", "xin chào", "text/plain", undefined],
  ["nothing", "", "", undefined],
])("%s", async (_name, content, type, kind) => {
  expect(await sniffFile(new Blob([content], { type }))).toBe(kind);
});

test("a JPEG by its first bytes", async () => {
  expect(await sniffFile(new Blob([new Uint8Array([0xff, 0xd8, 0xff])]))).toBe("photo");
});
