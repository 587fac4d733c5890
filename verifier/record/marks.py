"""Marks of secondary subjects: "0.0" to "10.0" with one decimal, "Đ" (đạt), "CĐ" (chưa đạt), "M" (miễn, exempt).

One mark has one written form, so that the marks of the XML and of the capsule can be compared as they are. Circular
22, article 9 rounds averages to one decimal; a second decimal is refused, not rounded, because rounding here would
show a mark that nobody signed.
"""

import re

from verifier.errors import MalformedInputError

MET = "Đ"
NOT_MET = "CĐ"
EXEMPT = "M"

_MET_BYTE = 101
_NOT_MET_BYTE = 102
_EXEMPT_BYTE = 103
NO_MARK_BYTE = 255
"""Byte of a capsule where there is no mark."""

_WORDS = {
    "Đ": MET,
    "Đạt": MET,
    "CĐ": NOT_MET,
    "Chưa đạt": NOT_MET,
    "M": EXEMPT,
    "Miễn": EXEMPT,
}
_NUMBER = re.compile(r"(10|[0-9])(?:\.([0-9])?0*)?", re.ASCII)
"""2088, II.1.3 allows four decimals after a dot; only zeros may stand behind the first."""
_MAX_CHARACTERS = 10
_BYTES = {MET: _MET_BYTE, NOT_MET: _NOT_MET_BYTE, EXEMPT: _EXEMPT_BYTE}
_MAX_TENTHS = 100


def parse_mark(text: str, *, field: str, comma_allowed: bool = False) -> str:
    """Canonical form of a mark as written.

    ``comma_allowed`` is for workbooks and paper, where Vietnamese writes 8,5; the XML has a dot (2088, II.1.3).

    Raises:
        MalformedInputError: ``mark_malformed`` with the field, when it is no mark of circular 22.
    """
    written = text.strip().replace("Ð", "Đ")  # Eth, typed by Western keyboards, looks the same
    word = _WORDS.get(written)
    if word is not None:
        return word
    number = _NUMBER.fullmatch(written.replace(",", ".") if comma_allowed else written)
    if number is None or len(written) > _MAX_CHARACTERS:
        raise MalformedInputError("mark_malformed", field=field)
    tenths = int(number[1]) * 10 + int(number[2] or 0)
    if tenths > _MAX_TENTHS:
        raise MalformedInputError("mark_malformed", field=field)
    return _format_tenths(tenths)


def mark_to_byte(mark: str | None) -> int:
    """Capsule byte of a canonical mark: tenths 0-100, 101 Đ, 102 CĐ, 103 M, 255 none."""
    if mark is None:
        return NO_MARK_BYTE
    letter = _BYTES.get(mark)
    if letter is not None:
        return letter
    if parse_mark(mark, field="mark") != mark:
        raise MalformedInputError("mark_malformed", field="mark")
    return int(mark.replace(".", ""))


def marks_from_bytes(data: bytes) -> list[str | None]:
    """Marks of a capsule's bytes; the reverse of ``mark_to_byte``, many at once.

    Raises:
        MalformedInputError: ``mark_malformed`` for a byte without meaning.
    """
    try:
        return list(map(_MARKS.__getitem__, data))
    except KeyError as error:
        raise MalformedInputError("mark_malformed", field="mark") from error


def _format_tenths(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


_MARKS: dict[int, str | None] = {
    **{tenths: _format_tenths(tenths) for tenths in range(_MAX_TENTHS + 1)},
    **{byte: mark for mark, byte in _BYTES.items()},
    NO_MARK_BYTE: None,
}
