"""What can go wrong when something is signed; the sentences stand in ``backend/messages`` under the same codes."""

from backend.errors import BackendError


class SigningError(BackendError):
    """Root of every error that leaves ``backend.signing``."""

    code = "signing_failed"


class KeyRefusedError(SigningError):
    """A key may not be used here: demo key in production, wrong kind, certificate of another key."""

    code = "key_refused"


class KeyOwnerRefusedError(SigningError):
    """The key's owner was asked where the key is, and did not agree."""

    code = "remote_owner_refused"


class KeyUnavailableError(SigningError):
    """The key is elsewhere and does not answer as it should; try again later."""

    code = "key_unavailable"


class NotSignableError(SigningError):
    """The card or list cannot take this signature as it stands."""

    code = "not_signable"


class TimestampUnavailableError(SigningError):
    """No timestamp authority gave a usable answer; try again later."""

    code = "timestamp_unavailable"


class EvidenceUnavailableError(SigningError):
    """No usable proof that a certificate is not revoked could be had; try again later."""

    code = "evidence_unavailable"


class SignerRevokedError(SigningError):
    """The issuer of the seal's certificate says that it is revoked: nothing is sealed with it any more."""

    code = "signer_revoked"


class SealFailedError(SigningError):
    """The PDF could not be sealed."""

    code = "seal_failed"
