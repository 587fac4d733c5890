"""A typeset page in fewer bytes: its objects are gathered in compressed streams. The only file that knows qpdf.

Typst writes each of some 300 objects, most of them the tags that screen readers need, in plain text. PDF/A-3 allows
object streams (ISO 19005-3, 6.1.4), and nothing else is touched: pages, tags, metadata and the attachment keep their
bytes. The file is sealed after this, never before.
"""

from collections.abc import Iterable
from io import BytesIO

import pikepdf

from backend.issuing.errors import IssuingError


def pack_pdf(pdf: bytes) -> bytes:
    """Same document, same input same bytes; raise ``IssuingError`` (``typesetting_failed``) for what is no PDF."""
    packed = BytesIO()
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            document.save(
                packed,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                fix_metadata_version=False,
                deterministic_id=True,
            )
    except pikepdf.PdfError as error:
        raise IssuingError("typesetting_failed") from error
    return packed.getvalue()


def join_pdfs(pdfs: Iterable[bytes]) -> bytes:
    """Pages of several documents without tags as one document, with the first one's title.

    Raises:
        IssuingError: ``typesetting_failed`` for what is no PDF, or for none at all.
    """
    joined = BytesIO()
    whole: pikepdf.Pdf | None = None
    try:
        for pdf in pdfs:
            part = pikepdf.open(BytesIO(pdf))
            if whole is None:
                whole = part
            else:
                whole.pages.extend(part.pages)
        if whole is None:
            raise IssuingError("typesetting_failed")
        whole.save(joined, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    except pikepdf.PdfError as error:
        raise IssuingError("typesetting_failed") from error
    return joined.getvalue()
