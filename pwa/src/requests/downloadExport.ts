import { ApiError, readProblem } from "../api/problem.ts";

/**
 * Fetches everything about the reader, as a zip, and hands it to the browser's downloads.
 *
 * @throws ApiError what the server refuses, or "network".
 */
export async function downloadExport(signal: AbortSignal): Promise<void> {
  const response = await fetch("/api/account/export", { signal, credentials: "same-origin" }).catch((cause) => {
    if (signal.aborted) throw cause;
    throw new ApiError("network", 0, undefined, undefined);
  });
  if (!response.ok) throw await readProblem(response);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = "hoc-ba.zip";
  link.click();
  // Chromium and WebKit begin to read at the click; the memory is given back once they surely have.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
