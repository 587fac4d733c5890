"""Keep what came in and what was issued: rows that point at bytes already in the object store."""

from datetime import datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import Connection

from backend.archive import store
from backend.archive.card import Recall, ReceivedCard, SealedCard, Withdrawal
from backend.archive.prepared import store as prepared_store
from backend.archive.prepared.card import Missing
from backend.archive.recall_card import verify_replacement_agreed
from backend.archive.rules import WITHDRAWN, CardState, verify_transition
from backend.errors import BackendError, NotFoundError


class RecordIdUsedError(BackendError):
    """The record id belongs to other bytes; an id is never used twice (2088, II.1.4)."""

    code: ClassVar[str] = "record_id_already_used"


class CardInForceError(BackendError):
    """The pupil has a card of this school and year in force; it has to be withdrawn before a new one comes."""

    code: ClassVar[str] = "card_in_force"


class ReplacementRefusedError(BackendError):
    """The card comes in the place of another one, but is not of the same pupil, school and school year."""

    code: ClassVar[str] = "replacement_of_other_card"


class Kept(Enum):
    """Whether keeping a received card changed anything."""

    NEW = "new"
    ALREADY_THERE = "already_there"


def keep_received_card(connection: Connection, card: ReceivedCard, now: datetime) -> Kept:
    """Keep a checked card; the same bytes again change nothing, whatever has become of the card since.

    Beside a card in force only the one may come that an agreed recall names (``recall_card``).

    Raises:
        RecordIdUsedError: the record id is another card's, or the one that another pupil's prepared card will have.
        CardInForceError: the pupil's card of this school and year has not been withdrawn.
        IllegalTransitionError: ``card_still_waiting``: its school prepared it to wait for the personal code, and the
            card has none.
        ReplacementRefusedError: an agreed recall names this record id in the place of another pupil's or year's card.
        RecallRefusedError: ``recall_needs_department``: the school alone agreed, and the year has been locked since.
    """
    stored = store.find_card(connection, card.record_id)
    if stored is None and _insert(connection, card, now):
        return Kept.NEW
    stored = store.find_card(connection, card.record_id)
    if stored is None:
        raise CardInForceError
    if stored.xml_sha256 != card.xml_sha256:
        raise RecordIdUsedError
    return Kept.ALREADY_THERE


def _insert(connection: Connection, card: ReceivedCard, now: datetime) -> bool:
    before = store.find_latest_card(
        connection, school_code=card.school_code, pupil_code=card.pupil_code, school_year=card.school_year
    )
    recall = store.find_agreed_replacement(connection, card.record_id)
    if recall is not None:
        if before is None or before.record_id != recall.record_id:
            raise ReplacementRefusedError
        verify_replacement_agreed(recall, before, now)
    if before is not None and before.state not in WITHDRAWN and recall is None:
        return False
    _verify_prepared(connection, card)
    replaced = before is not None and (recall is not None or before.state is CardState.SUPERSEDED)
    inserted = store.insert_received_card(
        connection,
        card,
        version=1 if before is None else before.version + 1,
        replaces=before.record_id if before is not None and replaced else None,
        now=now,
    )
    if inserted:
        # Who signs says that nothing is missing any more: the card has come, and its waiting is over.
        prepared_store.delete_prepared(
            connection, school_code=card.school_code, pupil_code=card.pupil_code, school_year=card.school_year
        )
    return inserted


def _verify_prepared(connection: Connection, card: ReceivedCard) -> None:
    other = prepared_store.find_prepared(connection, card.record_id)
    of_card = (card.school_code, card.pupil_code, card.school_year)
    if other is not None and (other.school_code, other.pupil_code, other.school_year) != of_card:
        raise RecordIdUsedError
    prepared = prepared_store.find_prepared_of_pupil(
        connection, school_code=card.school_code, pupil_code=card.pupil_code, school_year=card.school_year
    )
    if prepared is not None and Missing.PERSONAL_CODE in prepared.missing and card.personal_code is None:
        verify_transition(prepared.state, CardState.MANAGER_SIGNED)


def keep_issued_card(connection: Connection, sealed: SealedCard) -> None:
    """Let a waiting card be issued with its verified PDF; the card it replaces is superseded at the same moment.

    Raises:
        NotFoundError: there is no such card.
        IllegalTransitionError: it is not waiting.
        RecallRefusedError: ``recall_needs_department``: it replaces a card, the school alone agreed to that, and the
            year has been locked since. The department may still agree.
    """
    _supersede_replaced(connection, sealed)
    if store.update_to_issued(connection, sealed):
        return
    stored = store.find_card(connection, sealed.record_id)
    if stored is None:
        raise NotFoundError("card_not_found")
    verify_transition(stored.state, CardState.ISSUED)


def verify_may_be_issued(connection: Connection, record_id: str, now: datetime) -> Recall | None:
    """Let a waiting card be issued; gives the agreed recall of the card that it replaces.

    Raises:
        RecallRefusedError: as ``keep_issued_card``.
    """
    recall = store.find_agreed_replacement(connection, record_id)
    card = None if recall is None else store.find_card(connection, record_id)
    if recall is None or card is None or card.replaces != recall.record_id:
        # Only a card that was taken in as the replacement of that very card may end it.
        return None
    replaced = store.find_card(connection, recall.record_id)
    if replaced is not None:
        verify_replacement_agreed(recall, replaced, now)
    return recall


def _supersede_replaced(connection: Connection, sealed: SealedCard) -> None:
    """First the old card, then the new one: two in force are forbidden. An earlier withdrawal stays as it is."""
    recall = verify_may_be_issued(connection, sealed.record_id, sealed.issued_at)
    if recall is None or recall.decided_by is None:
        return
    withdrawal = Withdrawal(
        record_id=recall.record_id,
        kind="superseded",
        reason=recall.reason,
        requested_by=recall.requested_by,
        approved_by=recall.decided_by,
        withdrawn_at=sealed.issued_at,
    )
    store.update_to_withdrawn(connection, withdrawal)
