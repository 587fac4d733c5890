"""The revisions behind a card's seal: evidence and document timestamp, in pairs, and nothing else.

``docs/formats/pdf.md`` says how they are written. Whatever stands behind the seal can be written by anybody, so every
byte of it is accounted for, by a grammar of our own:

1. each revision is a run of plain objects without a gap, a cross-reference section that names exactly these, a trailer
   that keeps what it had, and its end; no object is freed, redefined or hidden in an object stream but for those named;
2. an evidence revision changes one thing, ``/DSS`` of the catalog, and adds the DSS and its streams, each used once;
3. a timestamp revision adds one field to the form and its widget to the first page's array of annotations, both outside
   the page, and its dictionary; the byte range ends with the revision and leaves out nothing but the token;
4. revisions come in pairs of 2 and 3, at most ``MAX_ARCHIVE_TIMESTAMPS`` of them, and the last ends the file.

Nothing here is a proof: ``verifier.long_term`` judges the tokens and the evidence.
"""

import re
import zlib
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from verifier.der import DerError, split
from verifier.pdf_objects import PdfObjectError, Reference, read_object

MAX_ARCHIVE_TIMESTAMPS = 16
"""A timestamp authority's certificate lasts five years or more: enough for sixty years and some."""
MAX_EVIDENCE_STREAMS = 64
"""In one revision; a card has about ten."""
MAX_CERTIFICATES = 16
"""In one revision; a card has three or four."""
MAX_EVIDENCE_BYTES = 4_000_000
"""Of one revision, unpacked; a revocation list has at most 1 MB."""
TIMESTAMP_LABEL: Final = "Dấu thời gian của học bạ"
"""What a screen reader says: not for anyone to choose."""

_TIMESTAMP_NAME = re.compile(rb"\(DauThoiGian\d{0,3}\)")
_DSS_KINDS = (b"/Certs", b"/OCSPs", b"/CRLs")
_OBJECT = re.compile(rb"([1-9]\d{0,7}) 0 obj\n")
_NUMBER = re.compile(rb"0|[1-9]\d{0,8}")
_ID = re.compile(rb"<[0-9A-Fa-f]{32}>")
_CONTENTS = re.compile(rb"<(?:[0-9A-F]{2})+>")
_END = re.compile(rb"startxref\n([1-9]\d{0,8})\n%%EOF\n")
_ROW_BYTES = 6
_OUTSIDE = (b"-9999",) * 4


class ArchiveTimestamp(Struct, frozen=True):
    """One pair of revisions: evidence, and the timestamp over everything before it."""

    certificates: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    token: bytes
    hole: tuple[int, int]
    """Where the token stands in the file, with its angle brackets."""
    end: int
    """Where the revision ends."""


class SealedPart(Struct, frozen=True):
    """What the seal covers: the file up to its end, and how to read an object of it."""

    end: int
    size: int
    """``/Size`` of its trailer."""
    fixed_trailer: dict[bytes, object]
    """``/Root`` and ``/Info``."""
    first_id: bytes
    read: Callable[[int], object]
    """A plain object by its number. Raises ``PdfObjectError``."""


def read_archive_timestamps(pdf: bytes, sealed: SealedPart) -> tuple[ArchiveTimestamp, ...]:
    """Take the revisions behind the seal apart. Raises ``PdfObjectError`` for anything that should not be there."""
    growing = _Growing(pdf, sealed)
    found: list[ArchiveTimestamp] = []
    while growing.position < len(pdf):
        if len(found) == MAX_ARCHIVE_TIMESTAMPS:
            raise PdfObjectError("too many archive timestamps")
        evidence = growing.read_evidence()
        token, hole = growing.read_timestamp()
        certificates, ocsps, crls = (evidence[kind] for kind in _DSS_KINDS)
        found.append(ArchiveTimestamp(certificates, ocsps, crls, token, hole, growing.position))
    return tuple(found)


class _Object(Struct, frozen=True):
    """One object of a revision."""

    value: object
    start: int
    """Where its number stands."""
    body: int
    """Where its value begins."""
    stream: bytes | None


