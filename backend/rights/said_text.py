"""Text that somebody typed for somebody else to read, in a page or in a terminal."""

import unicodedata
from typing import Final

from backend.rights.errors import RequestRefusedError

MAX_TEXT_CHARACTERS: Final = 2_000
"""A page of paper; whoever needs more adds a document at the school."""
MAX_NAME_CHARACTERS: Final = 500
MAX_FIELD_CHARACTERS: Final = 60


def said_text(text: str, *, limit: int = MAX_TEXT_CHARACTERS) -> str:
    """Text in NFC without letters that nobody sees, which could steer a terminal or turn words round.

    Raises:
        RequestRefusedError: ``request_text_missing``, ``request_text_long``.
    """
    if len(text) > limit:
        raise RequestRefusedError("request_text_long", limit=limit)
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    seen = "".join(letter for letter in normal if letter == "\n" or unicodedata.category(letter)[0] != "C").strip()
    if not seen:
        raise RequestRefusedError("request_text_missing")
    return seen
