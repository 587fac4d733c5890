"""Why a batch is refused as a whole; what is wrong with a single card goes into its receipt instead."""

from typing import ClassVar

from backend.errors import BackendError


class BatchRefusedError(BackendError):
    """The batch cannot be read or its sender may not send it; nothing of it is kept."""

    code: ClassVar[str] = "batch_refused"


class BatchTooLargeError(BatchRefusedError):
    """The batch exceeds what a transaction may have (2088, II.2.8)."""

    code: ClassVar[str] = "batch_too_large"


class TokenRefusedError(BackendError):
    """The token of the school's system is unknown or has ended."""

    code: ClassVar[str] = "token_refused"
