"""The file around a card's seal: what a PDF must and must not hold before its signature is worth checking.

1. a PDF that begins and ends with itself: ``%PDF-`` first, nothing but one line end behind the last ``%%EOF``;
2. not encrypted, readable in strict mode, no second cross-reference table for older readers (hybrid file);
3. up to the seal's end exactly one form field, a PAdES signature (``ETSI.CAdES.detached``), and no XFA form;
4. that signature covers every byte up to there except itself, in the only spelling that leaves no bit free, and was
   made in the last of at most two revisions;
5. nothing that acts: no JavaScript, no actions of document, pages, annotations or outline, no layers, no annotation
   but the signature's own;
6. exactly one attached file, ``hoc-ba.xml``, embedded and associated (ISO 19005-3, annex E) as the page's source;
7. behind the seal nothing, or pairs of evidence and document timestamp (``pdf_revisions``), the last of which ends the
   file; a seal that says that they follow is not taken without them.

Steps 2 to 6 read the file as the seal covers it and nothing behind. pyHanko reads; the rules are ours, because its own
are laxer: it ignores bytes behind the end, fields it does not know and empty fields. Nothing here proves anything: that
is ``verifier.pdf_signature``.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any

from asn1crypto.parser import peek
from msgspec import Struct
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    parse_pdf_date,
)
from pyhanko.pdf_utils.generic import Reference as PdfReference
from pyhanko.pdf_utils.misc import PdfDecodeLimitError
from pyhanko.pdf_utils.reader import PdfFileReader

from verifier.errors import LimitExceededError, MalformedInputError, SignatureInvalidError, VerifierError
from verifier.pdf_objects import PdfObjectError, Reference, read_object
from verifier.pdf_revisions import ArchiveTimestamp, SealedPart, read_archive_timestamps
from verifier.record.card_document import MAX_CARD_BYTES

MAX_PDF_BYTES = 20_000_000
"""A card has 60 to 200 kB."""
ATTACHMENT_NAME = "hoc-ba.xml"
ATTACHMENT_RELATIONSHIP = "/Source"
MAX_REVISIONS = 2
"""The typeset page, and the seal."""
MAX_TREE_NODES = 500
"""Pages or outline items; a card has four pages and a title."""
SUBFILTER = b"/ETSI.CAdES.detached"
LEVEL_KEY, ARCHIVED_LEVEL = b"/HOCB_Level", b"/B-LTA"
"""What the seal's dictionary says when a document timestamp belongs to the card (``docs/formats/pdf.md``)."""

_END_OF_FILE = (b"%%EOF", b"%%EOF\n", b"%%EOF\r", b"%%EOF\r\n")
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s*\]")
_BYTE_RANGE_ITEMS = 4
_OBJECT_HEAD = re.compile(rb"(\d{1,9}) 0 obj\s")
_CAREER_ATTACHMENT = re.compile(r"hoc-ba-\d{4}-\d{4}(-\d)?\.xml", re.ASCII)
_CATALOG_ACTIONS = ("/OpenAction", "/AA", "/Requirements", "/Collection", "/Threads", "/OCProperties")
"""What makes a viewer do something, or show and print different things (layers)."""
_DECODE_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=20_000_000),
    document_budget=DocumentDecodeBudget(base_allowance=60_000_000, max_ratio=20),
)


class PdfCard(Struct, frozen=True):
    """A PDF built as a card is. Nothing in it is verified."""

    pdf: bytes
    hole: tuple[int, int]
    """Where the seal's signature stands in the file, with its angle brackets."""
    sealed_end: int
    """What the seal covers ends here."""
    claimed_at: datetime | None
    """The sealer's clock."""
    cms: bytes
    """DER of the signature, without its padding."""
    xml: bytes
    """The attached file's bytes."""
    archive: tuple[ArchiveTimestamp, ...]
    """The revisions behind the seal, oldest first."""


