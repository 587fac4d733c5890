/** What stopped a check; the same classes and codes as `verifier/errors.py`. */
export class CheckError extends Error {
  override readonly name: string = "CheckError";

  constructor(
    /** Stable reason, key of its sentence in `verifier/messages`. */
    readonly reason: string,
    /** What the sentence needs: field, limit, host. Never personal data. */
    readonly details: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** The bytes are not what they claim to be. */
export class MalformedInputError extends CheckError {
  override readonly name = "MalformedInputError";
}

/** A signature does not match what it claims to cover. */
export class SignatureInvalidError extends CheckError {
  override readonly name = "SignatureInvalidError";
}

/** The signature may be sound, its key is in no list that counts for this. */
export class UntrustedKeyError extends CheckError {
  override readonly name = "UntrustedKeyError";
}

/** A list cannot be used: malformed, forged, or older than one seen before. */
export class ListError extends CheckError {
  override readonly name = "ListError";
}
