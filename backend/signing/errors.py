"""What can go wrong when something is signed: one root, stable codes.

The sentences people read stand in ``backend/messages`` under the same codes; a detail never holds personal data.
"""

from typing import ClassVar


class SigningError(Exception):
    """Root of every error that leaves ``backend.signing``."""

    code: ClassVar[str] = "signing_failed"

    def __init__(self, code: str | None = None, **details: str | int) -> None:
        self.reason = code or self.code
        """Stable machine-readable reason, never reworded."""
        self.details = details
        """What the sentence needs: file name, limit, role."""
        super().__init__(self.reason, details)


class KeyRefusedError(SigningError):
    """A key may not be used here: demo key in production, wrong kind, certificate of another key."""

    code = "key_refused"


class NotSignableError(SigningError):
    """The card or list cannot take this signature as it stands."""

    code = "not_signable"


class TimestampUnavailableError(SigningError):
    """No timestamp authority gave a usable answer; try again later."""

    code = "timestamp_unavailable"


class SealFailedError(SigningError):
    """The PDF could not be sealed."""

    code = "seal_failed"
