"""What people type, before it is looked up or kept."""

import re

_PERSONAL_CODE = re.compile(r"[0-9]{12}", re.ASCII)
MAX_DEVICE_NAME_CHARACTERS = 64


def code_to_look_up(claimed_personal_code: str) -> str:
    """The claimed code if it can be one, else an empty one that nobody has: the same look-up either way.

    A database may refuse the strangest letters (PostgreSQL a NUL), which would tell such a code from the others.
    """
    return claimed_personal_code if _PERSONAL_CODE.fullmatch(claimed_personal_code) else ""


def device_name(typed: str) -> str:
    """A device's name in one line, without letters that cannot be seen."""
    return one_line(typed, max_characters=MAX_DEVICE_NAME_CHARACTERS)


def one_line(typed: str, *, max_characters: int) -> str:
    """What somebody typed in one line, cut at a length, without letters that cannot be seen."""
    visible = "".join(letter for letter in typed if letter.isprintable() or letter.isspace())
    return " ".join(visible.split())[:max_characters]
