"""One confirmation for many signatures: from the cards that were looked at to an authorisation that is kept whole.

1. the attempt is counted; over a limit nothing is judged;
2. the role signs now, and there is a certificate for it that may be used;
3. every card is as the person was shown it, and can be chosen; else the whole list is refused, to be looked at again;
4. the statement over exactly these cards is written down, and its SHA-256 goes out as the challenge;
5. within ten minutes the person's own passkey answers, the person verified; role, person and passkey still stand;
6. the answer is kept as evidence, in one statement with the batch's turn: a second answer finds nothing to confirm.

A refused answer ends the batch, and is written down with its reason.
"""

import hashlib
import logging
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from msgspec import Struct, structs

from backend.access.attempts import count_attempt
from backend.access.context import Access
from backend.access.errors import AuthenticationRejectedError
from backend.access.limits import AttemptKind
from backend.access.log_in import use_passkey
from backend.access.passkeys import Assertion, ClaimedPasskey, parse_claimed_passkey, request_options, verify_assertion
from backend.access.store import PasskeyOwner, find_passkey, read_credential_ids
from backend.desk import store as staff_store
from backend.desk.batches import store
from backend.desk.batches.batch import (
    CONFIRM_WITHIN,
    FINISH_WITHIN,
    BatchCard,
    BatchCardState,
    BatchState,
    Evidence,
    SigningBatch,
)
from backend.desk.batches.errors import AuthorisationRefusedError, BatchNotFoundError, SigningRefusedError
from backend.desk.batches.signing_certificate import find_signing_certificate, verify_certificate
from backend.desk.batches.signing_list import ListedCard, SigningList, read_signing_list, role_that_signs
from backend.desk.batches.statement import MAX_BATCH_CARDS, NONCE_BYTES, CardToSign, challenge_of, encode_statement
from backend.desk.batches.verify_authorisation import verify_evidence, verify_standing
from backend.desk.context import Desk
from backend.desk.person import StaffEventKind
from backend.desk.rules import Actor

_LOG = logging.getLogger("hocba.desk")


class BegunBatch(Struct, frozen=True):
    """What goes to the browser."""

    batch_id: str
    options: dict[str, Any]
    """WebAuthn options as JSON."""
    expires_at: datetime
    cards: int


def begin_batch(
    desk: Desk, *, actor: Actor, role_id: str, shown: Sequence[CardToSign], address: str, now: datetime
) -> BegunBatch:
    """Steps 1 to 4.

    Raises:
        TooManyAttemptsError: over a limit.
        StaffForbiddenError: not a role of theirs that signs now.
        SigningRefusedError: ``signing_list_empty``, ``signing_list_too_long``, ``signing_certificate_missing``,
            ``signing_cards_changed`` with the number of cards that are not as they were shown.
        AuthorisationRefusedError: ``authorisation_certificate_refused``.
    """
    # 1.
    count_attempt(desk.access, AttemptKind.AUTHORISATION, claimed_code=actor.label, address=address, now=now)
    wanted = {card.record_id: card.xml_sha256 for card in shown}
    if not wanted:
        raise SigningRefusedError("signing_list_empty")
    if len(wanted) > MAX_BATCH_CARDS or len(wanted) != len(shown):
        raise SigningRefusedError("signing_list_too_long", most=MAX_BATCH_CARDS)
    # 2.
    lists = desk.lists_at(now)
    held, purpose = role_that_signs(actor, role_id, now=now)
    school_code = held.school_code or ""
    with desk.access.database.read() as connection:
        certificate, key_reference = find_signing_certificate(
            connection, purpose=purpose, person_id=actor.label, school_code=school_code
        )
        verify_certificate(certificate, purpose=purpose, school_code=school_code, lists=lists, now=now)
        # 3.
        listed = read_signing_list(connection, actor, role_id, now=now)
    as_shown = [one for one in listed.cards if _is_as_shown(one, wanted)]
    if len(as_shown) != len(wanted):
        raise SigningRefusedError("signing_cards_changed", cards=len(wanted) - len(as_shown))
    # 4.
    batch = _new_batch(listed, actor.label, hashlib.sha256(certificate).digest(), key_reference, now)
    return _write_down(desk.access, batch, as_shown, now)


