"""Revisions behind a typeset page: bytes that are added and never a byte that is changed (ISO 32000-1, 7.5.6).

``docs/formats/pdf.md`` fixes the shape. qpdf reads the page's catalog and first page once; what is added is written
here, since each of our three revisions is a handful of objects known in advance. The only file of this room that knows
qpdf.
"""

import hashlib
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Self

import pikepdf
from msgspec import Struct

from backend.signing.errors import SealFailedError

_START_OF_XREF = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_TAIL_BYTES = 64
_BYTE_RANGE_ROOM = len("[ 0 999999999 999999999 999999999 ]")
_NO_BYTE_RANGE = b" " * _BYTE_RANGE_ROOM
_ID_BYTES = 16


class Hole(Struct, frozen=True):
    """Where a signature goes: ``start`` is its ``<``, ``end`` is behind its ``>``."""

    start: int
    end: int

    @property
    def room_bytes(self) -> int:
        """How long the signature's DER may be."""
        return (self.end - self.start - 2) // 2


class Mark(Struct, frozen=True):
    """A state to go back to."""

    length: int
    next_object: int
    previous_xref: int


class GrowingPdf:
    """A PDF that gets one revision after the other."""

    def __init__(self, pdf: bytes) -> None:
        """Raise ``SealFailedError``: ``pdf_not_sealable`` for what is no PDF, ``pdf_sealed_already``."""
        self._data = bytearray(pdf)
        try:
            start = _START_OF_XREF.search(pdf, max(0, len(pdf) - _TAIL_BYTES))
            if not pdf.startswith(b"%PDF-") or start is None:
                raise SealFailedError("pdf_not_sealable")
            self._previous_xref = int(start[1])
            self._has_tables = pdf.startswith(b"xref", self._previous_xref)
            with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
                self._read(document)
        except (pikepdf.PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise SealFailedError("pdf_not_sealable") from error

    def _read(self, document: pikepdf.Pdf) -> None:
        catalog, page, trailer = document.Root, document.pages[0].obj, document.trailer
        if "/AcroForm" in catalog:
            raise SealFailedError("pdf_sealed_already")
        if document.is_encrypted or "/Extensions" in catalog or not (catalog.is_indirect and page.is_indirect):
            raise SealFailedError("pdf_not_sealable")
        annotations = page.get("/Annots")
        self.annotations = b"" if annotations is None else annotations.unparse(resolved=True).strip()[1:-1]
        """What the first page's array of annotations holds already."""
        self.catalog_number, self.page_number = catalog.objgen[0], page.objgen[0]
        self.catalog = _open_dictionary(catalog)
        """The catalog without its closing ``>>``."""
        self.page = _open_dictionary(page, without=("/Annots", "/Tabs"))
        """The first page without its closing ``>>``, its annotations and its tab order."""
        self.next_object = int(trailer["/Size"])
        info = trailer.get("/Info")
        self._fixed_trailer = b"/Root %d 0 R" % self.catalog_number + (
            b" /Info %d 0 R" % info.objgen[0] if info is not None and info.is_indirect else b""
        )
        self._first_id = bytes(trailer["/ID"][0]).hex().encode()

    @property
    def data(self) -> bytes:
        """The file as it is now."""
        return bytes(self._data)

    def mark(self) -> Mark:
        """Remember this state."""
        return Mark(len(self._data), self.next_object, self._previous_xref)

    def go_back(self, mark: Mark) -> Self:
        """Forget the revisions that were added since."""
        del self._data[mark.length :]
        self.next_object, self._previous_xref = mark.next_object, mark.previous_xref
        return self

    def add_revision(self, objects: Mapping[int, bytes]) -> None:
        """Add new and changed objects; numbers from ``next_object`` on are new and must leave no gap."""
        data = self._data
        offsets = {}
        for number, body in sorted(objects.items()):
            offsets[number] = len(data)
            data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        self.next_object = max(self.next_object, *(number + 1 for number in objects))
        second_id = hashlib.sha256(data[-_TAIL_BYTES:] + b"%d" % len(data)).digest()[:_ID_BYTES].hex().encode()
        xref = len(data)
        if not self._has_tables:
            offsets[self.next_object] = xref
            self.next_object += 1
        trailer = b"/Size %d %b /ID [<%b><%b>] /Prev %d" % (
            self.next_object,
            self._fixed_trailer,
            self._first_id,
            second_id,
            self._previous_xref,
        )
        data += _table(offsets, trailer) if self._has_tables else _stream(offsets, trailer)
        data += b"startxref\n%d\n%%%%EOF\n" % xref
        self._previous_xref = xref

    def add_signed_revision(
        self, objects: Mapping[int, bytes], *, signature_number: int, signature: bytes, room_bytes: int
    ) -> tuple[Hole, bytes]:
        """Add a revision with a signature dictionary, given without ``/ByteRange`` and ``/Contents``.

        Gives where the signature goes and the SHA-256 of everything else in the file.
        """
        opening = b"<< " + signature + b" /ByteRange " + _NO_BYTE_RANGE + b" /Contents "
        contents = b"<" + b"0" * (2 * room_bytes) + b">"
        from_here = len(self._data)
        self.add_revision({**objects, signature_number: opening + contents + b" >>"})
        start = self._data.index(contents, from_here)
        hole = Hole(start, start + len(contents))
        byte_range = b"[ 0 %d %d %d ]" % (start, hole.end, len(self._data) - hole.end)
        place = start - len(b" /Contents ") - _BYTE_RANGE_ROOM
        self._data[place : place + _BYTE_RANGE_ROOM] = byte_range.ljust(_BYTE_RANGE_ROOM)
        view = memoryview(self._data)
        digest = hashlib.sha256(view[:start])
        digest.update(view[hole.end :])
        view.release()
        return hole, digest.digest()

    def fill(self, hole: Hole, der: bytes) -> None:
        """Put the signature in. Raises ``SealFailedError`` (``signature_too_large``)."""
        if len(der) > hole.room_bytes:
            raise SealFailedError("signature_too_large", limit=hole.room_bytes)
        digits = der.hex().upper().encode()
        self._data[hole.start + 1 : hole.start + 1 + len(digits)] = digits


def _open_dictionary(dictionary: pikepdf.Object, *, without: tuple[str, ...] = ()) -> bytes:
    for key in without:
        if key in dictionary:
            del dictionary[key]
    return dictionary.unparse(resolved=True).strip().removesuffix(b">>")


def _sections(offsets: Mapping[int, int]) -> list[list[int]]:
    """Object numbers in runs without gaps."""
    runs: list[list[int]] = []
    for number in sorted(offsets):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _table(offsets: Mapping[int, int], trailer: bytes) -> bytes:
    """ISO 32000-1, 7.5.4; every entry has twenty bytes."""
    rows = b"".join(
        b"%d %d\n" % (run[0], len(run)) + b"".join(b"%010d 00000 n \n" % offsets[number] for number in run)
        for run in _sections(offsets)
    )
    return b"xref\n" + rows + b"trailer\n<< " + trailer + b" >>\n"


def _stream(offsets: Mapping[int, int], trailer: bytes) -> bytes:
    """ISO 32000-1, 7.5.8; the stream's own entry is its last."""
    runs = _sections(offsets)
    index = b" ".join(b"%d %d" % (run[0], len(run)) for run in runs)
    rows = b"".join(b"\x01" + offsets[number].to_bytes(4, "big") + b"\x00" for run in runs for number in run)
    return b"%d 0 obj\n<< /Type /XRef /W [ 1 4 1 ] /Index [ %b ] %b /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (
        runs[-1][-1],
        index,
        trailer,
        len(rows),
        rows,
    )
