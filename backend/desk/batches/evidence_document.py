"""A batch's evidence as one JSON document, for whoever wants to check it (docs/formats/batch-authorisation.md)."""

from base64 import urlsafe_b64encode
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from backend.desk.batches import store
from backend.desk.batches.errors import AuthorisationRefusedError, BatchNotFoundError


class EvidenceDocument(Struct, frozen=True):
    """Bytes are base64url without padding. It holds no name and no personal code."""

    batch_id: str
    statement: str
    credential_id: str
    credential_public_key: str
    """COSE key."""
    authenticator_data: str
    client_data: str
    signature: str
    begun_at: datetime
    """When the challenge was given out."""
    confirmed_at: datetime
    origin: str
    """What the client data has to name."""


def read_evidence(connection: Connection, batch_id: str, *, origin: str) -> EvidenceDocument:
    """The evidence of a batch, whatever has become of it.

    Raises:
        BatchNotFoundError: no such batch.
        AuthorisationRefusedError: ``authorisation_missing``: nobody confirmed it.
    """
    batch = store.find_batch(connection, batch_id)
    if batch is None:
        raise BatchNotFoundError
    if batch.evidence is None:
        raise AuthorisationRefusedError("authorisation_missing")
    evidence = batch.evidence
    return EvidenceDocument(
        batch_id=batch_id,
        statement=_base64url(batch.statement),
        credential_id=_base64url(evidence.credential_id),
        credential_public_key=_base64url(evidence.public_key),
        authenticator_data=_base64url(evidence.authenticator_data),
        client_data=_base64url(evidence.client_data),
        signature=_base64url(evidence.signature),
        begun_at=batch.begun_at,
        confirmed_at=evidence.confirmed_at,
        origin=origin,
    )


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