def _is_as_shown(one: ListedCard, wanted: Mapping[str, bytes]) -> bool:
    shown = wanted.get(one.card.record_id)
    return shown is not None and not one.obstacles and one.xml_sha256 == shown


def _new_batch(
    listed: SigningList, person_id: str, certificate_sha256: bytes, key_reference: str, now: datetime
) -> SigningBatch:
    held = listed.held
    return SigningBatch(
        batch_id=str(uuid4()),
        person_id=person_id,
        role_id=held.role_id,
        purpose=listed.purpose,
        school_code=held.school_code or "",
        school_year=held.school_year or "",
        class_group=held.class_group,
        on_behalf=held.on_behalf,
        certificate_sha256=certificate_sha256,
        key_reference=key_reference,
        nonce=secrets.token_bytes(NONCE_BYTES),
        statement=b"",
        state=BatchState.BEGUN,
        begun_at=now,
        expires_at=now + CONFIRM_WITHIN,
        finish_by=None,
        evidence=None,
        ended_at=None,
        ended_reason=None,
    )


def _write_down(access: Access, batch: SigningBatch, as_shown: Sequence[ListedCard], now: datetime) -> BegunBatch:
    cards = [
        BatchCard(
            position=position,
            record_id=one.card.record_id,
            xml_sha256=one.xml_sha256 or b"",
            state=BatchCardState.WAITING,
            code=None,
            details={},
        )
        for position, one in enumerate(as_shown, start=1)
    ]
    covered = tuple(CardToSign(card.record_id, card.xml_sha256) for card in cards)
    statement = encode_statement(batch.statement_over(covered))
    with access.database.write() as connection:
        store.insert_batch(connection, structs.replace(batch, statement=statement), cards)
        for one in as_shown:
            store.put_seen(
                connection, person_id=batch.person_id, record_id=one.card.record_id, xml=one.card.xml or b"", now=now
            )
        options = request_options(
            access.relying_party,
            challenge=challenge_of(statement),
            credential_ids=read_credential_ids(connection, access.realm.tables, owner_id=batch.person_id),
            lifetime_seconds=int(CONFIRM_WITHIN.total_seconds()),
        )
    return BegunBatch(batch.batch_id, options, batch.expires_at, len(cards))


def confirm_batch(
    desk: Desk, *, person_id: str, batch_id: str, credential: Mapping[str, Any], now: datetime
) -> SigningBatch:
    """Steps 5 and 6. The worker may sign from here on.

    Raises:
        BatchNotFoundError: no such batch of this person.
        AuthorisationRefusedError: nothing is signed; ``authorisation_used``, ``authorisation_too_late``, or the reason.
    """
    access = desk.access
    with access.database.read() as connection:
        batch = store.find_batch(connection, batch_id)
        if batch is None:
            raise BatchNotFoundError
        if batch.person_id != person_id:
            _LOG.warning("a batch's confirmation by another person was refused: batch %s", batch_id)
            raise BatchNotFoundError
        cards = store.read_batch_cards(connection, batch_id)
    try:
        return _confirm(access, batch, cards, credential, now)
    except AuthorisationRefusedError as error:
        _write_down_refusal(access, batch, error, now)
        raise


def cancel_batch(access: Access, *, person_id: str, batch_id: str, now: datetime) -> None:
    """The person takes a batch back: what is not signed yet stays unsigned. One that has ended stays as it is.

    Raises:
        BatchNotFoundError: no such batch of this person.
    """
    with access.database.write() as connection:
        batch = store.find_batch(connection, batch_id)
        if batch is None or batch.person_id != person_id:
            raise BatchNotFoundError
        if store.end_batch(connection, batch_id, state=BatchState.ENDED, reason="taken_back", now=now):
            store.leave_out_waiting(connection, batch_id, code="authorisation_taken_back", now=now)