class _Growing:
    """The file as it was after each revision read so far."""

    def __init__(self, pdf: bytes, sealed: SealedPart) -> None:
        self.position = sealed.end
        self._pdf = pdf
        self._sealed = sealed
        self._size = sealed.size
        self._newer: dict[int, object] = {}
        xref = re.search(rb"startxref\s+(\d{1,9})\s+%%EOF\s*\Z", pdf[max(0, sealed.end - 64) : sealed.end])
        if xref is None:
            raise PdfObjectError("no cross-reference section")
        self._previous_xref = int(xref[1])
        self._has_tables = pdf.startswith(b"xref", self._previous_xref)
        self._catalog = _number(sealed.fixed_trailer[b"/Root"])
        catalog = _dictionary(self._object(self._catalog))
        self._form = _number(catalog[b"/AcroForm"])
        (seal_field,) = _array(_dictionary(self._object(self._form))[b"/Fields"])
        self._page = _number(_dictionary(self._object(_number(seal_field)))[b"/P"])
        self._annotations = _number(_dictionary(self._object(self._page))[b"/Annots"])
        self._field_names = {b"(DauHocBa)"}

    def _object(self, number: int) -> object:
        return self._newer[number] if number in self._newer else self._sealed.read(number)

    def read_evidence(self) -> dict[bytes, tuple[bytes, ...]]:
        """Rule 2."""
        objects = self._read_revision(changed={self._catalog})
        catalog = _dictionary(objects[self._catalog].value)
        dss = _number(catalog.get(b"/DSS"))
        expected = {**_dictionary(self._object(self._catalog)), b"/DSS": Reference(dss)}
        if catalog != expected or dss not in objects or dss < self._size:
            raise PdfObjectError("catalog changed otherwise")
        if objects[self._catalog].stream is not None:
            raise PdfObjectError("catalog with a stream")
        entries = dict(_dictionary(objects[dss].value))
        if entries.pop(b"/Type", None) != b"/DSS" or objects[dss].stream is not None or set(entries) - set(_DSS_KINDS):
            raise PdfObjectError("not a DSS")
        numbers = {kind: [_number(one) for one in _array(entries.get(kind, ()))] for kind in _DSS_KINDS}
        if len(numbers[b"/Certs"]) > MAX_CERTIFICATES:
            raise PdfObjectError("too many certificates")
        used = [number for kind in _DSS_KINDS for number in numbers[kind]]
        if sorted(used) != sorted(set(objects) - {self._catalog, dss}) or len(used) > MAX_EVIDENCE_STREAMS:
            raise PdfObjectError("objects that the DSS does not use, or uses twice")
        room = MAX_EVIDENCE_BYTES
        found: dict[bytes, tuple[bytes, ...]] = {}
        for kind in _DSS_KINDS:
            unpacked = []
            for number in numbers[kind]:
                unpacked.append(_unpack(objects[number], room))
                room -= len(unpacked[-1])
            found[kind] = tuple(unpacked)
        self._accept(objects)
        return found

    def read_timestamp(self) -> tuple[bytes, tuple[int, int]]:
        """Rule 3."""
        objects = self._read_revision(changed={self._form, self._annotations})
        new = sorted(set(objects) - {self._form, self._annotations})
        if any(one.stream is not None for one in objects.values()):
            raise PdfObjectError("a stream among the timestamp's objects")
        fields = _array(_dictionary(objects[self._form].value)[b"/Fields"])
        field = _number(fields[-1]) if fields else 0
        value = _number(_dictionary(objects[field].value).get(b"/V")) if field in new else 0
        form, annotations = _dictionary(self._object(self._form)), _array(self._object(self._annotations))
        added = (Reference(field),)
        if (
            new != sorted({field, value})
            or objects[self._form].value != {**form, b"/Fields": (*_array(form[b"/Fields"]), *added)}
            or objects[self._annotations].value != (*annotations, *added)
        ):
            raise PdfObjectError("something else than one field was added")
        self._check_field(_dictionary(objects[field].value), value)
        token, hole = self._covered(objects[value])
        self._accept(objects)
        return token, hole

    def _check_field(self, field: dict[bytes, object], value: int) -> None:
        entries = dict(field)
        name, label = entries.pop(b"/T", None), entries.pop(b"/TU", None)
        expected = {
            b"/Type": b"/Annot",
            b"/Subtype": b"/Widget",
            b"/FT": b"/Sig",
            b"/F": b"132",
            b"/P": Reference(self._page),
            b"/Rect": _OUTSIDE,
            b"/V": Reference(value),
        }
        spelled = (b"\xfe\xff" + TIMESTAMP_LABEL.encode("utf-16-be")).hex().encode()
        if entries != expected or not isinstance(label, bytes) or label.lower() != b"<%b>" % spelled:
            raise PdfObjectError("not a timestamp's field")
        if not isinstance(name, bytes) or not _TIMESTAMP_NAME.fullmatch(name) or name in self._field_names:
            raise PdfObjectError("field of another name")
        self._field_names.add(name)

    def _covered(self, signature: _Object) -> tuple[bytes, tuple[int, int]]:
        entries = dict(_dictionary(signature.value))
        byte_range, contents = entries.pop(b"/ByteRange", None), entries.pop(b"/Contents", None)
        expected = {b"/Type": b"/DocTimeStamp", b"/Filter": b"/Adobe.PPKLite", b"/SubFilter": b"/ETSI.RFC3161"}
        if entries != expected or not isinstance(contents, bytes) or not _CONTENTS.fullmatch(contents):
            raise PdfObjectError("not a document timestamp")
        start = self._pdf.index(contents, signature.body)
        hole = (start, start + len(contents))
        wanted = [b"0", *(b"%d" % number for number in (hole[0], hole[1], self.position - hole[1]))]
        if list(_array(byte_range)) != wanted:
            raise PdfObjectError("byte range leaves something out")
        padded = bytes.fromhex(contents[1:-1].decode())
        try:
            length = _first_length(padded)
        except DerError as error:
            raise PdfObjectError("no token") from error
        if any(padded[length:]):
            raise PdfObjectError("padding holds something")
        return padded[:length], hole

    def _accept(self, objects: dict[int, _Object]) -> None:
        self._newer.update({number: one.value for number, one in objects.items()})
        self._size = self._next_size

    def _read_revision(self, *, changed: set[int]) -> dict[int, _Object]:
        """Rule 1; gives the revision's objects without its cross-reference stream, and goes behind its end."""
        pdf, objects = self._pdf, dict[int, _Object]()
        while True:
            head = _OBJECT.match(pdf, self.position)
            if head is None or len(objects) > MAX_EVIDENCE_STREAMS + 4:
                break
            number = int(head[1])
            if number in objects:
                raise PdfObjectError("object given twice")
            value, end = read_object(pdf, head.end())
            stream, end = _read_stream(pdf, value, end)
            if not pdf.startswith(b"\nendobj\n", end):
                raise PdfObjectError("object without end")
            objects[number] = _Object(value, self.position, head.end(), stream)
            self.position = end + len(b"\nendobj\n")
        xref = self._read_tables(objects) if self._has_tables else self._read_xref_stream(objects)
        ended = _END.match(pdf, self.position)
        if ended is None or int(ended[1]) != xref:
            raise PdfObjectError("revision without end")
        self.position = ended.end()
        self._previous_xref = xref
        new = {number for number in objects if number >= self._size}
        # The cross-reference stream has the last number.
        last = self._next_size - (1 if self._has_tables else 2)
        if set(objects) - new != changed or new != set(range(self._size, last + 1)):
            raise PdfObjectError("other objects than expected")
        return objects

    def _read_tables(self, objects: dict[int, _Object]) -> int:
        xref = self.position
        offsets = {number: one.start for number, one in objects.items()}
        rows = b"xref\n" + b"".join(
            b"%d %d\n" % (run[0], len(run)) + b"".join(b"%010d 00000 n \n" % offsets[number] for number in run)
            for run in _runs(offsets)
        )
        rows += b"trailer\n"
        if not self._pdf.startswith(rows, xref):
            raise PdfObjectError("cross-references do not say what is there")
        value, end = read_object(self._pdf, xref + len(rows))
        if not self._pdf.startswith(b"\n", end):
            raise PdfObjectError("trailer without end")
        self.position = end + 1
        self._check_trailer(_dictionary(value), objects)
        return xref

    def _read_xref_stream(self, objects: dict[int, _Object]) -> int:
        number = max(objects, default=0)
        section = objects.get(number)
        if section is None or section.stream is None:
            raise PdfObjectError("no cross-reference stream")
        trailer = dict(_dictionary(section.value))
        offsets = {one: known.start for one, known in objects.items()}
        rows = b"".join(
            b"\x01" + offsets[one].to_bytes(_ROW_BYTES - 2, "big") + b"\x00" for run in _runs(offsets) for one in run
        )
        index = tuple(b"%d" % part for run in _runs(offsets) for part in (run[0], len(run)))
        said = [trailer.pop(key, None) for key in (b"/Type", b"/W", b"/Index", b"/Length")]
        if said != [b"/XRef", (b"1", b"4", b"1"), index, b"%d" % len(rows)] or section.stream != rows:
            raise PdfObjectError("cross-references do not say what is there")
        self._check_trailer(trailer, objects)
        del objects[number]
        return section.start

    def _check_trailer(self, trailer: dict[bytes, object], objects: dict[int, _Object]) -> None:
        entries = dict(trailer)
        ids = _array(entries.pop(b"/ID", None))
        size = max((self._size, *(number + 1 for number in objects)))
        expected = {
            **self._sealed.fixed_trailer,
            b"/Size": b"%d" % size,
            b"/Prev": b"%d" % self._previous_xref,
        }
        if entries != expected or not self._is_same_file(ids):
            raise PdfObjectError("trailer changed otherwise")
        self._next_size = size

    def _is_same_file(self, ids: tuple[Any, ...]) -> bool:
        """The first identifier stays, the second is new (ISO 32000-1, 14.4)."""
        if len(ids) != 2 or not all(isinstance(one, bytes) for one in ids):
            return False
        return ids[0].lower() == self._sealed.first_id.lower() and _ID.fullmatch(ids[1]) is not None


