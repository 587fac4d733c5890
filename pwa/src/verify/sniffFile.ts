export type FileKind = "pdf" | "xml" | "photo";

/** What a chosen file is, from its first bytes; names and types lie, or are missing on some phones. */
export async function sniffFile(file: Blob): Promise<FileKind | undefined> {
  const head = new Uint8Array(await file.slice(0, 1024).arrayBuffer());
  const ascii = String.fromCharCode(...head);
  if (ascii.includes("%PDF-")) return "pdf"; // readers allow some bytes in front of it
  if (/^(?:\u00ef\u00bb\u00bf)?\s*</.test(ascii)) return "xml"; // behind a byte order mark, perhaps
  return isPhoto(head) || file.type.startsWith("image/") ? "photo" : undefined;
}

function isPhoto(head: Uint8Array): boolean {
  const jpeg = head[0] === 0xff && head[1] === 0xd8;
  const png = head[0] === 0x89 && head[1] === 0x50;
  return jpeg || png;
}
