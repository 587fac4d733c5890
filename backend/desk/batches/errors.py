"""How the signing of batches refuses."""

from backend.errors import BackendError, NotFoundError


class BatchNotFoundError(NotFoundError):
    """No such batch of this person."""

    code = "signing_batch_not_found"


class SigningRefusedError(BackendError):
    """The list cannot be confirmed as it stands, or not any more."""

    code = "signing_refused"


class AuthorisationRefusedError(BackendError):
    """What is there does not authorise the signing; nothing is signed."""

    code = "authorisation_refused"
