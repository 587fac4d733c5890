import type { SignatureReport } from "../api/types.ts";
import { type CheckError, ListError, MalformedInputError, SignatureInvalidError, UntrustedKeyError } from "./errors.ts";
import type { Finding } from "./verdict.ts";

interface Ending {
  readonly finding: Finding;
  /** The report of the signature that did not hold, if that was it. */
  readonly signature?: SignatureReport;
}

const FAILED_SEAL: SignatureReport = {
  role: "capsule",
  signer: null,
  signed_at: null,
  level: "COSE_Sign1",
  indication: "TOTAL-FAILED",
  sub_indication: "SIG_CRYPTO_FAILURE",
};

/** What an error that ended the check says of the card. "Could not check" is never "invalid". */
export function findingOfError(error: CheckError, staleTrust: boolean): Ending {
  const code = error.reason;
  // A key that an expired list does not name may have been added since.
  if (staleTrust && code === "key_unknown") {
    return { finding: { code, line: "issuer", effect: "undetermined" } };
  }
  if (error instanceof MalformedInputError) return { finding: { code, line: "intact", effect: "unreadable" } };
  if (error instanceof SignatureInvalidError) {
    return { finding: { code, line: "intact", effect: "altered" }, signature: FAILED_SEAL };
  }
  if (error instanceof UntrustedKeyError) return { finding: { code, line: "issuer", effect: "untrusted" } };
  if (error instanceof ListError) return { finding: { code, line: "issuer", effect: "undetermined" } };
  return { finding: { code, line: "intact", effect: "undetermined" } };
}