def _read_stream(pdf: bytes, value: object, end: int) -> tuple[bytes | None, int]:
    if not pdf.startswith(b"\nstream\n", end):
        return None, end
    length = _dictionary(value).get(b"/Length")
    if not isinstance(length, bytes) or not _NUMBER.fullmatch(length):
        raise PdfObjectError("stream without length")
    start = end + len(b"\nstream\n")
    end = start + int(length)
    if not pdf.startswith(b"\nendstream", end):
        raise PdfObjectError("stream without end")
    return pdf[start:end], end + len(b"\nendstream")


def _unpack(packed: _Object, room: int) -> bytes:
    """Contents of an evidence stream."""
    entries = dict(_dictionary(packed.value))
    entries.pop(b"/Length", None)
    if packed.stream is None:
        raise PdfObjectError("no stream")
    if not entries:
        unpacked = packed.stream
    elif entries == {b"/Filter": b"/FlateDecode"}:
        inflater = zlib.decompressobj()
        try:
            unpacked = inflater.decompress(packed.stream, room + 1)
        except zlib.error as error:
            raise PdfObjectError("stream unreadable") from error
        if not inflater.eof or inflater.unused_data:
            raise PdfObjectError("stream too large, or more than one")
    else:
        raise PdfObjectError("other stream than evidence")
    if len(unpacked) > room:
        raise PdfObjectError("too much evidence")
    return unpacked


def _first_length(padded: bytes) -> int:
    """Length of the DER value at the start."""
    if len(padded) < 4 or padded[1] < 0x80:  # a token has more than 127 bytes
        raise DerError("too short")
    count = padded[1] & 0x7F
    length = 2 + count + int.from_bytes(padded[2 : 2 + count], "big")
    if count > 4 or length > len(padded):  # bytes of the length
        raise DerError("too long")
    (element,) = split(padded[:length])
    return len(element.der)


def _runs(offsets: dict[int, int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in sorted(offsets):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _number(value: object) -> int:
    if not isinstance(value, Reference):
        raise PdfObjectError("reference expected")
    return value.number


def _array(value: object) -> tuple[Any, ...]:
    if not isinstance(value, tuple) or isinstance(value, Reference):
        raise PdfObjectError("array expected")
    return value


def _dictionary(value: object) -> dict[bytes, object]:
    if not isinstance(value, dict):
        raise PdfObjectError("dictionary expected")
    return value
