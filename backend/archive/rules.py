"""Which state of a card may follow which; the one table of it.

``draft → teacher_signed → manager_signed → issued → superseded | revoked``. The homeroom teacher's signature is
optional (2088, II.1.5), the manager's and the school's are not. A card that is prepared and lacks something waits in
``pending_supplementary``: it goes back to draft when nothing is missing any more, and only then is it signed. An issued
card is never edited: a correction is a new card with a new record id. A card withdrawn stays so for good.

Until the school has signed, a card is a row of ``prepared_cards``: its teacher and manager may sign it there; it goes
back to draft when its content changes. With the school's signature it becomes a row of ``cards``; no step leads back.
"""

from enum import StrEnum
from typing import ClassVar

from backend.errors import BackendError


class CardState(StrEnum):
    """State of a card's row; the values stand in the database and in the API."""

    DRAFT = "draft"
    PENDING_SUPPLEMENTARY = "pending_supplementary"
    """Prepared, and waiting for what is missing: a summer's result, a personal code."""
    TEACHER_SIGNED = "teacher_signed"
    MANAGER_SIGNED = "manager_signed"
    """Manager and school have signed: accepted by the department, waiting to be issued."""
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    """Thay thế: another card has taken or will take its place."""
    REVOKED = "revoked"
    """Thu hồi: not valid, with nothing in its place."""


PREPARED = frozenset(
    {CardState.PENDING_SUPPLEMENTARY, CardState.DRAFT, CardState.TEACHER_SIGNED, CardState.MANAGER_SIGNED}
)
"""States before the school has signed."""
WITHDRAWN = frozenset({CardState.SUPERSEDED, CardState.REVOKED})
SHOWN = frozenset({CardState.ISSUED}) | WITHDRAWN
"""States in which a card has a sealed PDF and may be shown to those who may see it."""

TRANSITIONS: dict[CardState, frozenset[CardState]] = {
    CardState.DRAFT: frozenset(
        {CardState.PENDING_SUPPLEMENTARY, CardState.TEACHER_SIGNED, CardState.MANAGER_SIGNED},
    ),
    CardState.PENDING_SUPPLEMENTARY: frozenset({CardState.DRAFT}),
    CardState.TEACHER_SIGNED: frozenset({CardState.DRAFT, CardState.MANAGER_SIGNED}),
    CardState.MANAGER_SIGNED: frozenset({CardState.DRAFT, CardState.ISSUED}),
    CardState.ISSUED: WITHDRAWN,
    CardState.SUPERSEDED: frozenset(),
    CardState.REVOKED: frozenset(),
}


class RecallState(StrEnum):
    """State of a request to recall a card; the ministry's numbers are 1, 2 and 3 (2088, II.2.7)."""

    PENDING = "pending"
    AGREED = "agreed"
    REFUSED = "refused"

    @property
    def number(self) -> int:
        """The ministry's number of this state."""
        return tuple(RecallState).index(self) + 1


RECALL_TRANSITIONS: dict[RecallState, frozenset[RecallState]] = {
    RecallState.PENDING: frozenset({RecallState.AGREED, RecallState.REFUSED}),
    # Refused only while the card to come is not here, agreed to anew only by the department: ``recall_card``.
    RecallState.AGREED: frozenset({RecallState.AGREED, RecallState.REFUSED}),
    RecallState.REFUSED: frozenset(),
}

_SIGNED = frozenset({CardState.TEACHER_SIGNED, CardState.MANAGER_SIGNED, CardState.ISSUED})


class IllegalTransitionError(BackendError):
    """The card's state does not allow this step."""

    code: ClassVar[str] = "card_state_forbids"


def verify_transition(current: CardState, wanted: CardState) -> None:
    """Let ``wanted`` follow ``current``, or say why it may not.

    Raises:
        IllegalTransitionError: ``card_already_withdrawn``, ``card_already_issued``, ``card_not_issued``,
            ``card_still_waiting``, ``card_signature_missing`` or ``card_state_forbids``.
    """
    if wanted in TRANSITIONS[current]:
        return
    if current in WITHDRAWN:
        raise IllegalTransitionError("card_already_withdrawn", state=current.value)
    if wanted in WITHDRAWN:
        raise IllegalTransitionError("card_not_issued", state=current.value)
    if current is CardState.ISSUED:
        raise IllegalTransitionError("card_already_issued", state=current.value)
    if current is CardState.PENDING_SUPPLEMENTARY and wanted in _SIGNED:
        raise IllegalTransitionError("card_still_waiting", state=current.value)
    if wanted is CardState.ISSUED:
        raise IllegalTransitionError("card_signature_missing", state=current.value)
    raise IllegalTransitionError(state=current.value)


def verify_recall_transition(current: RecallState, wanted: RecallState) -> None:
    """Let a request be decided, and an agreement be given anew or taken back.

    Raises:
        IllegalTransitionError: ``recall_already_decided``.
    """
    if wanted not in RECALL_TRANSITIONS[current]:
        raise IllegalTransitionError("recall_already_decided", state=current.value)
