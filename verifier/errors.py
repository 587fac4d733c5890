"""The verifier's errors: one root, split by who is at fault.

Every error has a stable ``code`` that programs and the message catalogues (``verifier/messages``) key on; what the
sentence needs to be useful (field, limit, value) rides on the exception as data and never holds personal data.
"""

from typing import ClassVar


class VerifierError(Exception):
    """Root of every error that leaves this package."""

    code: ClassVar[str] = "verifier_error"

    def __init__(self, code: str | None = None, **details: str | int) -> None:
        self.reason = code or self.code
        """Stable machine-readable reason, never reworded."""
        self.details = details
        """What the sentence needs: field, row, limit."""
        super().__init__(self.reason, details)


class MalformedInputError(VerifierError):
    """The bytes are not what they claim to be; the sender has to mend them."""

    code = "malformed_input"


class LimitExceededError(MalformedInputError):
    """The input is larger, deeper or longer than any honest one."""

    code = "limit_exceeded"


class SignatureInvalidError(VerifierError):
    """A signature does not match what it claims to cover."""

    code = "signature_invalid"


class UntrustedKeyError(VerifierError):
    """The signature is sound but its key stands in no list that we trust for this purpose."""

    code = "untrusted_key"


class ListError(VerifierError):
    """A trust, registry or status list cannot be used: malformed, expired, or older than one seen before."""

    code = "list_unusable"


class EvidenceError(VerifierError):
    """What is given as proof that a certificate was not revoked proves nothing."""

    code = "evidence_missing"
