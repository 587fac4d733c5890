"""A card that is prepared and has not come into the archive yet, as a value."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from backend.archive.lock_days import is_over, lock_days
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
    """The card to come of a pupil, school and school year. Names and XML are personal data: not for logs or URLs."""

    record_id: str
    """The card's own, from the beginning: it stands in the XML that people sign."""
    school_code: str
    pupil_code: str
    school_year: str
    personal_code: str | None
    name: str | None
    """None, with the date of birth, where the card is only announced."""
    date_of_birth: date | None
    grade: int
    class_group: str
    state: CardState
    """``pending_supplementary``, ``draft``, ``teacher_signed`` or ``manager_signed``."""
    missing: tuple[Missing, ...]
    waits_until: date | None
    """Last day, in Vietnam, by which the school closes the pupil's year; None where nothing is missing."""
    xml: bytes | None
    """As ``write_unsigned_card`` writes it, with the signatures so far; None where the card is only announced."""
    prepared_by: str
    prepared_at: datetime

    def is_overdue(self, now: datetime) -> bool:
        """Whether it still waits after its last day."""
        return self.waits_until is not None and is_over(self.waits_until, now=now)


def last_day_of_waiting(missing: Collection[Missing], *, school_year: str, grade: int) -> date | None:
    """What waits for the summer waits until the year's second lock, anything else until the first."""
    if not missing:
        return None
    locks = lock_days(school_year, grade=grade)
    return locks.second if OF_THE_SUMMER & set(missing) else locks.first
