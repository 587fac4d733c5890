"""The attacks on signed PDFs that are known by name, each against a genuine card (pdf-insecurity.org, 2019 to 2021).

``FORGED``: the signature is hollowed out or moved (universal forgery). ``APPENDED``: somebody saves behind the seal
(incremental saving, shadow and certification attacks) with no timestamp; ``pdf_attacks`` has those with one.
``PREPARED``: the page was made to deceive before the department's own key sealed it, or is sealed in another way than
cards are; in these every signature is sound.
"""

import re
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from io import BytesIO
from unittest import mock

import pikepdf
from asn1crypto.cms import ContentInfo

from backend.signing import seal_pdf
from backend.signing.seal_pdf import UnsignedPdf
from tests.verifier.growing_pdf import SealedPdf
from tests.verifier.small_city import SmallCity

Forgery = Callable[[bytes], bytes]
Appending = Callable[[SealedPdf], bytes]
Preparing = Callable[[SmallCity, bytes], bytes]
"""From the page without seal to the file."""

_BYTE_RANGE = re.compile(rb"/ByteRange (\[ 0 (\d+) (\d+) (\d+) \] *) /Contents ")
_SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(10\\)) >>"


def _range_of(card: bytes) -> re.Match[bytes]:
    found = _BYTE_RANGE.search(card)
    assert found is not None
    return found


def _with_range(spelled: bytes) -> Forgery:
    def forge(card: bytes) -> bytes:
        old = _range_of(card)[1]
        return card.replace(old, spelled.ljust(len(old)))

    return forge


def _with_contents(make: Callable[[int], bytes]) -> Forgery:
    """Another value of the same length in place of the signature."""

    def forge(card: bytes) -> bytes:
        start, end = (int(number) for number in _range_of(card).groups()[1:3])
        value = make(end - start)
        assert len(value) == end - start
        return card[:start] + value + card[end:]

    return forge


def with_digest(card: bytes, digest: str) -> bytes:
    """The same signature, said to be over a digest of another kind."""
    start, end = (int(number) for number in _range_of(card).groups()[1:3])
    content = ContentInfo.load(bytes.fromhex(card[start + 1 : end - 1].decode()))
    signed = content["content"]
    (signer,) = signed["signer_infos"]
    signer["digest_algorithm"] = {"algorithm": digest}
    signed["digest_algorithms"] = [{"algorithm": digest}]
    der: bytes = content.dump()
    return card[:start] + b"<" + der.hex().upper().encode().ljust(end - start - 2, b"0") + b">" + card[end:]


def _replaced(old: bytes, new: bytes) -> Forgery:
    def forge(card: bytes) -> bytes:
        assert old in card
        return card.replace(old, new.ljust(len(old)))

    return forge


def _shifted_hole(card: bytes) -> bytes:
    """What the byte range leaves out is longer than the signature: room for a page of the forger's."""
    found = _range_of(card)
    start, end, length = (int(number) for number in found.groups()[1:])
    spelled = b"[ 0 %d %d %d ]" % (start, end + 1000, length - 1000)
    return card.replace(found[1], spelled.ljust(len(found[1])))


def _second_contents(card: bytes) -> bytes:
    """Two values under one key: readers differ in which they take."""
    start, end = (int(number) for number in _range_of(card).groups()[1:3])
    return card[:start] + b"<00>/Contents " + card[start + 14 : end] + card[end:]


FORGED: dict[str, tuple[Forgery, str, str]] = {
    "contents_gone": (_replaced(b" /Contents <", b" /Kontents <"), "altered", "pdf_seal_partial"),
    "contents_null": (_with_contents(b"null".ljust), "altered", "pdf_seal_partial"),
    "contents_one_zero": (_with_contents(b"<00>".ljust), "altered", "pdf_seal_partial"),
    "contents_of_text": (_with_contents(lambda room: b"(" + b"0" * (room - 2) + b")"), "altered", "pdf_seal_partial"),
    "contents_twice": (_second_contents, "unreadable", "pdf_malformed"),
    "byte_range_null": (_with_range(b"null"), "altered", "pdf_seal_partial"),
    "byte_range_negative": (_with_range(b"[ 0 -1 -1 0 ]"), "altered", "pdf_seal_partial"),
    "byte_range_short": (_with_range(b"[ 0 100 ]"), "altered", "pdf_seal_partial"),
    "byte_range_of_the_beginning": (_with_range(b"[ 0 100 100 100 ]"), "altered", "pdf_bytes_after_seal"),
    "byte_range_with_a_longer_hole": (_shifted_hole, "altered", "pdf_seal_partial"),
    "signature_of_another_kind": (
        _replaced(b"/ETSI.CAdES.detached", b"/adbe.pkcs7.detached"),
        "altered",
        "pdf_fields_unexpected",
    ),
    "signature_of_a_kind_nobody_knows": (
        _replaced(b"/ETSI.CAdES.detached", b"/Hocba.detached"),
        "altered",
        "pdf_fields_unexpected",
    ),
    "signature_without_type": (
        _replaced(b"/Type /Sig /Filter", b"/Tipe /Sig /Filter"),
        "altered",
        "pdf_fields_unexpected",
    ),
    "field_of_text": (_replaced(b"/FT /Sig /T", b"/FT /Tx  /T"), "altered", "pdf_fields_unexpected"),
    "field_without_value": (lambda card: re.sub(rb"/V (\d+ 0 R)", rb"/W \1", card), "altered", "pdf_seal_missing"),
    "two_byte_ranges_in_one_dictionary": (
        _replaced(b"/Filter /Adobe.PPKLite /SubFilter", b"/ByteRange [0 9 9 9]   /SubFilter"),
        "unreadable",
        "pdf_malformed",
    ),
}


