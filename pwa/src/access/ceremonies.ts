/** The two WebAuthn ceremonies between server and authenticator; the only file that knows the library's verbs. */
import {
  type AuthenticationResponseJSON,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from "@simplewebauthn/browser";
import { request } from "../api/request.ts";
import { readings } from "../offline/readings.ts";
import { type Door, PARENTS } from "./door.ts";

export type CreationOptions = PublicKeyCredentialCreationOptionsJSON;
export type RequestOptions = PublicKeyCredentialRequestOptionsJSON;

/** What the server answers at the beginning of a session; its token is in a cookie that no script sees. */
interface SessionBegun {
  readonly name: string;
  readonly ends_at: string;
}

/** The authenticator or the browser refused; `cause` is what the library threw. */
export class PasskeyError extends Error {
  override readonly name = "PasskeyError";
}

interface EnrolmentBegin {
  readonly activationCode: string;
  readonly personalCode: string;
}

export async function beginEnrolment(
  signal: AbortSignal,
  door: Door,
  claimed: EnrolmentBegin,
): Promise<CreationOptions> {
  const answer = await request<{ public_key: CreationOptions }>(signal, `${door.api}/enrolment/begin`, {
    method: "POST",
    json: { activation_code: claimed.activationCode, personal_code: claimed.personalCode },
  });
  return answer.public_key;
}

/**
 * Hands the new passkey to the server, which answers with a session.
 *
 * @throws ApiError when the server refused it; `ceremony_ended` too when it was taken and only the answer was lost.
 */
export async function finishEnrolment(
  signal: AbortSignal,
  door: Door,
  credential: RegistrationResponseJSON,
  name: string,
): Promise<void> {
  const begun = await request<SessionBegun>(signal, `${door.api}/enrolment/finish`, {
    method: "POST",
    json: { credential, name },
  });
  await beginReadings(door, begun);
}

/**
 * Logs in with a passkey of the person with this personal code, or, for `null`, with whichever the device holds.
 *
 * @throws PasskeyError when the passkey was not used, ApiError when the server refused it.
 */
export async function logIn(signal: AbortSignal, door: Door, personalCode: string | null): Promise<void> {
  const credential = await answerChallenge(await beginLogin(signal, door, personalCode));
  await finishLogin(signal, door, credential);
}

/**
 * Lets the browser offer the device's passkeys below the field that is marked for it, until the signal ends.
 *
 * @param onChosen a passkey was chosen there; the server's answer is being waited for.
 * @throws PasskeyError when none was chosen or the browser does not offer any, ApiError when the server refused it.
 */
export async function logInByAutofill(signal: AbortSignal, door: Door, onChosen: () => void): Promise<void> {
  if (!(await browserSupportsWebAuthnAutofill())) throw new PasskeyError("no autofill");
  const optionsJSON = await beginLogin(signal, door, null);
  signal.throwIfAborted();
  const stop = () => WebAuthnAbortService.cancelCeremony();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const credential = await attempt(() => startAuthentication({ optionsJSON, useBrowserAutofill: true }));
    onChosen();
    await finishLogin(signal, door, credential);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function beginLogin(signal: AbortSignal, door: Door, personalCode: string | null): Promise<RequestOptions> {
  const begun = await request<{ public_key: RequestOptions }>(signal, `${door.api}/login/begin`, {
    method: "POST",
    json: { personal_code: personalCode },
  });
  return begun.public_key;
}

async function finishLogin(signal: AbortSignal, door: Door, credential: AuthenticationResponseJSON): Promise<void> {
  const session = await request<SessionBegun>(signal, `${door.api}/login/finish`, {
    method: "POST",
    json: { credential },
  });
  await beginReadings(door, session);
}

/**
 * Shows the passkey once more in a running session.
 *
 * @throws PasskeyError when the passkey was not used, ApiError when the server refused it.
 */
export async function stepUp(signal: AbortSignal): Promise<void> {
  const begun = await request<{ public_key: RequestOptions }>(signal, "/api/account/step-up/begin", { method: "POST" });
  const credential = await answerChallenge(begun.public_key);
  await request<void>(signal, "/api/account/step-up/finish", { method: "POST", json: { credential } });
}

/**
 * Makes a passkey on this device for options that the server has given.
 *
 * @throws PasskeyError when no passkey was made.
 */
export function makePasskey(options: CreationOptions): Promise<RegistrationResponseJSON> {
  return attempt(() => startRegistration({ optionsJSON: options }));
}

/** Ends the session. What it left on this device goes first: that must work without a network too. */
export async function logOut(signal: AbortSignal, door: Door): Promise<void> {
  if (door === PARENTS) await readings.end();
  await request<void>(signal, `${door.api}/logout`, { method: "POST" });
}

/**
 * Lets the reader answer a challenge with their passkey.
 *
 * @throws PasskeyError when the passkey was not used.
 */
export function answerChallenge(options: RequestOptions): Promise<AuthenticationResponseJSON> {
  return attempt(() => startAuthentication({ optionsJSON: options }));
}

/** Parents may read offline what they have opened in this session; staff work with the network only. */
async function beginReadings(door: Door, session: SessionBegun): Promise<void> {
  if (door === PARENTS) await readings.begin(Date.parse(session.ends_at));
}

async function attempt<T>(ceremony: () => Promise<T>): Promise<T> {
  try {
    return await ceremony();
  } catch (cause) {
    // The library's own wrapper is unwrapped where the reason is read.
    throw new PasskeyError("the passkey was not used", {
      cause: cause instanceof Error ? (cause.cause ?? cause) : cause,
    });
  }
}
