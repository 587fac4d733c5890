"""Which state of a card may follow which; the one table of it.

``draft → teacher_signed → manager_signed → issued → superseded | revoked``. The homeroom teacher's signature is
optional (2088, II.1.5), the manager's and the school's are not. An issued card is never edited: a correction is a new
card with a new record id. A card withdrawn stays so for good.
"""

from enum import StrEnum
from typing import ClassVar

from backend.errors import BackendError


class CardState(StrEnum):
    """State of a card's row; the values stand in the database and in the API."""

    DRAFT = "draft"
    TEACHER_SIGNED = "teacher_signed"
    MANAGER_SIGNED = "manager_signed"
    """Manager and school have signed: accepted by the department, waiting to be issued."""
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    """Thay thế: another card has taken or will take its place."""
    REVOKED = "revoked"
    """Thu hồi: not valid, with nothing in its place."""


WITHDRAWN = frozenset({CardState.SUPERSEDED, CardState.REVOKED})
SHOWN = frozenset({CardState.ISSUED}) | WITHDRAWN
"""States in which a card has a sealed PDF and may be shown to those who may see it."""

TRANSITIONS: dict[CardState, frozenset[CardState]] = {
    CardState.DRAFT: frozenset({CardState.TEACHER_SIGNED, CardState.MANAGER_SIGNED}),
    CardState.TEACHER_SIGNED: frozenset({CardState.MANAGER_SIGNED}),
    CardState.MANAGER_SIGNED: frozenset({CardState.ISSUED}),
    CardState.ISSUED: WITHDRAWN,
    CardState.SUPERSEDED: frozenset(),
    CardState.REVOKED: frozenset(),
}


class IllegalTransitionError(BackendError):
    """The card's state does not allow this step."""

    code: ClassVar[str] = "card_state_forbids"


def verify_transition(current: CardState, wanted: CardState) -> None:
    """Let ``wanted`` follow ``current``, or say why it may not.

    Raises:
        IllegalTransitionError: ``card_already_withdrawn``, ``card_already_issued``, ``card_not_issued``,
            ``card_signature_missing`` or ``card_state_forbids``.
    """
    if wanted in TRANSITIONS[current]:
        return
    if current in WITHDRAWN:
        raise IllegalTransitionError("card_already_withdrawn", state=current.value)
    if wanted in WITHDRAWN:
        raise IllegalTransitionError("card_not_issued", state=current.value)
    if current is CardState.ISSUED:
        raise IllegalTransitionError("card_already_issued", state=current.value)
    if wanted is CardState.ISSUED:
        raise IllegalTransitionError("card_signature_missing", state=current.value)
    raise IllegalTransitionError(state=current.value)
