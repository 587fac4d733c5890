"""Activation codes as people read them: 12 characters of Crockford's base32, shown as XXXX-XXXX-XXXX."""

import re
import secrets

from backend.access.keys import keyed_hash

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O (read as 1, 1, 0) and no U."""
CODE_CHARACTERS = 12
"""60 bits: with five tries a code, guessing is hopeless even for the one who knows the personal code."""

_ENTRY = re.compile(rf"[{ALPHABET}]{{{CODE_CHARACTERS}}}")
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None, "\u00a0": None, "–": None})


def new_activation_code() -> str:
    """A random code, in groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_CHARACTERS, 4))


def activation_code_hash(code: str, *, key: bytes) -> str:
    """What is stored of a code, and what a claimed one is looked up by.

    Whatever was typed gets a hash, so that a malformed code is refused in the same place as an unknown one.
    """
    typed = code.upper().translate(_READ_AS)
    return keyed_hash(key, typed if _ENTRY.fullmatch(typed) else f"malformed {typed}")
