import { platformAuthenticatorIsAvailable } from "@simplewebauthn/browser";
import { detectInAppBrowser } from "./detectInAppBrowser.ts";

/** Why no passkey can be made or used here, before anybody has typed anything. */
export type Obstacle =
  | { readonly kind: "insecure" }
  | { readonly kind: "in_app"; readonly app: string | undefined }
  | { readonly kind: "unsupported" }
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
  const available = await platformAuthenticatorIsAvailable();
  signal.throwIfAborted();
  if (available) return undefined;
  return { kind: MOBILE.test(navigator.userAgent) ? "no_screen_lock" : "no_screen_lock_desktop" };
}

function isInstalledAsApp(): boolean {
  return window.matchMedia("(display-mode: standalone)").matches;
}
