import { platformAuthenticatorIsAvailable } from "@simplewebauthn/browser";
import { serverTimeIfApart } from "../api/serverClock.ts";
import { detectInAppBrowser } from "./detectInAppBrowser.ts";

/** Why no passkey can be made or used here, before anybody has typed anything. */
export type Obstacle =
  | { readonly kind: "insecure" }
  | { readonly kind: "in_app"; readonly app: string | undefined }
  | { readonly kind: "unsupported" }
  /** The device's clock is wrong: certificates and ends of sessions are judged by it. */
  | { readonly kind: "wrong_clock"; readonly deviceTime: number; readonly serverTime: number }
  | { readonly kind: "no_screen_lock" }
  /** A computer without a fingerprint reader can still use a phone's passkey: a hint, no wall. */
  | { readonly kind: "no_screen_lock_desktop" };

const MOBILE = /Android|iPhone|iPad|iPod|Mobile/i;

export async function findObstacle(signal: AbortSignal): Promise<Obstacle | undefined> {
  // WebAuthn exists only in secure contexts, so this comes first or the browser would be called too old.
  if (!window.isSecureContext) return { kind: "insecure" };
  const inApp = detectInAppBrowser(navigator.userAgent, isInstalledAsApp());
  if (inApp) return { kind: "in_app", app: inApp.app };
  if (typeof window.PublicKeyCredential !== "function") return { kind: "unsupported" };
  const deviceTime = Date.now();
  const serverTime = serverTimeIfApart(deviceTime);
  if (serverTime !== undefined) return { kind: "wrong_clock", deviceTime, serverTime };
  const available = await platformAuthenticatorIsAvailable();
  signal.throwIfAborted();
  if (available) return undefined;
  return { kind: MOBILE.test(navigator.userAgent) ? "no_screen_lock" : "no_screen_lock_desktop" };
}

/** Whether there is no use in going on; the other obstacles may be told wrongly, or can be gone around. */
export function isWall(obstacle: Obstacle): boolean {
  return obstacle.kind !== "no_screen_lock_desktop" && obstacle.kind !== "wrong_clock";
}

function isInstalledAsApp(): boolean {
  return window.matchMedia("(display-mode: standalone)").matches;
}
