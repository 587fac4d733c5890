"""PDF objects as they stand in the revisions behind a seal, read by a grammar of our own (ISO 32000-1, 7.3).

Deliberately small: no comments, no streams inside other objects, no odd white space. What it cannot read is no revision
of a card. Values keep their spelling, so that two objects are equal only if every reader has to take them as equal.
"""

import re
from typing import NamedTuple

MAX_DEPTH = 20
MAX_TOKENS = 20_000
"""Of one object; a card's catalog has some hundred."""


class PdfObjectError(ValueError):
    """Not an object as a sealed card has it."""


class Reference(NamedTuple):
    """An indirect reference; generations other than 0 are not read."""

    number: int


_TOKEN = re.compile(
    rb"""[ \n\r\t]*(?:
        (?P<reference>(?P<number>[1-9]\d{0,7})[ ]0[ ]R(?![^ \n\r\t/<>\[\]()]))
      | (?P<plain>/[^ \n\r\t\0\f/<>\[\]()%{}]* | [+-]?\d[\d.]* | [+-]?\.\d+ | true | false | null | <[0-9A-Fa-f]*>)
      | (?P<mark><<|>>|\[|\])
      | (?P<text>\()
    )""",
    re.VERBOSE,
)
_TEXT_PART = re.compile(rb"[^()\\]+|\\.|[()]", re.DOTALL)


def read_object(data: bytes, start: int) -> tuple[object, int]:
    """The object that begins at ``start`` and where it ends. Raises ``PdfObjectError``."""
    return _Reading(data, start).value(0)


class _Reading:
    """One object being read; counts its tokens."""

    def __init__(self, data: bytes, start: int) -> None:
        self._data = data
        self._position = start
        self._tokens = 0

    def value(self, depth: int) -> tuple[object, int]:
        value = self._value(self._next(), depth)
        if value is None:
            raise PdfObjectError("closing mark without opening")
        return value, self._position

    def _next(self) -> re.Match[bytes]:
        token = _TOKEN.match(self._data, self._position)
        self._tokens += 1
        if token is None or self._tokens > MAX_TOKENS:
            raise PdfObjectError("unreadable")
        self._position = token.end()
        return token

    def _value(self, token: re.Match[bytes], depth: int) -> object | None:
        """A value, or None for a closing mark."""
        if depth > MAX_DEPTH:
            raise PdfObjectError("nested too deeply")
        kind = token.lastgroup
        if token["reference"] is not None:
            return Reference(int(token["number"]))
        if kind == "plain":
            return token["plain"]
        if kind == "text":
            return self._text(token.end() - 1)
        if token["mark"] == b"<<":
            return self._dictionary(depth)
        if token["mark"] == b"[":
            return tuple(self._until(b"]", depth))
        return None

    def _until(self, closing: bytes, depth: int) -> list[object]:
        values: list[object] = []
        while True:
            token = self._next()
            if token["mark"] == closing:
                return values
            value = self._value(token, depth + 1)
            if value is None:
                raise PdfObjectError("other closing mark")
            values.append(value)

    def _dictionary(self, depth: int) -> dict[bytes, object]:
        entries = self._until(b">>", depth)
        keys, values = entries[::2], entries[1::2]
        names = [key for key in keys if isinstance(key, bytes) and key.startswith(b"/")]
        if len(names) != len(keys) or len(keys) != len(values) or len(set(names)) != len(names):
            raise PdfObjectError("no dictionary")
        return dict(zip(names, values, strict=True))

    def _text(self, start: int) -> bytes:
        position, open_brackets = start, 0
        while True:
            part = _TEXT_PART.match(self._data, position)
            if part is None:
                raise PdfObjectError("text without end")
            position = part.end()
            open_brackets += {b"(": 1, b")": -1}.get(part[0], 0)
            if open_brackets == 0:
                self._position = position
                return self._data[start:position]