def _content_number(growing: SealedPdf) -> int:
    return int(growing.page.partition(b"/Contents ")[2].split()[0])


def _other_content(growing: SealedPdf) -> bytes:
    growing.add_revision({_content_number(growing): b"<< /Length 0 >>\nstream\n\nendstream"})
    return growing.data


def _without_xref(growing: SealedPdf) -> bytes:
    """Many readers repair such a file, and show the newest objects."""
    body = b"<< /Length 0 >>\nstream\n\nendstream"
    return growing.data + b"%d 0 obj\n%b\nendobj\ntrailer\n<< >>\n%%%%EOF\n" % (_content_number(growing), body)


def _signature_copied(growing: SealedPdf) -> bytes:
    """The signature's dictionary once more, as if it belonged to the new revision."""
    number = int(re.findall(rb"/V (\d+) 0 R", growing.data)[-1])
    growing.add_revision(
        {_content_number(growing): b"<< /Length 0 >>\nstream\n\nendstream", number: growing.body(number)}
    )
    return growing.data


def _range_that_ends_here(growing: SealedPdf) -> bytes:
    """A byte range in a comment that says what a naive search wants to hear."""
    growing.add_revision({_content_number(growing): b"<< /Length 0 >>\nstream\n\nendstream"})
    data, comment = growing.data, b"%% /ByteRange [ 0 000010 000020 %06d ]\n%%%%EOF\n"
    return data + comment % (len(data) + len(comment % 0) - 20)


def _sneaky_signature(growing: SealedPdf) -> bytes:
    """A second signature, over the whole file and in sight, by somebody else (or by nobody)."""
    number, field = growing.next_object, growing.next_object + 1
    added = b" %d 0 R ]" % field
    widget = (
        b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (DauPhu) /F 4 /P %d 0 R /Rect [ 10 10 200 60 ] /V %d 0 R >>"
        % (growing.page_number, number)
    )
    hole, digest = growing.add_signed_revision(
        {
            field: widget,
            growing.form_number: growing.form.replace(b" ]", added, 1),
            growing.annotations_number: growing.annotations.replace(b" ]", added, 1),
        },
        signature_number=number,
        signature=b"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached",
        room_bytes=64,
    )
    growing.fill(hole, b"\x30\x22\x04\x20" + digest)
    return growing.data


def _evil_annotation(growing: SealedPdf) -> bytes:
    """A text box over a mark, as a certified document with annotations allowed lets pass."""
    number = growing.next_object
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [ 10 10 90 90 ] /DA (/Helv 12 Tf) /Contents (10) /F 4 >>"
    added = growing.annotations.replace(b" ]", b" %d 0 R ]" % number, 1)
    growing.add_revision({number: note, growing.annotations_number: added})
    return growing.data


def _hide(growing: SealedPdf) -> bytes:
    """Shadow attack, hide: what lay over the content is taken away, here the picture with the QR."""
    picture = re.findall(rb"(\d+) 0 obj\n<<[^>]*?/Subtype/Image", growing.data)
    growing.add_revision({int(picture[0]): b"<< /Length 0 >>\nstream\n\nendstream"})
    return growing.data


def _replace_font(growing: SealedPdf) -> bytes:
    """Shadow attack, replace: the same text, drawn with other shapes."""
    font = re.findall(rb"(\d+) 0 obj\n<</Type/FontDescriptor", growing.data)
    growing.add_revision({int(font[0]): b"<< /Type /FontDescriptor /FontName /Khac /Flags 4 >>"})
    return growing.data


