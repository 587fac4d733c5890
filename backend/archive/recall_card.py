"""Ask for a card's recall, agree to it, refuse it: each with who, when and why (2088, II.2.7 and III.3).

1. The school asks. Where a corrected card is to come, the request names its record id: the old card then stays in
   force until the new one is issued, so that the pupil is never without one.
2. Until the year's first lock the school itself may agree, by another person; after it only the department may.
3. Agreed without a card to come, the card is withdrawn at once; refused, nothing changes and one may ask again.
4. What the school agreed to by itself ends with the lock: a card to come that is not issued by then needs the
   department, which may agree to the same request anew.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from msgspec import structs
from sqlalchemy import Connection

from backend.archive import store
from backend.archive.card import Recall, StoredCard, WithdrawalKind
from backend.archive.lock_days import Approval, approval_needed
from backend.archive.rules import (
    CardState,
    IllegalTransitionError,
    RecallState,
    verify_recall_transition,
    verify_transition,
)
from backend.archive.withdraw_card import verify_withdrawal_words, withdraw_card
from backend.errors import BackendError, NotFoundError


class RecallRefusedError(BackendError):
    """This cannot be asked for, or not be decided by this person."""

    code: ClassVar[str] = "recall_refused"


def request_recall(
    connection: Connection,
    record_id: str,
    *,
    kind: WithdrawalKind,
    reason: str,
    requested_by: str,
    replaced_by: str | None = None,
    decision_reference: str | None = None,
    expected_school: str | None = None,
    now: datetime,
) -> Recall:
    """Ask for the recall of an issued card.

    Args:
        connection: the caller's transaction.
        record_id: the card.
        kind: "superseded" where another card takes its place.
        reason: in words, for those who decide.
        requested_by: who asks.
        replaced_by: record id of the corrected card that is to come.
        decision_reference: number and date of the civil-status decision that the correction follows (1789, article
            21.7).
        expected_school: the school of the token that asks; another school's card is answered like none.
        now: when.

    Raises:
        NotFoundError: ``card_not_found``.
        IllegalTransitionError: the card is not issued, or was withdrawn before.
        WithdrawalRefusedError: reason or person are missing or too long.
        RecallRefusedError: ``recall_pending``, ``replacement_not_expected``, ``replacement_id_malformed`` or
            ``replacement_id_used``.
    """
    reference = None if decision_reference is None else decision_reference.strip() or None
    verify_withdrawal_words(reason=reason, people=(requested_by,), others=(reference or "",))
    card = _card(connection, record_id, expected_school)
    verify_transition(card.state, CardState(kind))
    new_record_id = None if replaced_by is None else _record_id_to_come(connection, replaced_by, kind)
    recall = Recall(
        recall_id=str(uuid4()),
        record_id=card.record_id,
        kind=kind,
        replaced_by=new_record_id,
        reason=reason.strip(),
        decision_reference=reference,
        requested_by=requested_by.strip(),
        requested_at=now,
        state=RecallState.PENDING,
        decided_as=None,
        decided_by=None,
        decided_at=None,
        decision_reason=None,
    )
    if not store.insert_recall(connection, recall):
        raise RecallRefusedError("recall_pending")
    return recall


def approve_recall(
    connection: Connection,
    recall_id: str,
    *,
    decided_as: Approval,
    decided_by: str,
    reason: str | None = None,
    now: datetime,
) -> Recall:
    """Agree to a request; without a card to come, the card is withdrawn with it.

    The department may agree anew to what the school agreed to before the lock; both stand in the decision then.

    Raises:
        NotFoundError: ``recall_not_found``.
        IllegalTransitionError: it was decided before, and that still counts, or the card is not in force any more.
        WithdrawalRefusedError: nobody, or the person who asked, agrees.
        RecallRefusedError: ``recall_needs_department``: the year is locked; ``replacement_id_used``: another card has
            taken the announced record id since; ``decision_document_missing``: it names a civil-status decision that
            nobody attached (``decision_document``).
    """
    recall, card = _undecided(connection, recall_id, RecallState.AGREED)
    if recall.state is RecallState.AGREED and approval_awaited(recall, card, now) is None:
        raise IllegalTransitionError("recall_already_decided", state=recall.state.value)
    people = (recall.requested_by, decided_by, *(() if recall.decided_by is None else (recall.decided_by,)))
    verify_withdrawal_words(reason=recall.reason, people=people, others=(reason or "",))
    if decided_as is not Approval.DEPARTMENT:
        needed = approval_needed(card.school_year, grade=card.grade, now=now)
        if needed is Approval.DEPARTMENT:
            raise RecallRefusedError("recall_needs_department", school_year=card.school_year)
    if recall.decision_reference is not None and store.find_decision_document(connection, recall.recall_id) is None:
        raise RecallRefusedError("decision_document_missing")
    verify_transition(card.state, CardState(recall.kind))
    to_come = None if recall.replaced_by is None else store.find_card(connection, recall.replaced_by)
    if to_come is not None and to_come.replaces != recall.record_id:
        raise RecallRefusedError("replacement_id_used")
    decided = _decide(connection, recall, RecallState.AGREED, decided_as, decided_by, reason, now)
    if decided.replaced_by is None:
        withdraw_card(
            connection,
            decided.record_id,
            kind=decided.kind,
            reason=decided.reason,
            requested_by=decided.requested_by,
            approved_by=decided_by,
            now=now,
        )
    return decided


def refuse_recall(
    connection: Connection, recall_id: str, *, decided_as: Approval, decided_by: str, reason: str, now: datetime
) -> Recall:
    """Refuse a request, with the reason for those who asked; the card stays in force.

    An agreed replacement whose card has not come may be refused as well; the reason then says who had agreed and when.

    Raises:
        NotFoundError: ``recall_not_found``.
        IllegalTransitionError: it was decided before, and what was decided is done.
        WithdrawalRefusedError: person or reason are missing.
    """
    verify_withdrawal_words(reason=reason, people=(decided_by,))
    recall, card = _undecided(connection, recall_id, RecallState.REFUSED)
    if recall.state is RecallState.AGREED:
        came = recall.replaced_by is None or store.find_card(connection, recall.replaced_by) is not None
        if came or card.state is not CardState.ISSUED:
            raise IllegalTransitionError("recall_already_decided", state=recall.state.value)
    return _decide(connection, recall, RecallState.REFUSED, decided_as, decided_by, reason, now)


def approval_awaited(recall: Recall, card: StoredCard, now: datetime) -> Approval | None:
    """Who still has to agree that ``card`` is recalled; None where nobody has to, or can, any more."""
    needed = approval_needed(card.school_year, grade=card.grade, now=now)
    if recall.state is RecallState.PENDING:
        return needed
    ended = recall.decided_as is Approval.SCHOOL and needed is Approval.DEPARTMENT
    still_to_come = recall.replaced_by is not None and card.state is CardState.ISSUED
    return needed if recall.state is RecallState.AGREED and ended and still_to_come else None


def verify_replacement_agreed(recall: Recall, card: StoredCard, now: datetime) -> None:
    """Let the card that ``recall`` names come and be issued, or say that the school's agreement has ended.

    Raises:
        RecallRefusedError: ``recall_needs_department``.
    """
    if approval_awaited(recall, card, now) is not None:
        raise RecallRefusedError("recall_needs_department", school_year=card.school_year)


def _card(connection: Connection, record_id: str, expected_school: str | None) -> StoredCard:
    card = store.find_card(connection, record_id.lower())
    if card is None or expected_school not in {None, card.school_code}:
        raise NotFoundError("card_not_found")
    return card


def _record_id_to_come(connection: Connection, text: str, kind: WithdrawalKind) -> str:
    if kind != "superseded":
        raise RecallRefusedError("replacement_not_expected")
    try:
        record_id = str(UUID(text))
    except ValueError as error:
        raise RecallRefusedError("replacement_id_malformed") from error
    if store.find_card(connection, record_id) is not None:
        raise RecallRefusedError("replacement_id_used")
    return record_id


def _undecided(connection: Connection, recall_id: str, wanted: RecallState) -> tuple[Recall, StoredCard]:
    recall = store.find_recall(connection, recall_id.lower())
    if recall is None:
        raise NotFoundError("recall_not_found")
    verify_recall_transition(recall.state, wanted)
    return recall, _card(connection, recall.record_id, None)


def _decide(
    connection: Connection,
    recall: Recall,
    state: RecallState,
    decided_as: Approval,
    decided_by: str,
    reason: str | None,
    now: datetime,
) -> Recall:
    words = "" if reason is None else reason.strip()
    if recall.decided_by is not None:
        words = f"{words} (trước đó {recall.decided_by} đã đồng ý: {recall.decided_at})".strip()
    decided = structs.replace(
        recall,
        state=state,
        decided_as=decided_as,
        decided_by=decided_by.strip(),
        decided_at=now,
        decision_reason=words or None,
    )
    if not store.update_recall(connection, decided, expected_state=recall.state):
        # Somebody was faster between the two statements.
        raise IllegalTransitionError("recall_already_decided", state=recall.state.value)
    return decided