def read_pdf_card(pdf: bytes) -> PdfCard:
    """Check the file's structure.

    Raises:
        LimitExceededError: ``pdf_too_large``, ``pdf_expands_too_much``.
        MalformedInputError: ``pdf_malformed``, ``pdf_encrypted``, ``pdf_truncated``, ``pdf_not_a_card``,
            ``pdf_of_several_years``.
        SignatureInvalidError: what was a card and is not as it was sealed: ``pdf_bytes_after_seal``,
            ``pdf_seal_missing``, ``pdf_fields_unexpected``, ``pdf_seal_partial``, ``pdf_revisions_unexpected``,
            ``pdf_acts``, ``pdf_attachments_unexpected``, ``pdf_cut_back``.
    """
    # 1: begins and ends with itself.
    if len(pdf) > MAX_PDF_BYTES:
        raise LimitExceededError("pdf_too_large", limit=MAX_PDF_BYTES)
    if not pdf.startswith(b"%PDF-"):
        raise MalformedInputError("pdf_malformed")
    with _as_malformed():
        sealed_end = _find_sealed_end(pdf)
        # 2: readable, and not encrypted.
        sealed = pdf[:sealed_end]
        reader = PdfFileReader(BytesIO(sealed), strict=True, decode_limits=_DECODE_LIMITS)
        if "/Encrypt" in reader.trailer:
            raise MalformedInputError("pdf_encrypted")
        if reader.xrefs.hybrid_xrefs_present:
            raise MalformedInputError("pdf_malformed")
        catalog = reader.root
        # 3: one field, one signature.
        field = _signature_field(catalog)
        number = field.raw_get("/V").idnum
        signature = _read_signature(sealed, reader, number)
        # 4: the signature covers everything.
        cms, hole = _covered(sealed, signature)
        made_in = reader.xrefs.get_last_change(PdfReference(number, 0))
        if reader.total_revisions > MAX_REVISIONS or made_in != reader.total_revisions - 1:
            raise SignatureInvalidError("pdf_revisions_unexpected")
        # 5: nothing acts.
        _refuse_actions(catalog, field, catalog["/AcroForm"]["/Fields"].raw_get(0))
        # 6: the attached XML.
        xml = _attached_xml(catalog)
        # 7: what follows.
        archive = _read_archive(pdf, reader, sealed_end) if sealed_end < len(pdf) else ()
        if not archive and signature.get(LEVEL_KEY) == ARCHIVED_LEVEL:
            raise SignatureInvalidError("pdf_cut_back")
        claimed_at = _claimed_time(signature)
    return PdfCard(pdf=pdf, hole=hole, sealed_end=sealed_end, claimed_at=claimed_at, cms=cms, xml=xml, archive=archive)


@contextmanager
def _as_malformed() -> Iterator[None]:
    """Whatever a hostile file makes pyHanko raise leaves as one of our errors."""
    try:
        yield
    except (VerifierError, MemoryError):
        raise
    except PdfDecodeLimitError as error:
        raise LimitExceededError("pdf_expands_too_much") from error
    except Exception as error:
        # A reader of PDF meets any type where it expects another, so any builtin exception can come out of it.
        raise MalformedInputError("pdf_malformed") from error


def _find_sealed_end(pdf: bytes) -> int:
    """Where the seal's part ends, or the likely reason when the file does not end where its last signature says."""
    ranges = (match.groups() for match in _BYTE_RANGE.finditer(pdf))
    ends = [int(start) + int(length) for _, start, length in ranges]
    last = max(ends, default=len(pdf))
    if last != len(pdf) or not pdf.endswith(_END_OF_FILE):
        if _is_encrypted(pdf):
            raise MalformedInputError("pdf_encrypted")
        if last < len(pdf):
            raise SignatureInvalidError("pdf_bytes_after_seal")
        raise MalformedInputError("pdf_truncated")
    return min((end for end in ends if pdf[max(0, end - 8) : end].endswith(_END_OF_FILE)), default=len(pdf))


def _is_encrypted(pdf: bytes) -> bool:
    """Whether the file as it is now has a password: a copy that a program wrote anew, seal and all."""
    if b"/Encrypt" not in pdf:
        return False
    try:
        return "/Encrypt" in PdfFileReader(BytesIO(pdf), strict=False, decode_limits=_DECODE_LIMITS).trailer
    except Exception:  # noqa: BLE001 # any exception can come out of a reader of hostile files: then another reason is said
        return False


