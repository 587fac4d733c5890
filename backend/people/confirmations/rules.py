"""What the school has to confirm. Pure: no clock, no database, no framework.

A letter and a personal code prove little: the letter may be stolen, and the code is known to many. Alone they are
enough only where nothing speaks against it.
"""

from enum import StrEnum
from typing import Final


class ConfirmationReason(StrEnum):
    """What the school has to confirm; the values stand in the database."""

    PERSONAL_CODE_UNKNOWN = "personal_code_unknown"
    """The school had no personal code of this guardian: who says that the one given is theirs?"""
    OTHER_GUARDIAN_BARRED = "other_guardian_barred"
    """Somebody who may not see the pupil knows the family's letter box and codes."""
    RE_ENROLMENT = "re_enrolment"
    """The earlier passkey is gone: a lost phone, or somebody who says so."""
    ANOTHER_CHILD = "another_child"
    """A letter of a guardian without a personal code was handed in to an account: is it one person?"""
    PERSONAL_CODE_CHANGE = "personal_code_change"
    """A parent says that their personal code is another one."""


HIDES_EVERYTHING: Final = frozenset(
    {
        ConfirmationReason.PERSONAL_CODE_UNKNOWN,
        ConfirmationReason.OTHER_GUARDIAN_BARRED,
        ConfirmationReason.RE_ENROLMENT,
    }
)
"""While one of these waits, the guardian sees nothing: it is not known who holds the passkey."""


def reason_to_wait(
    *, is_code_known: bool, is_other_barred: bool, has_enrolled_before: bool
) -> ConfirmationReason | None:
    """What an enrolment waits for; None when it may open at once. The weightiest reason is named.

    Args:
        is_code_known: the school had the guardian's personal code, and it was given.
        is_other_barred: a decision bars another guardian of one of the pupils.
        has_enrolled_before: the guardian had a passkey.
    """
    if not is_code_known:
        return ConfirmationReason.PERSONAL_CODE_UNKNOWN
    if is_other_barred:
        return ConfirmationReason.OTHER_GUARDIAN_BARRED
    return ConfirmationReason.RE_ENROLMENT if has_enrolled_before else None
