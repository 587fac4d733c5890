"""Text that somebody typed for somebody else to read, in a page or in a terminal."""

from typing import Final

from backend.rights.errors import RequestRefusedError
from backend.typed_text import lines

MAX_TEXT_CHARACTERS: Final = 2_000
"""A page of paper; whoever needs more adds a document at the school."""
MAX_NAME_CHARACTERS: Final = 500
MAX_FIELD_CHARACTERS: Final = 60


def said_text(text: str, *, limit: int = MAX_TEXT_CHARACTERS) -> str:
    """Text with its line ends, as ``typed_text`` keeps it.

    Raises:
        RequestRefusedError: ``request_text_missing``, ``request_text_long``.
    """
    said = lines(text)
    if len(said) > limit:  # counted as it is kept: Unicode's normal form can be longer than what was typed
        raise RequestRefusedError("request_text_long", limit=limit)
    if not said:
        raise RequestRefusedError("request_text_missing")
    return said
