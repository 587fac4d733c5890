"""Does this evidence authorise these signatures? Asked when it arrives, and again by the worker before any key is used.

1. the statement that the rows make is the one that was confirmed: same signer, certificate, purpose and list;
2. the assertion is over its SHA-256, for our site, from a person who was verified, and the stored key made it;
3. it came within ten minutes, and the signing is not later than 72 hours after;
4. the person is still of the staff, holds the role that the batch was begun with, and the passkey is in force, theirs,
   and the one of the evidence.

Steps 1 to 3 need nothing but the evidence: a stranger can take them with docs/formats/batch-authorisation.md.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from backend.access.context import Access
from backend.access.errors import AuthenticationRejectedError
from backend.access.passkeys import RelyingParty, StoredPasskey, parse_claimed_passkey, verify_assertion
from backend.access.store import find_passkey
from backend.desk import store as staff_store
from backend.desk.batches.batch import BatchCard, BatchState, Evidence, SigningBatch
from backend.desk.batches.errors import AuthorisationRefusedError
from backend.desk.batches.statement import CardToSign, challenge_of, encode_statement


def verify_evidence(
    batch: SigningBatch, cards: Iterable[BatchCard], *, relying_party: RelyingParty, now: datetime
) -> None:
    """Take steps 1 to 3.

    Raises:
        AuthorisationRefusedError: with the code of the first step that fails.
    """
    evidence, finish_by = batch.evidence, batch.finish_by
    if evidence is None or finish_by is None:
        raise AuthorisationRefusedError("authorisation_missing")
    # 1.
    listed = tuple(CardToSign(card.record_id, card.xml_sha256) for card in cards)
    if not hmac.compare_digest(encode_statement(batch.statement_over(listed)), batch.statement):
        raise AuthorisationRefusedError("authorisation_of_other_list")
    # 2.
    credential, challenge = credential_of(evidence), challenge_of(batch.statement)
    try:
        parse_claimed_passkey(credential, relying_party=relying_party, expected_challenge=challenge)
        verify_assertion(
            credential,
            relying_party=relying_party,
            expected_challenge=challenge,
            stored_passkey=StoredPasskey(public_key=evidence.public_key, backup_eligible=evidence.backup_eligible),
        )
    except AuthenticationRejectedError as error:
        raise AuthorisationRefusedError("authorisation_evidence_refused", cause=error.reason) from error
    # 3.
    if not batch.begun_at <= evidence.confirmed_at < batch.expires_at:
        raise AuthorisationRefusedError("authorisation_too_late")
    if now >= finish_by:
        raise AuthorisationRefusedError("authorisation_ended")


def verify_standing(connection: Connection, access: Access, batch: SigningBatch, *, now: datetime) -> None:
    """Take step 4, as things stand in this transaction.

    Raises:
        AuthorisationRefusedError: with the code of what has ended.
    """
    person = staff_store.find_person(connection, batch.person_id)
    if person is None or person.deactivated_at is not None:
        raise AuthorisationRefusedError("authorisation_of_former_staff")
    roles = staff_store.read_roles(connection, batch.person_id)
    if not any(role.role_id == batch.role_id and role.holds_at(now) for role in roles):
        raise AuthorisationRefusedError("authorisation_role_ended")
    if batch.evidence is not None:
        passkey = find_passkey(connection, access.realm.tables, batch.evidence.credential_id)
        if passkey is None or passkey.owner.owner_id != batch.person_id:
            raise AuthorisationRefusedError("authorisation_passkey_ended")
        if not hmac.compare_digest(passkey.stored.public_key, batch.evidence.public_key):
            raise AuthorisationRefusedError("authorisation_passkey_ended")


def verify_running(batch: SigningBatch | None, *, now: datetime) -> SigningBatch:
    """The batch, if the worker may still go on with it.

    Raises:
        AuthorisationRefusedError: it was taken back, has ended or was never confirmed.
    """
    if batch is None or batch.state is not BatchState.CONFIRMED or batch.finish_by is None:
        raise AuthorisationRefusedError("authorisation_missing")
    if now >= batch.finish_by:
        raise AuthorisationRefusedError("authorisation_ended")
    return batch


def credential_of(evidence: Evidence) -> dict[str, Any]:
    """The evidence as the browser sent it (``AuthenticationResponseJSON``)."""
    return {
        "id": _base64url(evidence.credential_id),
        "rawId": _base64url(evidence.credential_id),
        "type": "public-key",
        "response": {
            "clientDataJSON": _base64url(evidence.client_data),
            "authenticatorData": _base64url(evidence.authenticator_data),
            "signature": _base64url(evidence.signature),
        },
    }


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
