import { get, set } from "idb-keyval";
import { request } from "../api/request.ts";
import type { Configuration } from "../api/types.ts";

const KEY = "trust-anchor";
const THUMBPRINT = /^[0-9a-f]{64}$/;

/** What this device trusts: the key of the trust list, and the address that its codes carry. */
export interface TrustAnchor {
  /** RFC 9679 thumbprint, 64 lower-case hex digits. */
  readonly thumbprint: string;
  readonly publicUrl: string;
}

/** Compiled in by whoever builds the page for one department; then the server is never asked for it. */
function builtInThumbprint(): string | undefined {
  return parseThumbprint(import.meta.env.VITE_TRUST_ANCHOR);
}

/**
 * The anchor compiled in, else the one remembered from the first visit, else the server's, which is then remembered.
 *
 * Trust on first use: a server that lies at the very first visit is believed, one that lies later is found out.
 */
export async function findTrustAnchor(signal: AbortSignal): Promise<TrustAnchor | undefined> {
  const thumbprint = builtInThumbprint();
  const pinned = await get<TrustAnchor>(KEY).catch(() => undefined);
  if (thumbprint) return { thumbprint, publicUrl: pinned?.publicUrl ?? location.origin };
  if (pinned) return pinned;
  const offered = anchorOf(await request<Configuration>(signal, "/api/configuration").catch(() => undefined));
  if (offered) await pinTrustAnchor(offered);
  return offered;
}

/** Remembers an anchor, replacing another one: only at the first visit, or when the reader said so. */
export async function pinTrustAnchor(anchor: TrustAnchor): Promise<void> {
  await set(KEY, anchor).catch(() => undefined);
}

export function mayReplaceTrustAnchor(): boolean {
  return builtInThumbprint() === undefined;
}

export function anchorOf(configuration: Configuration | undefined): TrustAnchor | undefined {
  const thumbprint = parseThumbprint(configuration?.trust_anchor);
  if (!configuration || !thumbprint) return undefined;
  return { thumbprint, publicUrl: configuration.public_url ?? location.origin };
}

function parseThumbprint(text: string | null | undefined): string | undefined {
  const thumbprint = text?.trim().toLowerCase();
  return thumbprint && THUMBPRINT.test(thumbprint) ? thumbprint : undefined;
}
