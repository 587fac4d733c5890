"""Take a card out of force: revoked, or superseded by a correction. It stays so for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Connection

from backend.archive import store
from backend.archive.card import StoredCard, Withdrawal, WithdrawalKind
from backend.archive.rules import CardState, verify_transition
from backend.errors import BackendError, NotFoundError
from backend.typed_text import one_line

MAX_TEXT_CHARACTERS = 500
"""Of a reason or a name; they are read by people in a list."""


class WithdrawalRefusedError(BackendError):
    """What was said about the withdrawal is not enough to withdraw a card."""

    code: ClassVar[str] = "withdrawal_refused"


def withdraw_card(
    connection: Connection,
    record_id: str,
    *,
    kind: WithdrawalKind,
    reason: str,
    requested_by: str,
    approved_by: str,
    now: datetime,
) -> tuple[StoredCard, Withdrawal]:
    """Withdraw an issued card; two people answer for it (2088, III.3: the school asks, the department approves).

    Gives the card as it was before, and its withdrawal.

    Raises:
        NotFoundError: there is no such card.
        IllegalTransitionError: it is not issued, or was withdrawn before.
        WithdrawalRefusedError: ``withdrawal_reason_missing``, ``withdrawal_person_missing``,
            ``withdrawal_same_person`` or ``withdrawal_text_long``.
    """
    verify_withdrawal_words(reason=reason, people=(requested_by, approved_by))
    stored = store.find_card(connection, record_id.lower())
    if stored is None:
        raise NotFoundError("card_not_found")
    verify_transition(stored.state, CardState(kind))
    withdrawal = Withdrawal(
        record_id=stored.record_id,
        kind=kind,
        reason=reason.strip(),
        requested_by=requested_by.strip(),
        approved_by=approved_by.strip(),
        withdrawn_at=now,
    )
    if not store.update_to_withdrawn(connection, withdrawal):
        # Somebody was faster between the two statements: say what they left behind.
        current = store.find_card(connection, stored.record_id)
        verify_transition(stored.state if current is None else current.state, CardState(kind))
    return stored, withdrawal


def verify_withdrawal_words(*, reason: str, people: Sequence[str], others: Sequence[str] = ()) -> None:
    """Refuse an empty reason, nameless people, two people who are one, and what is too long to read in a list.

    A name is the same however it was typed: composed or not, in capitals, with spaces or signs that nobody sees.

    Raises:
        WithdrawalRefusedError: see ``withdraw_card``.
    """
    if not reason.strip():
        raise WithdrawalRefusedError("withdrawal_reason_missing")
    names = [_folded(person) for person in people]
    if not all(names):
        raise WithdrawalRefusedError("withdrawal_person_missing")
    if len(set(names)) < len(names):
        raise WithdrawalRefusedError("withdrawal_same_person")
    if max(len(text) for text in (reason, *people, *others)) > MAX_TEXT_CHARACTERS:
        raise WithdrawalRefusedError("withdrawal_text_long", limit=MAX_TEXT_CHARACTERS)


def _folded(name: str) -> str:
    return one_line(name.casefold())