def _read_archive(pdf: bytes, reader: PdfFileReader, sealed_end: int) -> tuple[ArchiveTimestamp, ...]:
    trailer = reader.trailer
    fixed: dict[bytes, object] = {
        key.encode(): Reference(trailer.raw_get(key).idnum) for key in ("/Root", "/Info") if key in trailer
    }

    part = SealedPart(
        end=sealed_end,
        size=int(trailer["/Size"]),
        fixed_trailer=fixed,
        first_id=b"<%b>" % trailer["/ID"][0].original_bytes.hex().encode(),
        read=partial(_read_plain_object, pdf, reader),
    )
    try:
        return read_archive_timestamps(pdf, part)
    except (ValueError, KeyError, IndexError) as error:
        raise SignatureInvalidError("pdf_revisions_unexpected") from error


def _read_plain_object(pdf: bytes, reader: PdfFileReader, number: int) -> object:
    """An object by our own grammar. Raises ``PdfObjectError``."""
    offset = reader.xrefs[PdfReference(number, 0)]
    head = _OBJECT_HEAD.match(pdf, offset) if isinstance(offset, int) else None
    if head is None or int(head[1]) != number:
        raise PdfObjectError("not a plain object")
    return read_object(pdf, head.end())[0]


def _read_signature(pdf: bytes, reader: PdfFileReader, number: int) -> dict[bytes, object]:
    """The signature's dictionary, values as they are spelled; pyHanko takes longer for it than for all the rest."""
    signature = _read_plain_object(pdf, reader, number)
    if not isinstance(signature, dict) or (signature.get(b"/Type"), signature.get(b"/SubFilter")) != (
        b"/Sig",
        SUBFILTER,
    ):
        raise SignatureInvalidError("pdf_fields_unexpected")
    return signature


def _claimed_time(signature: dict[bytes, object]) -> datetime | None:
    text = signature.get(b"/M")
    try:
        return parse_pdf_date(text[1:-1].decode("ascii")) if isinstance(text, bytes) else None
    except Exception:  # noqa: BLE001 # only the sealer's word: whatever it is written like, nothing rests on it
        return None


def _signature_field(catalog: DictionaryObject) -> DictionaryObject:
    form = _get(catalog, "/AcroForm")
    fields = _get(form, "/Fields")
    if not isinstance(fields, ArrayObject) or not fields:
        if _is_career(catalog):
            raise MalformedInputError("pdf_of_several_years")
        if "/AF" in catalog:
            raise SignatureInvalidError("pdf_seal_missing")
        raise MalformedInputError("pdf_not_a_card")
    if _get(form, "/XFA") is not None:
        raise SignatureInvalidError("pdf_acts")
    field = fields[0]
    if (
        len(fields) != 1
        or not isinstance(field, DictionaryObject)
        or _get(field, "/FT") != "/Sig"
        or not isinstance(fields.raw_get(0), IndirectObject)
        or "/Kids" in field
        or "/Parent" in field
    ):
        raise SignatureInvalidError("pdf_fields_unexpected")
    if "/V" not in field:
        raise SignatureInvalidError("pdf_seal_missing")
    value = field.raw_get("/V")
    if not isinstance(value, IndirectObject) or value.generation != 0:
        raise SignatureInvalidError("pdf_fields_unexpected")
    return field


def _is_career(catalog: DictionaryObject) -> bool:
    """Whether an unsealed file calls itself a print of several years, which was never meant to bear a seal."""
    names = [str(_get(file, "/UF")) for file in _each(_get(catalog, "/AF"))]
    return len(names) > 1 and all(_CAREER_ATTACHMENT.fullmatch(name) for name in names)


def _covered(pdf: bytes, signature: dict[bytes, object]) -> tuple[bytes, tuple[int, int]]:
    """The signature's own bytes without their padding and their place, if the byte range leaves out nothing else."""
    parts, spelled = signature.get(b"/ByteRange"), signature.get(b"/Contents")
    if not isinstance(parts, tuple) or len(parts) != _BYTE_RANGE_ITEMS or not isinstance(spelled, bytes):
        raise SignatureInvalidError("pdf_seal_partial")
    first, before, start, after = (int(part) for part in parts)
    if first != 0 or not 0 < before < start or start + after != len(pdf) or pdf[before:start] != spelled:
        raise SignatureInvalidError("pdf_seal_partial")
    # All digits in one case, padding of zeros: another spelling of one byte would be a change that nothing notices.
    contents = bytes.fromhex(spelled[1:-1].decode("ascii"))
    digits = contents.hex().encode()
    if spelled not in (b"<%b>" % digits, b"<%b>" % digits.upper()):
        raise SignatureInvalidError("pdf_seal_partial")
    length = peek(contents)
    if any(contents[length:]):
        raise SignatureInvalidError("pdf_seal_partial")
    return contents[:length], (before, start)


