"""A batch comes in: every card is accepted or refused on its own, and the answer says which and why.

1. unpack it, within limits (``unpack_transaction``);
2. the same content from the same sender, all of it accepted before: nothing is done, and the answer says so;
3. cut it into cards; who sent it? A transaction is signed by the school as a whole (2088, II.2.2), a token belongs to
   one school: all that is known of the sender has to agree, else nothing is taken;
4. check each card by itself (``check_card``);
5. in one transaction, keep the accepted cards with their pupils and the receipts of all; the bytes of the new ones, as
   they came, are in the object store and made to last before it is committed.

Killed before step 5 is done, nothing was received: bytes in the store without a row are the same bytes under the same
name when the school sends again.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

from msgspec import structs
from sqlalchemy import Connection

from backend.archive.card import ReceivedCard
from backend.archive.keep_card import (
    CardInForceError,
    Kept,
    RecordIdUsedError,
    ReplacementRefusedError,
    keep_received_card,
)
from backend.archive.lock_days import locked_since
from backend.archive.objects import Objects
from backend.archive.recall_card import RecallRefusedError
from backend.archive.rules import IllegalTransitionError
from backend.archive.store import find_card
from backend.assessment.card_warning import CardWarning
from backend.database import Database
from backend.errors import BackendError
from backend.intake import store
from backend.intake.batch import BatchReceipt, KeptBatch, Outcome, Receipt
from backend.intake.check_card import AcceptedCard, CardRefusedError, check_card, claimed_record_id, verify_sender
from backend.intake.errors import BatchRefusedError
from backend.intake.unpack_transaction import BatchKind, unpack_batch
from backend.people.matching.link_card import link_card
from verifier.errors import VerifierError
from verifier.lists import Lists
from verifier.record.split_list import CardList, split_list
from verifier.transaction_signature import verify_transaction

OnProgress = Callable[[int, int], None]
"""Called with the number of cards checked so far, and of all cards of the batch."""


def receive_batch(
    data: bytes,
    *,
    database: Database,
    objects: Objects,
    lists: Lists,
    public_url: str,
    token_school: str | None,
    on_progress: OnProgress = lambda _done, _all: None,
    now: datetime,
) -> BatchReceipt:
    """Receive the ministry's transaction, a plain list or a single card.

    ``token_school`` is the school whose system sent it, None for an operator at the city's own machine.

    Raises:
        BatchRefusedError: it cannot be read, or its sender may not send it; nothing was kept.
        ObjectStoreError: it cannot be kept now; nothing was.
    """
    # 1-2: what is it, and was it here before?
    batch = unpack_batch(data)
    content_sha256 = hashlib.sha256(batch.xml).hexdigest()
    with database.read() as connection:
        before = store.find_latest_batch(connection, content_sha256=content_sha256, sender=token_school)
    if before is not None and all(receipt.outcome is not Outcome.REFUSED for receipt in before.receipts):
        return _already_received(before)
    # 3: its cards and its sender.
    cards = _split(batch.xml)
    schools = _senders_schools(cards, kind=batch.kind, lists=lists, token_school=token_school, now=now)
    # 4: each card by itself.
    checked: list[AcceptedCard | Receipt] = []
    for position, xml in enumerate(cards, start=1):
        try:
            checked.append(check_card(xml, lists=lists, expected_schools=schools, public_url=public_url, now=now))
        except CardRefusedError as error:
            checked.append(_refused(position, claimed_record_id(xml), error))
        on_progress(position, len(cards))
    # 5: all of it, or nothing.
    with database.write() as connection:
        receipts = _keep_all(connection, objects, cards, checked, now)
        if before is not None and _says_the_same(before.receipts, receipts):
            return _already_received(before)
        batch_id = str(uuid4())
        store.insert_batch(
            connection,
            batch_id=batch_id,
            content_sha256=content_sha256,
            kind=batch.kind,
            sender=token_school,
            answers=receipts,
            now=now,
        )
    return BatchReceipt(batch_id=batch_id, already_received=False, receipts=receipts)


def _split(xml: bytes) -> CardList:
    try:
        return split_list(xml)
    except VerifierError as error:
        raise BatchRefusedError(error.reason, **error.details) from error


def _senders_schools(
    cards: CardList, *, kind: BatchKind, lists: Lists, token_school: str | None, now: datetime
) -> frozenset[str] | None:
    """Schools whose cards may be in the batch; None where an operator sends an unsigned list."""
    if not cards.has_signature:
        if kind is BatchKind.TRANSACTION:
            raise BatchRefusedError("transaction_signature_missing")
        return None if token_school is None else frozenset({token_school})
    try:
        certificate = verify_transaction(cards.xml)
    except VerifierError as error:
        raise BatchRefusedError("transaction_signature_refused", reason=error.reason) from error
    schools = verify_sender(certificate, lists=lists, expected_school=token_school, now=now)
    return schools if token_school is None else frozenset({token_school})


def _keep_all(
    connection: Connection, objects: Objects, cards: CardList, checked: Sequence[AcceptedCard | Receipt], now: datetime
) -> tuple[Receipt, ...]:
    receipts = []
    new_objects = []
    for position, (xml, card) in enumerate(zip(cards, checked, strict=True), start=1):
        receipt = (
            card if isinstance(card, Receipt) else keep_accepted_card(connection, card, position=position, now=now)
        )
        receipts.append(receipt)
        if isinstance(card, AcceptedCard) and receipt.outcome is Outcome.ACCEPTED:
            objects.put(card.received.xml_object, xml)
            new_objects.append(card.received.xml_object)
    objects.settle(new_objects)
    return tuple(receipts)


def keep_accepted_card(connection: Connection, card: AcceptedCard, *, position: int, now: datetime) -> Receipt:
    """Keep one checked card's rows, with its pupil's; the receipt says whether that could be."""
    record_id = card.received.record_id
    try:
        kept = keep_received_card(connection, card.received, now)
    except (
        RecordIdUsedError,
        CardInForceError,
        IllegalTransitionError,
        ReplacementRefusedError,
        RecallRefusedError,
    ) as error:
        return _refused(position, record_id, error)
    if kept is Kept.ALREADY_THERE:
        return Receipt(position, record_id, Outcome.ALREADY_RECEIVED, "card_already_received", None, {}, card.warnings)
    link_card(connection, card.record, now=now)
    warnings = (*card.warnings, *_lateness(connection, card.received, now))
    return Receipt(position, record_id, Outcome.ACCEPTED, "card_accepted", None, {}, warnings)


def _lateness(connection: Connection, card: ReceivedCard, now: datetime) -> tuple[CardWarning, ...]:
    """The year is locked for every pupil and this pupil's card of it comes for the first time (1789, article 21.2)."""
    last_day = locked_since(card.school_year, grade=card.grade, now=now)
    stored = find_card(connection, card.record_id)
    if last_day is None or stored is None or stored.version > 1:
        return ()
    return (CardWarning(code="card_late", field="NAM_HOC", written=card.school_year, expected=f"{last_day:%d/%m/%Y}"),)


def _refused(position: int, record_id: str | None, error: BackendError) -> Receipt:
    field = error.field if isinstance(error, CardRefusedError) else None
    return Receipt(position, record_id, Outcome.REFUSED, error.reason, field, dict(error.details))


def _already_received(before: KeptBatch) -> BatchReceipt:
    receipts = tuple(
        receipt
        if receipt.outcome is Outcome.REFUSED
        else structs.replace(receipt, outcome=Outcome.ALREADY_RECEIVED, code="card_already_received")
        for receipt in before.receipts
    )
    return BatchReceipt(batch_id=before.batch_id, already_received=True, receipts=receipts)


def _says_the_same(before: Sequence[Receipt], now: Sequence[Receipt]) -> bool:
    """Whether the answer to a resend is the first answer again: nothing new was accepted, the same was refused."""

    def refusals(receipts: Sequence[Receipt]) -> dict[int, str]:
        return {receipt.position: receipt.code for receipt in receipts if receipt.outcome is Outcome.REFUSED}

    nothing_new = all(receipt.outcome is not Outcome.ACCEPTED for receipt in now)
    return nothing_new and refusals(before) == refusals(now)