def _hide_and_replace(growing: SealedPdf) -> bytes:
    """Shadow attack, hide and replace: the catalog leads to another tree of pages."""
    number = growing.next_object
    page = growing.page + b" /Annots %d 0 R >>" % growing.annotations_number
    catalog = re.sub(rb"/Pages \d+ 0 R", b"/Pages %d 0 R" % number, growing.catalog) + b">>"
    growing.add_revision(
        {
            growing.catalog_number: catalog,
            number: b"<< /Type /Pages /Count 1 /Kids [ %d 0 R ] >>" % (number + 1),
            number + 1: page,
        }
    )
    return growing.data


def _attachment_replaced(growing: SealedPdf) -> bytes:
    number = int(re.findall(rb"(\d+) 0 obj\n<</Length \d+/Type/EmbeddedFile", growing.data)[0])
    xml = b"<HOC_BA/>"
    body = b"<< /Type /EmbeddedFile /Subtype /application#2Fxml /Length %d >>\nstream\n%b\nendstream" % (len(xml), xml)
    growing.add_revision({number: body})
    return growing.data


APPENDED: dict[str, tuple[Appending, str]] = {
    "incremental_saving_other_content": (_other_content, "pdf_bytes_after_seal"),
    "incremental_saving_without_cross_references": (_without_xref, "pdf_bytes_after_seal"),
    "incremental_saving_signature_copied": (_signature_copied, "pdf_bytes_after_seal"),
    "incremental_saving_byte_range_in_a_comment": (_range_that_ends_here, "pdf_revisions_unexpected"),
    "certification_evil_annotation": (_evil_annotation, "pdf_bytes_after_seal"),
    "certification_sneaky_signature": (_sneaky_signature, "pdf_revisions_unexpected"),
    "shadow_hide": (_hide, "pdf_bytes_after_seal"),
    "shadow_replace": (_replace_font, "pdf_bytes_after_seal"),
    "shadow_hide_and_replace": (_hide_and_replace, "pdf_bytes_after_seal"),
    "attachment_replaced_behind_the_seal": (_attachment_replaced, "pdf_bytes_after_seal"),
}


def _sealed_with(**patches: bytes) -> Preparing:
    """Seal with other texts in the revision of the seal."""

    def prepare(city: SmallCity, page: bytes) -> bytes:
        with ExitStack() as stack:
            for name, text in patches.items():
                stack.enter_context(mock.patch.object(seal_pdf, name, text))
            return city.sealed_pdf(unsealed=UnsignedPdf(page))

    return prepare


def _in_catalog(more: bytes) -> Preparing:
    return _sealed_with(_PADES=seal_pdf._PADES + b" " + more)


def _in_form(fields: bytes = b"", more: bytes = b"") -> Preparing:
    return _sealed_with(_FORM=b"<< /Fields [ %%b %b ] /SigFlags 3 %b >>" % (fields, more))