def _get(container: object, key: str) -> Any:  # noqa: ANN401  # a PDF object of any type
    """Value of a dictionary's key, references followed, which pyHanko's own ``get`` does not do; or None."""
    return container[key] if isinstance(container, DictionaryObject) and key in container else None


def _each(array: object) -> list[Any]:
    """Elements of an array, references followed, which iterating would not do."""
    return [array[index] for index in range(len(array))] if isinstance(array, ArrayObject) else []


def _references(array: object) -> list[object]:
    """Elements of an array as they stand there."""
    return [array.raw_get(index) for index in range(len(array))] if isinstance(array, ArrayObject) else []


def _refuse_actions(catalog: DictionaryObject, field: DictionaryObject, field_reference: IndirectObject) -> None:
    names = _get(catalog, "/Names") or {}
    acting = any(key in catalog for key in _CATALOG_ACTIONS) or set(names) - {"/EmbeddedFiles", "/Dests"}
    if acting or "/A" in field or "/AA" in field or _get(field, "/Subtype") != "/Widget":
        raise SignatureInvalidError("pdf_acts")
    for page in _pages(catalog["/Pages"], set()):
        if "/AA" in page or any(one != field_reference for one in _references(_get(page, "/Annots"))):
            raise SignatureInvalidError("pdf_acts")
    _refuse_outline_actions(_get(catalog, "/Outlines"))


def _pages(node: DictionaryObject, seen: set[int]) -> Iterator[DictionaryObject]:
    if id(node) in seen or len(seen) > MAX_TREE_NODES:
        raise MalformedInputError("pdf_malformed")
    seen.add(id(node))
    if "/Kids" not in node:
        yield node
        return
    for kid in _each(node["/Kids"]):
        yield from _pages(kid, seen)


def _refuse_outline_actions(outline: Any) -> None:  # noqa: ANN401  # a PDF object of any type
    """An outline item that jumps to a place on a page is fine; one that runs an action is not."""
    waiting = [outline] if isinstance(outline, DictionaryObject) else []
    count = 0
    while waiting:
        item = waiting.pop()
        count += 1
        if "/A" in item or "/AA" in item or count > MAX_TREE_NODES:
            raise SignatureInvalidError("pdf_acts")
        waiting += [item[key] for key in ("/First", "/Next") if key in item]


def _attached_xml(catalog: DictionaryObject) -> bytes:
    associated = _get(catalog, "/AF")
    embedded = _get(_get(_get(catalog, "/Names"), "/EmbeddedFiles"), "/Names")
    if not isinstance(associated, ArrayObject) and not isinstance(embedded, ArrayObject):
        raise MalformedInputError("pdf_not_a_card")
    if not associated or not embedded or len(associated) != 1 or len(embedded) != 2:  # a name and its file
        raise SignatureInvalidError("pdf_attachments_unexpected")
    reference, other_reference = associated.raw_get(0), embedded.raw_get(1)
    if not isinstance(reference, IndirectObject) or reference != other_reference:
        raise SignatureInvalidError("pdf_attachments_unexpected")
    file = associated[0]
    names = {str(_get(file, "/F")), str(_get(file, "/UF")), str(embedded[0])}
    if names != {ATTACHMENT_NAME} or _get(file, "/AFRelationship") != ATTACHMENT_RELATIONSHIP:
        raise SignatureInvalidError("pdf_attachments_unexpected")
    stream = file["/EF"]["/F"]
    if not isinstance(stream, StreamObject) or _get(stream, "/Subtype") != "/application/xml":
        raise SignatureInvalidError("pdf_attachments_unexpected")
    xml: bytes = stream.data
    if len(xml) > MAX_CARD_BYTES:
        raise LimitExceededError("xml_too_large", limit=MAX_CARD_BYTES)
    return xml
