"""What people type, before it is looked up or kept."""

from backend.people.roster import PERSONAL_CODE
from backend.typed_text import one_line

MAX_DEVICE_NAME_CHARACTERS = 64


def code_to_look_up(claimed_personal_code: str) -> str:
    """The claimed code if it can be one, else an empty one that nobody has: the same look-up either way.

    A database may refuse the strangest letters (PostgreSQL a NUL), which would tell such a code from the others.
    """
    return claimed_personal_code if PERSONAL_CODE.fullmatch(claimed_personal_code) else ""


def device_name(typed: str) -> str:
    """A device's name in one line."""
    return one_line(typed)[:MAX_DEVICE_NAME_CHARACTERS]
