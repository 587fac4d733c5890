"""What can go wrong between a signed card and its page; the sentences stand in ``backend/messages``."""

from backend.errors import BackendError


class IssuingError(BackendError):
    """Root of every error that leaves ``backend.issuing``."""

    code = "issuing_failed"


class CapsuleTooLargeError(IssuingError):
    """The capsule would need a QR that cheap phones do not read."""

    code = "capsule_too_large"


class NotPrintableError(IssuingError):
    """The record holds a letter that the form's fonts do not have, or a value that the form has no place for."""

    code = "not_printable"
