r"""The ministry's transaction, taken out of its wrapping (2088, annex 1.2): base64, a length, gzip, escaped quotes.

Read from the outside in:

1. at most 10 MB on the wire (2088, II.2.8);
2. base64; white space inside is tolerated, anything else is not;
3. four bytes, little-endian: the length of the text before compression;
4. one gzip member and nothing behind it, which gives exactly that many bytes: never more memory than it claims, and
   never a claim over 100 MB;
5. "escape quote": some senders write every ``"`` as ``\"``; that is undone only where every quote is written so.

A plain XML list or a single card is taken as it is.
"""

import base64
import binascii
import re
import zlib
from enum import StrEnum

from msgspec import Struct

from backend.intake.errors import BatchRefusedError, BatchTooLargeError
from verifier.record.split_list import MAX_LIST_BYTES

MAX_WIRE_BYTES = 10 * 1024 * 1024
"""2088, II.2.8 says 10 MB; the larger reading of it."""

_LENGTH_BYTES = 4
_GZIP = 16 + zlib.MAX_WBITS
"""zlib's way of asking for a gzip header and checksum (RFC 1952)."""
_WHITE_SPACE = re.compile(rb"[ \t\r\n]+")
_XML_START = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*<")
_ESCAPED_ATTRIBUTE = re.compile(rb'<[^<>]*=\s*\\"')
_CARD_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]*\?>)?\s*<HOC_BA[\s>]")


class BatchKind(StrEnum):
    """How a batch came."""

    TRANSACTION = "transaction"
    """In the ministry's wrapping; signed by the school as a whole."""
    LIST = "list"
    CARD = "card"


class UnpackedBatch(Struct, frozen=True):
    """A batch's XML as the sender wrote it. Nothing in it is checked yet."""

    kind: BatchKind
    xml: bytes


def unpack_batch(data: bytes) -> UnpackedBatch:
    """The XML of a transaction, a plain list or a single card.

    Raises:
        BatchTooLargeError: on the wire or unpacked.
        BatchRefusedError: ``batch_empty``, ``batch_not_base64``, ``batch_truncated``, ``batch_damaged``,
            ``batch_length_wrong``, ``batch_not_xml``.
    """
    if len(data) > MAX_WIRE_BYTES:
        raise BatchTooLargeError(limit=MAX_WIRE_BYTES)
    if not data.strip():
        raise BatchRefusedError("batch_empty")
    if _XML_START.match(data):
        kind = BatchKind.CARD if _CARD_START.match(data) else BatchKind.LIST
        return UnpackedBatch(kind, data)
    xml = _unescape_quotes(_decompress(_decode(data)))
    if not _XML_START.match(xml):
        raise BatchRefusedError("batch_not_xml")
    return UnpackedBatch(BatchKind.TRANSACTION, xml)


def _decode(data: bytes) -> bytes:
    try:
        return base64.b64decode(_WHITE_SPACE.sub(b"", data), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BatchRefusedError("batch_not_base64") from error


def _decompress(packed: bytes) -> bytes:
    if len(packed) <= _LENGTH_BYTES:
        raise BatchRefusedError("batch_truncated")
    claimed_length = int.from_bytes(packed[:_LENGTH_BYTES], "little")
    if claimed_length > MAX_LIST_BYTES:
        raise BatchTooLargeError("batch_too_large_unpacked", limit=MAX_LIST_BYTES)
    decompressor = zlib.decompressobj(_GZIP)
    try:
        # One byte more than claimed shows that there is more, without ever holding it.
        text = decompressor.decompress(packed[_LENGTH_BYTES:], claimed_length + 1)
        if not decompressor.eof and len(text) <= claimed_length:
            raise BatchRefusedError("batch_truncated")
    except zlib.error as error:
        raise BatchRefusedError("batch_damaged") from error
    if len(text) != claimed_length:
        raise BatchRefusedError("batch_length_wrong")
    if decompressor.unused_data:
        raise BatchRefusedError("batch_damaged")
    return text


def _unescape_quotes(xml: bytes) -> bytes:
    r"""Undo "escape quote". ``=\"`` in a tag is never well-formed, so this cannot change an honest unescaped text."""
    if _ESCAPED_ATTRIBUTE.search(xml[:2000]) and xml.count(b'"') == xml.count(b'\\"'):
        return xml.replace(b'\\"', b'"')
    return xml
