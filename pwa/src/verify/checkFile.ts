import { request } from "../api/request.ts";
import type { Verdict } from "./verdict.ts";

const CONTENT_TYPES = { pdf: "application/pdf", xml: "application/xml" } as const;

/** Signatures of PDF and XML are checked by the server, which keeps neither the file nor the answer. */
export async function checkFile(signal: AbortSignal, file: Blob, kind: "pdf" | "xml"): Promise<Verdict> {
  const body = new Blob([file], { type: CONTENT_TYPES[kind] });
  return request<Verdict>(signal, "/api/verify", { method: "POST", body });
}