def _confirm(
    access: Access,
    batch: SigningBatch,
    cards: tuple[BatchCard, ...],
    credential: Mapping[str, Any],
    now: datetime,
) -> SigningBatch:
    if batch.state is not BatchState.BEGUN:
        raise AuthorisationRefusedError("authorisation_used")
    if now >= batch.expires_at:
        raise AuthorisationRefusedError("authorisation_too_late")
    owner, claimed, assertion = _verify_answer(access, batch, credential)
    evidence = Evidence(
        credential_id=claimed.credential_id,
        public_key=owner.stored.public_key,
        backup_eligible=owner.stored.backup_eligible,
        authenticator_data=_member(credential, "authenticatorData"),
        client_data=_member(credential, "clientDataJSON"),
        signature=_member(credential, "signature"),
        confirmed_at=now,
    )
    confirmed = structs.replace(batch, state=BatchState.CONFIRMED, evidence=evidence, finish_by=now + FINISH_WITHIN)
    # What is kept is what the worker will look at, judged by the same rules.
    verify_evidence(confirmed, cards, relying_party=access.relying_party, now=now)
    cloned = False
    with access.database.write() as connection:
        verify_standing(connection, access, confirmed, now=now)
        cloned = not use_passkey(access, connection, batch.person_id, claimed, assertion, now=now)
        if not cloned and not store.confirm_batch(connection, batch.batch_id, evidence, finish_by=now + FINISH_WITHIN):
            raise AuthorisationRefusedError("authorisation_used")
    if cloned:  # outside the transaction, which has to be kept: the passkey has ended
        raise AuthorisationRefusedError("authorisation_passkey_ended")
    return confirmed


def _verify_answer(
    access: Access, batch: SigningBatch, credential: Mapping[str, Any]
) -> tuple[PasskeyOwner, ClaimedPasskey, Assertion]:
    challenge = challenge_of(batch.statement)
    try:
        claimed = parse_claimed_passkey(credential, relying_party=access.relying_party, expected_challenge=challenge)
        with access.database.read() as connection:
            owner = find_passkey(connection, access.realm.tables, claimed.credential_id)
        if owner is None or owner.owner.owner_id != batch.person_id:
            raise AuthorisationRefusedError("authorisation_of_other_person")
        assertion = verify_assertion(
            credential,
            relying_party=access.relying_party,
            expected_challenge=challenge,
            stored_passkey=owner.stored,
        )
    except AuthenticationRejectedError as error:
        raise AuthorisationRefusedError("authorisation_evidence_refused", cause=error.reason) from error
    return owner, claimed, assertion


def _write_down_refusal(access: Access, batch: SigningBatch, error: AuthorisationRefusedError, now: datetime) -> None:
    """In a transaction of its own: what was refused is rolled back, the note of it is not."""
    cause = str(error.details.get("cause", ""))
    _LOG.warning("a batch's confirmation was refused: batch %s, %s %s", batch.batch_id, error.reason, cause)
    with access.database.write() as connection:
        if error.reason != "authorisation_used" and store.end_batch(
            connection, batch.batch_id, state=BatchState.ENDED, reason=error.reason, now=now
        ):
            store.leave_out_waiting(connection, batch.batch_id, code=error.reason, now=now)
        staff_store.add_event(
            connection,
            batch.person_id,
            StaffEventKind.AUTHORISATION_REFUSED,
            by=batch.batch_id,
            reason=f"{error.reason} {cause}".strip(),
            now=now,
        )


def _member(credential: Mapping[str, Any], name: str) -> bytes:
    """One member of the answer that has just been verified, as bytes."""
    text: str = credential["response"][name]
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
