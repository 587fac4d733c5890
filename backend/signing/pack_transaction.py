"""The envelope a transaction travels in (2088, appendix 1.2): gzip behind a length, as base64."""

import base64
import gzip

from backend.signing.errors import NotSignableError

MAX_WIRE_BYTES = 10 * 1024 * 1024
"""One transaction's size on the wire (2088, section 2.8)."""


def pack_transaction(xml: bytes, *, escape_quotes: bool = False) -> bytes:
    r"""Give the base64 text that a school's system sends.

    ``escape_quotes`` writes ``"`` as ``\"`` first, as 2088 asks and only some systems do. The length in front is that
    of the text before compression, 4 bytes little-endian. Raises ``NotSignableError`` above 10 MB.
    """
    text = xml.replace(b'"', b'\\"') if escape_quotes else xml
    packed = base64.b64encode(len(text).to_bytes(4, "little") + gzip.compress(text, mtime=0))
    if len(packed) > MAX_WIRE_BYTES:
        raise NotSignableError("transaction_too_large", bytes=len(packed), max_bytes=MAX_WIRE_BYTES)
    return packed
