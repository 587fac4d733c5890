"""Whose card is it? By the personal code, else by school code + pupil code, each with the date of birth. Pure.

Showing a card to another child's parents is the worst outcome: rather than to the wrong pupil, a card is tied to none.
"""

from datetime import date
from enum import StrEnum

from msgspec import Struct


class KnownPupil(Struct, frozen=True, kw_only=True):
    """What identifies a registered pupil."""

    pupil_id: str
    personal_code: str | None
    date_of_birth: date
    alternative_id_type: str | None = None
    alternative_id: str | None = None


class CardIdentity(Struct, frozen=True, kw_only=True):
    """What a card says about whose it is. The name is not here on purpose: a tenth of a school can share a name."""

    record_id: str
    personal_code: str | None
    school_code: str
    pupil_code: str
    date_of_birth: date


class LinkedBy(StrEnum):
    """What tied a card to its pupil."""

    PERSONAL_CODE = "personal_code"
    PUPIL_CODE = "pupil_code"


class PupilMatch(Struct, frozen=True, kw_only=True):
    """Whose card it is. Without a pupil the card waits: unknown so far, or in conflict with the register."""

    pupil_id: str | None = None
    linked_by: LinkedBy | None = None
    conflict: bool = False
    """The card and the register contradict each other; a person has to look."""


def match_pupil(
    card: CardIdentity, *, by_personal_code: KnownPupil | None, by_pupil_code: KnownPupil | None
) -> PupilMatch:
    """Whose card this is: by personal code, else by school code + pupil code, each with the date of birth.

    Any contradiction ties the card to nobody.

    Args:
        card: identity written on the card.
        by_personal_code: the registered pupil with the card's personal code.
        by_pupil_code: the registered pupil whom the card's school knows under the card's pupil code.
    """
    found = by_personal_code or by_pupil_code
    if found is None:
        return PupilMatch()
    two_pupils = by_pupil_code is not None and by_pupil_code.pupil_id != found.pupil_id
    two_codes = None not in (card.personal_code, found.personal_code) and card.personal_code != found.personal_code
    if two_pupils or two_codes or card.date_of_birth != found.date_of_birth:
        return PupilMatch(conflict=True)
    linked_by = LinkedBy.PERSONAL_CODE if by_personal_code else LinkedBy.PUPIL_CODE
    return PupilMatch(pupil_id=found.pupil_id, linked_by=linked_by)
