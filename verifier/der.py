"""DER (ITU-T X.690) for the few structures that are written and read on every card.

Libraries build a tree of objects for each signature; here the parts that never change are bytes made once. Reading
takes definite lengths only, in their shortest form, and nothing behind the end.
"""

from typing import NamedTuple

INTEGER, OCTET_STRING, NULL, OID, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31
BOOLEAN, GENERALIZED_TIME = 0x01, 0x18
CONTEXT_0, CONTEXT_1 = 0xA0, 0xA1
"""Constructed, context-specific."""

_LONG_FORM = 0x80
_MAX_LENGTH_BYTES = 4
_MULTI_BYTE_TAG = 0x1F


class DerError(ValueError):
    """The bytes are no DER, or other DER than was expected."""


class Element(NamedTuple):
    """One value with its tag."""

    tag: int
    der: bytes
    """With tag and length."""
    content: bytes


def encode(tag: int, *contents: bytes) -> bytes:
    """One value around its contents."""
    content = b"".join(contents)
    length = len(content)
    if length < _LONG_FORM:
        return bytes((tag, length)) + content
    written = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(written))) + written + content


def encode_set(*elements: bytes, tag: int = SET) -> bytes:
    """A SET OF, in DER's order."""
    return encode(tag, *sorted(elements))


def encode_integer(value: int) -> bytes:
    """A number of zero or more."""
    return encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def encode_oid(dotted: str) -> bytes:
    """An object identifier from its dotted form."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    content = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        content += bytes(reversed(groups))
    return encode(OID, bytes(content))


def split(content: bytes) -> list[Element]:
    """The values that stand one behind the other. Raises ``DerError``."""
    elements = []
    position = 0
    while position < len(content):
        element = _read(content, position)
        elements.append(element)
        position += len(element.der)
    return elements


def decode(der: bytes, tag: int) -> bytes:
    """Content of the one value that ``der`` is. Raises ``DerError``."""
    element = _read(der, 0)
    if element.tag != tag or len(element.der) != len(der):
        raise DerError("other value expected")
    return element.content


def children(der: bytes, tag: int = SEQUENCE) -> list[Element]:
    """The values inside the one value that ``der`` is. Raises ``DerError``."""
    return split(decode(der, tag))


def _read(data: bytes, start: int) -> Element:
    if start + 2 > len(data):
        raise DerError("cut short")
    tag, length = data[start], data[start + 1]
    if tag & _MULTI_BYTE_TAG == _MULTI_BYTE_TAG:
        raise DerError("tag of several bytes")
    begin = start + 2
    if length >= _LONG_FORM:
        count = length - _LONG_FORM
        if not 1 <= count <= _MAX_LENGTH_BYTES or begin + count > len(data):
            raise DerError("length unreadable")
        length = int.from_bytes(data[begin : begin + count], "big")
        if length < _LONG_FORM or data[begin] == 0:
            raise DerError("length not in its shortest form")
        begin += count
    end = begin + length
    if end > len(data):
        raise DerError("cut short")
    return Element(tag, data[start:end], data[begin:end])
