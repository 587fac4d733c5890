"""What a card's PDF must and must not hold, each defect by name."""

from io import BytesIO
from typing import Literal

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import StandardSecurityHandler
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter, copy_into_new_writer
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from backend.signing.seal_pdf import UnsignedPdf
from tests.verifier.small_city import NOW, SmallCity, small_city
from verifier.errors import LimitExceededError, MalformedInputError, SignatureInvalidError
from verifier.pdf_structure import read_pdf_card
from verifier.verdict import Outcome
from verifier.verify import verify_pdf


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture(scope="module")
def sealed(city: SmallCity) -> bytes:
    return city.sealed_pdf()


def change_before_sealing(city: SmallCity, change: object) -> bytes:
    """Seal a page that somebody changed first: the seal is sound, the page is not a card's."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(city.unsealed_pdf(city.signed_card()))))
    change(writer)  # type: ignore[operator]  # a function of this file
    output = BytesIO()
    writer.write(output)
    return city.sealed_pdf(unsealed=UnsignedPdf(output.getvalue()))


def test_a_card_gives_its_attached_xml(city: SmallCity) -> None:
    card = city.signed_card()

    assert read_pdf_card(city.sealed_pdf(card)).xml == card


@pytest.mark.parametrize(
    "added",
    [b"\n\n", b" ", b"x", b"\0" * 2000, b"%%EOF\n", b"\n%%EOF"],
    ids=["two line ends", "space", "letter", "many zeros", "another end", "end on a new line"],
)
def test_bytes_behind_the_seal_are_noticed(sealed: bytes, added: bytes) -> None:
    with pytest.raises(SignatureInvalidError, match="pdf_bytes_after_seal"):
        read_pdf_card(sealed + added)


def test_a_revision_behind_the_seal_is_noticed(sealed: bytes) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    append_signature_field(writer, SigFieldSpec("Another"))
    output = BytesIO()
    writer.write(output)

    with pytest.raises(SignatureInvalidError, match="pdf_bytes_after_seal"):
        read_pdf_card(output.getvalue())


@pytest.mark.parametrize("kept", [10, 1000, 30_000, -1])
def test_a_truncated_file_is_unreadable(sealed: bytes, kept: int) -> None:
    with pytest.raises(MalformedInputError, match=r"pdf_truncated|pdf_malformed"):
        read_pdf_card(sealed[:kept])


def test_what_is_no_pdf_is_malformed() -> None:
    for data in (b"", b"%PDF", b"hello", b" %PDF-1.7\n%%EOF", b"%PDF-1.7\n%%EOF"):
        with pytest.raises(MalformedInputError, match=r"pdf_malformed|pdf_truncated"):
            read_pdf_card(data)


def test_an_encrypted_file_is_named(city: SmallCity) -> None:
    writer = copy_into_new_writer(PdfFileReader(BytesIO(city.unsealed_pdf(city.signed_card()))))
    handler = StandardSecurityHandler.build_from_pw("owner", "user")
    writer._assign_security_handler(handler)  # pyHanko offers no other way for a copy
    output = BytesIO()
    writer.write(output)

    with pytest.raises(MalformedInputError, match="pdf_encrypted"):
        read_pdf_card(output.getvalue())


@pytest.mark.parametrize("user", ["", "secret"], ids=["opens without password", "asks for a password"])
@pytest.mark.parametrize("level", ["B-T", "B-LTA"])
@pytest.mark.parametrize("strength", [4, 6], ids=["AES-128", "AES-256"])
def test_an_encrypted_copy_of_a_card_is_named(city: SmallCity, user: str, level: str, strength: Literal[4, 6]) -> None:
    card = city.archived_pdf(city.first_card()) if level == "B-LTA" else city.sealed_pdf(city.first_card())
    output = BytesIO()
    with pikepdf.open(BytesIO(card)) as document:
        document.save(output, encryption=pikepdf.Encryption(owner="owner", user=user, R=strength))

    with pytest.raises(MalformedInputError, match="pdf_encrypted"):
        read_pdf_card(output.getvalue())
    verdict = verify_pdf(output.getvalue(), lists=city.lists(), now=NOW)
    assert (verdict.verdict, verdict.intact.codes) == (Outcome.UNREADABLE, ("pdf_encrypted",))


def test_the_word_for_encryption_alone_does_not_make_a_file_encrypted(sealed: bytes) -> None:
    with pytest.raises(SignatureInvalidError, match="pdf_bytes_after_seal"):
        read_pdf_card(sealed + b"% /Encrypt 1 0 R\n")


def test_a_pdf_without_card_is_no_card() -> None:
    writer = PdfFileWriter()
    writer.insert_page(blank_page())
    output = BytesIO()
    writer.write(output)

    with pytest.raises(MalformedInputError, match="pdf_not_a_card"):
        read_pdf_card(output.getvalue())


def blank_page() -> generic.DictionaryObject:
    size = generic.ArrayObject([generic.NumberObject(number) for number in (0, 0, 200, 200)])
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/MediaBox"): size,
            pdf_name("/Resources"): generic.DictionaryObject(),
        }
    )


def test_a_page_without_seal_is_named(city: SmallCity) -> None:
    with pytest.raises(SignatureInvalidError, match="pdf_seal_missing"):
        read_pdf_card(city.unsealed_pdf(city.signed_card()))


def open_action(writer: PdfFileWriter) -> None:
    writer.root["/OpenAction"] = javascript()


def document_script(writer: PdfFileWriter) -> None:
    scripts = generic.DictionaryObject(
        {pdf_name("/Names"): generic.ArrayObject([pdf_string("a"), writer.add_object(javascript())])}
    )
    writer.root["/Names"]["/JavaScript"] = scripts


def page_action(writer: PdfFileWriter) -> None:
    page, _ = writer.find_page_for_modification(0)
    page.get_object()["/AA"] = generic.DictionaryObject({pdf_name("/O"): javascript()})


def link_annotation(writer: PdfFileWriter) -> None:
    link = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Link"),
            pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 9, 9)]),
            pdf_name("/A"): generic.DictionaryObject(
                {pdf_name("/S"): pdf_name("/URI"), pdf_name("/URI"): pdf_string("https://example.org")}
            ),
        }
    )
    page, _ = writer.find_page_for_modification(0)
    page.get_object()["/Annots"] = generic.ArrayObject([writer.add_object(link)])


def outline_action(writer: PdfFileWriter) -> None:
    item = generic.DictionaryObject({pdf_name("/Title"): pdf_string("x"), pdf_name("/A"): javascript()})
    writer.root["/Outlines"] = generic.DictionaryObject({pdf_name("/First"): writer.add_object(item)})


def javascript() -> generic.DictionaryObject:
    return generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("app.alert(1)")}
    )


@pytest.mark.parametrize("change", [open_action, document_script, page_action, link_annotation, outline_action])
def test_a_page_that_acts_is_refused_although_its_seal_is_sound(city: SmallCity, change: object) -> None:
    with pytest.raises(SignatureInvalidError, match="pdf_acts"):
        read_pdf_card(change_before_sealing(city, change))


def second_file(writer: PdfFileWriter) -> None:
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    names.append(pdf_string("khac.xml"))
    names.append(names.raw_get(1))


def other_name(writer: PdfFileWriter) -> None:
    writer.root["/AF"][0]["/UF"] = pdf_string("khac.xml")


def other_relationship(writer: PdfFileWriter) -> None:
    writer.root["/AF"][0]["/AFRelationship"] = pdf_name("/Data")


def other_associated_file(writer: PdfFileWriter) -> None:
    twin = generic.DictionaryObject(dict(writer.root["/AF"][0]))
    writer.root["/AF"] = generic.ArrayObject([writer.add_object(twin)])


@pytest.mark.parametrize("change", [second_file, other_name, other_relationship, other_associated_file])
def test_other_attachments_than_the_one_are_refused(city: SmallCity, change: object) -> None:
    with pytest.raises(SignatureInvalidError, match="pdf_attachments_unexpected"):
        read_pdf_card(change_before_sealing(city, change))


def test_a_file_that_grows_without_measure_is_refused(city: SmallCity) -> None:
    def blow_up(writer: PdfFileWriter) -> None:
        stream = writer.root["/AF"][0]["/EF"].raw_get("/F").get_object()
        stream._data = b" " * 30_000_000
        stream._encoded_data = None

    with pytest.raises(LimitExceededError, match="pdf_expands_too_much"):
        read_pdf_card(change_before_sealing(city, blow_up))
