"""Keep what came in and what was issued: rows that point at bytes already in the object store."""

from datetime import datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import Connection

from backend.archive import store
from backend.archive.card import ReceivedCard, SealedCard
from backend.archive.rules import CardState, verify_transition
from backend.errors import BackendError, NotFoundError


class RecordIdUsedError(BackendError):
    """The record id belongs to other bytes; an id is never used twice (2088, II.1.4)."""

    code: ClassVar[str] = "record_id_already_used"


class CardInForceError(BackendError):
    """The pupil has a card of this school and year in force; it has to be withdrawn before a new one comes."""

    code: ClassVar[str] = "card_in_force"


class Kept(Enum):
    """Whether keeping a received card changed anything."""

    NEW = "new"
    ALREADY_THERE = "already_there"


def keep_received_card(connection: Connection, card: ReceivedCard, now: datetime) -> Kept:
    """Keep a checked card; the same bytes again change nothing, whatever has become of the card since.

    Raises:
        RecordIdUsedError: the record id is another card's.
        CardInForceError: the pupil's card of this school and year has not been withdrawn.
    """
    if store.insert_received_card(connection, card, now=now):
        return Kept.NEW
    stored = store.find_card(connection, card.record_id)
    if stored is None:
        raise CardInForceError
    if stored.xml_sha256 != card.xml_sha256:
        raise RecordIdUsedError
    return Kept.ALREADY_THERE


def keep_issued_card(connection: Connection, sealed: SealedCard) -> None:
    """Let a waiting card be issued with its verified PDF.

    Raises:
        NotFoundError: there is no such card.
        IllegalTransitionError: it is not waiting.
    """
    if store.update_to_issued(connection, sealed):
        return
    stored = store.find_card(connection, sealed.record_id)
    if stored is None:
        raise NotFoundError("card_not_found")
    verify_transition(stored.state, CardState.ISSUED)
