"""The backend's errors: one root; children stand with the feature they belong to.

Every error has a stable ``code`` that programs and the message catalogues (``backend/messages``) key on; what the
sentence needs (limit, field, path) rides on the exception as data and never holds personal data.
"""

from typing import ClassVar


class BackendError(Exception):
    """Root of every error that the backend raises on purpose."""

    code: ClassVar[str] = "backend_error"

    def __init__(self, code: str | None = None, **details: str | int) -> None:
        self.reason = code or self.code
        """Stable machine-readable reason, never reworded."""
        self.details = details
        """What the sentence needs: field, limit, name of a setting."""
        super().__init__(self.reason, details)


class NotFoundError(BackendError):
    """What was asked for is not there."""

    code = "not_found"


class AlreadyRunningError(BackendError):
    """Work that only one process at a time may do is being done by another one."""

    code = "already_running"
