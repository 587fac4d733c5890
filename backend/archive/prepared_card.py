"""A card that nobody has signed yet, as a value."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from backend.archive.lock_days import is_over
from backend.archive.rules import CardState


class Missing(StrEnum):
    """What a card waits for."""

    PERSONAL_CODE = "personal_code"
    """The pupil's personal code; a school may wait for it so that the card carries it."""
    SUPPLEMENTARY_LESSONS = "supplementary_lessons"
    """Primary: guided and assessed again over the summer (circular 27, article 11)."""
    REEXAMINATION = "reexamination"
    """Secondary: subjects examined again (circular 22, article 14)."""
    SUMMER_TRAINING = "summer_training"
    """Secondary: training result not passed, trains over the summer (circular 22, article 13)."""


OF_THE_SUMMER = frozenset(Missing) - {Missing.PERSONAL_CODE}
"""What only the summer's assessment brings."""


class PreparedCard(Struct, frozen=True, kw_only=True):
    """The card to come of a pupil, school and school year."""

    school_code: str
    pupil_code: str
    school_year: str
    grade: int
    class_group: str
    state: CardState
    """``draft`` or ``pending_supplementary``."""
    missing: tuple[Missing, ...]
    waits_until: date | None
    """Last day, in Vietnam, by which the school closes the pupil's year; None for a draft."""
    record_id: str | None
    """The signed card that came of it; nothing waits any more then."""
    prepared_by: str
    prepared_at: datetime

    def is_overdue(self, now: datetime) -> bool:
        """Whether it still waits after its last day."""
        return self.record_id is None and self.waits_until is not None and is_over(self.waits_until, now=now)
