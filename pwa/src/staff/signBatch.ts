import { answerChallenge, type RequestOptions } from "../access/ceremonies.ts";
import { request } from "../api/request.ts";
import type { Batch } from "../api/staffTypes.ts";
import type { Chosen } from "./chosenCards.ts";

/** POST /api/staff/batches: the challenge is over these cards and nothing else. */
export interface BatchBegun {
  readonly batch_id: string;
  readonly public_key: RequestOptions;
  readonly expires_at: string;
  readonly cards: number;
}

/** Hands in what was chosen. Nothing is signed by it. */
export async function beginBatch(signal: AbortSignal, roleId: string, chosen: Chosen): Promise<BatchBegun> {
  const cards = [...chosen].map(([recordId, digest]) => ({ record_id: recordId, xml_sha256: digest }));
  return request<BatchBegun>(signal, "/api/staff/batches", { method: "POST", json: { role_id: roleId, cards } });
}

/**
 * The signer's consent: their passkey answers the challenge, and the server begins to sign.
 *
 * @throws PasskeyError when the passkey was not used: the batch can be confirmed still. ApiError when the server
 * refused: the batch has ended.
 */
export async function confirmBatch(signal: AbortSignal, begun: BatchBegun): Promise<Batch> {
  const credential = await answerChallenge(begun.public_key);
  return request<Batch>(signal, `/api/staff/batches/${begun.batch_id}/confirmation`, {
    method: "POST",
    json: { credential },
  });
}

/** What is not signed yet stays unsigned. */
export async function cancelBatch(signal: AbortSignal, batchId: string): Promise<void> {
  await request<void>(signal, `/api/staff/batches/${encodeURIComponent(batchId)}/cancellation`, { method: "POST" });
}