def _changed(change: Callable[[pikepdf.Pdf], None]) -> Preparing:
    """Change the page before it is sealed."""

    def prepare(city: SmallCity, page: bytes) -> bytes:
        output = BytesIO()
        with pikepdf.open(BytesIO(page)) as document, warnings.catch_warnings(action="ignore"):
            change(document)
            document.save(output, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return city.sealed_pdf(unsealed=UnsignedPdf(output.getvalue()))

    return prepare


def _annotated(spelled: bytes) -> Preparing:
    def change(document: pikepdf.Pdf) -> None:
        note = document.make_indirect(pikepdf.Object.parse(spelled))
        document.pages[0].obj["/Annots"] = pikepdf.Array([note])

    return _changed(change)


def _script_by_name(document: pikepdf.Pdf) -> None:
    document.Root.Names["/JavaScript"] = pikepdf.Object.parse(b"<< /Names [ (a) " + _SCRIPT + b" ] >>")


def _page_action(document: pikepdf.Pdf) -> None:
    document.pages[0].obj["/AA"] = pikepdf.Object.parse(b"<< /O " + _SCRIPT + b" >>")


def _second_attachment(document: pikepdf.Pdf) -> None:
    names = document.Root.Names.EmbeddedFiles.Names
    names.append(pikepdf.String("khac.xml"))
    names.append(names[1])


def _attachment_of_another_name(document: pikepdf.Pdf) -> None:
    document.Root.AF[0]["/UF"] = pikepdf.String("khac.xml")


def _attachment_not_associated(document: pikepdf.Pdf) -> None:
    document.Root["/AF"] = pikepdf.Array([])


def _hybrid(city: SmallCity, page: bytes) -> bytes:
    """A second cross-reference section that older readers do not see."""
    output = BytesIO()
    with pikepdf.open(BytesIO(page)) as document:
        document.save(output, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    flat = output.getvalue()
    xref = flat.rindex(b"xref\n", 0, flat.rindex(b"startxref"))
    size = int(re.findall(rb"/Size (\d+)", flat)[-1])
    section = (
        b"%d 0 obj\n<< /Type /XRef /W [ 1 4 1 ] /Index [ 0 1 ] /Size %d /Length 6 >>\nstream\n%b\nendstream\nendobj\n"
    )
    hidden = section % (size, size, bytes(6))
    tail = flat[xref:].replace(b"/Size %d" % size, b"/Size %d /XRefStm %d" % (size + 1, xref))
    tail = re.sub(rb"startxref\n\d+", b"startxref\n%d" % (xref + len(hidden)), tail)
    return city.sealed_pdf(unsealed=UnsignedPdf(flat[:xref] + hidden + tail))


def _encrypted(city: SmallCity, page: bytes) -> bytes:
    """A password by which every reader opens it, put on afterwards; RC4, the only kind that is the same every time."""
    output = BytesIO()
    with pikepdf.open(BytesIO(city.sealed_pdf(unsealed=UnsignedPdf(page)))) as document:
        weak = pikepdf.Encryption(owner="owner", user="", R=3, aes=False, metadata=False)
        document.save(output, encryption=weak, static_id=True)
    return output.getvalue()


_LAYERS = b"/OCProperties << /OCGs [ ] /D << /Order [ ] >> >>"
_OLD_SIGNATURE = b"<< /FT /Sig /T (Khac) /V << /Type /Sig /Filter /Adobe.PPKLite /SubFilter /%b /Contents <00> >> >>"

PREPARED: dict[str, tuple[Preparing, str, str]] = {
    "script_at_opening": (_in_catalog(b"/OpenAction " + _SCRIPT), "altered", "pdf_acts"),
    "script_at_printing": (_in_catalog(b"/AA << /WP " + _SCRIPT + b" >>"), "altered", "pdf_acts"),
    "script_by_name": (_changed(_script_by_name), "altered", "pdf_acts"),
    "script_of_a_page": (_changed(_page_action), "altered", "pdf_acts"),
    "launch_at_opening": (_in_catalog(b"/OpenAction << /S /Launch /F (calc.exe) >>"), "altered", "pdf_acts"),
    "address_at_opening": (_in_catalog(b"/OpenAction << /S /URI /URI (https://x.example) >>"), "altered", "pdf_acts"),
    "layers": (_in_catalog(_LAYERS), "altered", "pdf_acts"),
    "link": (
        _annotated(b"<< /Type /Annot /Subtype /Link /Rect [ 0 0 9 9 ] /A << /S /URI /URI (https://x.example) >> >>"),
        "altered",
        "pdf_acts",
    ),
    "text_box": (
        _annotated(b"<< /Type /Annot /Subtype /FreeText /Rect [ 0 0 90 90 ] /Contents (10) >>"),
        "altered",
        "pdf_acts",
    ),
    "widget_of_no_field": (
        _annotated(b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (x) /Rect [ 0 0 90 90 ] >>"),
        "altered",
        "pdf_acts",
    ),
    "xfa": (_in_form(more=b"/XFA (x)"), "altered", "pdf_acts"),
    "field_of_text_beside": (_in_form(b"<< /FT /Tx /T (x) /V (10) >>"), "altered", "pdf_fields_unexpected"),
    "field_with_an_old_kind_of_signature": (
        _in_form(_OLD_SIGNATURE % b"adbe.x509.rsa_sha1"),
        "altered",
        "pdf_fields_unexpected",
    ),
    "field_with_a_kind_that_libraries_skip": (
        _in_form(_OLD_SIGNATURE % b"Hocba.Unknown"),
        "altered",
        "pdf_fields_unexpected",
    ),
    "attachment_more": (_changed(_second_attachment), "altered", "pdf_attachments_unexpected"),
    "attachment_of_another_name": (_changed(_attachment_of_another_name), "altered", "pdf_attachments_unexpected"),
    "attachment_not_associated": (_changed(_attachment_not_associated), "altered", "pdf_attachments_unexpected"),
    "hybrid_cross_references": (_hybrid, "unreadable", "pdf_malformed"),
    "encrypted_copy": (_encrypted, "unreadable", "pdf_encrypted"),
}
"""How, verdict, code."""
