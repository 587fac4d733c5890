/** Reasons that the interface has a sentence for. */
export type PasskeyFailure =
  | "cancelled"
  | "already_registered"
  | "wrong_address"
  | "no_verification"
  | "unsupported"
  | "unknown";

/**
 * What went wrong between the page and the authenticator, from the name of the DOM exception.
 *
 * Step numbers are those of W3C Web Authentication Level 3, section 5.1.3 (create) and 5.1.4 (get).
 */
export function explainPasskeyError(error: unknown): PasskeyFailure {
  switch (causeName(error)) {
    // Cancelled, timed out, or no passkey for this account: browsers do not tell these apart, on purpose (14.5.1).
    case "NotAllowedError":
    case "AbortError":
      return "cancelled";
    // The authenticator already holds a passkey of the exclude list (create, step 20).
    case "InvalidStateError":
      return "already_registered";
    // The page's host is not the relying party's (create, steps 7 and 8): an IP address, another name.
    case "SecurityError":
      return "wrong_address";
    // The authenticator cannot verify its user (6.3.2, step 5).
    case "ConstraintError":
      return "no_verification";
    case "NotSupportedError":
      return "unsupported";
    default:
      return "unknown";
  }
}

/** The library wraps the browser's exception; what it wraps is what the specification speaks of. */
function causeName(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return error.cause instanceof Error ? error.cause.name : error.name;
}
