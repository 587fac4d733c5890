"""Everything that strangers hand in by mistake or on purpose, by name, with the verdict it must get.

The same table goes through the functions, the command and the web, so that the three never differ.
"""

import random
from collections.abc import Callable
from io import BytesIO

from msgspec import Struct
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import StandardSecurityHandler
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter, copy_into_new_writer

from tests.verifier.qr_photos import blank_photo, photo_of, two_codes
from tests.verifier.small_city import PUBLIC_URL, SmallCity
from verifier.capsule import Capsule, capsule_url
from verifier.capsule_payload import pack_capsule
from verifier.cose import sign_cose
from verifier.deterministic_cbor import encode_cbor
from verifier.verdict import Outcome

CWT_CLAIM = -65537


class BadInput(Struct, frozen=True):
    """One input with the verdict and code that it must get."""

    name: str
    make: Callable[[SmallCity], bytes]
    outcome: Outcome
    code: str


def _noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)  # noqa: S311  # the same noise in every run


def _card_of(content: bytes) -> bytes:
    return b"<HOC_BA>" + content + b"</HOC_BA>"


def _changed_page(city: SmallCity) -> bytes:
    pdf = city.sealed_pdf()
    position = pdf.index(b"stream") + 40
    return pdf[:position] + bytes([pdf[position] ^ 1]) + pdf[position + 1 :]


def _changed_mark(city: SmallCity) -> bytes:
    return city.signed_card().replace(b"DINH_KY>8<", b"DINH_KY>9<", 1)


def _plain_pdf() -> bytes:
    writer = PdfFileWriter()
    size = generic.ArrayObject([generic.NumberObject(number) for number in (0, 0, 200, 200)])
    page = {"/Type": pdf_name("/Page"), "/MediaBox": size, "/Resources": generic.DictionaryObject()}
    writer.insert_page(generic.DictionaryObject({pdf_name(key): value for key, value in page.items()}))
    return _written(writer)


def _encrypted_pdf(city: SmallCity) -> bytes:
    writer = copy_into_new_writer(PdfFileReader(BytesIO(city.unsealed_pdf(city.signed_card()))))
    writer._assign_security_handler(StandardSecurityHandler.build_from_pw("owner", "user"))
    return _written(writer)


def _written(writer: PdfFileWriter) -> bytes:
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def _sealed(city: SmallCity, qr_text: str) -> bytes:
    return city.sealed_pdf(unsealed=city.unsealed_pdf(city.first_card(), qr_text=qr_text))


def _two_qrs(city: SmallCity) -> bytes:
    return city.sealed_pdf(unsealed=city.unsealed_pdf(city.first_card(), second_qr_text=_other_text(city)))


def _other_text(city: SmallCity) -> str:
    return city.capsule_text(b"<HOC_BA>khac</HOC_BA>")


def _better(city: SmallCity) -> str:
    """A capsule that the department's key sealed, over the right XML, with other marks."""
    return capsule_url(PUBLIC_URL, city.capsule(city.first_card(), city.better_record()))


def _xml_bomb() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE HOC_BA [<!ENTITY a0 "ha">{entities}]><HOC_BA>&a9;</HOC_BA>'.encode()


def _two_records(city: SmallCity) -> bytes:
    card = city.signed_card()
    start, end = card.index(b"<DU_LIEU_HOC_BA"), card.index(b"</DU_LIEU_HOC_BA>") + len(b"</DU_LIEU_HOC_BA>")
    second = card[start:end].replace(b' Id="', b' Id="hai-')
    return card[:end] + second + card[end:]


def _strange_version(city: SmallCity) -> str:
    sealed = Capsule(city.record().transcript, city.issued_at, b"\0" * 32)
    items = pack_capsule(sealed)
    items[0] = 99
    payload = encode_cbor({CWT_CLAIM: items})
    return capsule_url(PUBLIC_URL, sign_cose(payload, key=city.capsule_key, kid=city.capsule_key.kid))


def _strange_key(city: SmallCity) -> str:
    return city.capsule_text(key=city.stranger_capsule_key)


def _changed_digit(city: SmallCity) -> str:
    """A digit near the end changes the signature and nothing else."""
    text = city.capsule_text()
    last = text[-5]
    return text[:-5] + str((int(last) + 1) % 10) + text[-4:]


UNREADABLE, ALTERED, UNTRUSTED = Outcome.UNREADABLE, Outcome.ALTERED, Outcome.UNTRUSTED

BAD_INPUTS = (
    BadInput("nothing", lambda _: b"", UNREADABLE, "input_not_recognised"),
    BadInput("noise", lambda _: _noise(50_000), UNREADABLE, "input_not_recognised"),
    BadInput("noise_that_begins_as_pdf", lambda _: b"%PDF-1.7\n" + _noise(9_000), UNREADABLE, "pdf_truncated"),
    BadInput("plain_text", lambda _: "Học bạ của em".encode(), UNREADABLE, "capsule_text_malformed"),
    BadInput("web_page", lambda _: b"<!doctype html><html></html>", UNREADABLE, "xml_has_doctype"),
    BadInput("pdf_that_is_no_card", lambda _: _plain_pdf(), UNREADABLE, "pdf_not_a_card"),
    BadInput("pdf_encrypted", _encrypted_pdf, UNREADABLE, "pdf_encrypted"),
    BadInput("pdf_truncated", lambda city: city.sealed_pdf()[:20_000], UNREADABLE, "pdf_truncated"),
    BadInput("pdf_with_a_byte_behind", lambda city: city.sealed_pdf() + b"\0", ALTERED, "pdf_bytes_after_seal"),
    BadInput("pdf_with_a_changed_byte", _changed_page, ALTERED, "pdf_data_altered"),
    BadInput("pdf_without_seal", lambda city: city.unsealed_pdf(city.signed_card()), ALTERED, "pdf_seal_missing"),
    BadInput("pdf_without_qr", lambda city: _sealed(city, ""), ALTERED, "qr_missing"),
    BadInput("pdf_with_the_qr_of_another_card", lambda c: _sealed(c, _other_text(c)), ALTERED, "qr_of_other_xml"),
    BadInput("pdf_whose_qr_says_better_marks", lambda c: _sealed(c, _better(c)), ALTERED, "qr_says_otherwise"),
    BadInput("pdf_with_two_different_qrs", _two_qrs, ALTERED, "qr_several_capsules"),
    BadInput("pdf_sealed_by_a_stranger", lambda c: c.sealed_pdf(key=c.stranger), UNTRUSTED, "sealer_unknown"),
    BadInput("xml_bomb", lambda _: _xml_bomb(), UNREADABLE, "xml_has_doctype"),
    BadInput("xml_deep", lambda _: _card_of(b"<a>" * 5_000 + b"</a>" * 5_000), UNREADABLE, "xml_not_well_formed"),
    BadInput("xml_wide", lambda _: _card_of(b"<a/>" * 30_000), UNREADABLE, "xml_too_many_elements"),
    BadInput("xml_large", lambda _: _card_of(b" " * 1_000_001), UNREADABLE, "xml_too_large"),
    BadInput("xml_of_two_records", _two_records, UNREADABLE, "xml_element_repeated"),
    BadInput("xml_with_a_changed_mark", _changed_mark, ALTERED, "xml_data_altered"),
    BadInput("xml_unsigned", lambda city: city.unsigned_card(), UNTRUSTED, "signature_missing"),
    BadInput(
        "xml_signed_by_a_stranger", lambda c: c.signed_card(school=c.stranger), UNTRUSTED, "certificate_not_approved"
    ),
    BadInput("photo_of_nothing", lambda _: blank_photo(), UNREADABLE, "photo_without_qr"),
    BadInput("photo_of_another_qr", lambda _: photo_of("https://example.org/menu"), UNREADABLE, "qr_is_no_capsule"),
    BadInput(
        "photo_of_two_cards", lambda c: two_codes(c.capsule_text(), _other_text(c)), UNREADABLE, "qr_several_capsules"
    ),
    BadInput("photo_truncated", lambda city: photo_of(city.capsule_text())[:500], UNREADABLE, "photo_malformed"),
    BadInput("qr_of_unknown_version", lambda c: _strange_version(c).encode(), UNREADABLE, "capsule_version_unknown"),
    BadInput("qr_of_unknown_key", lambda c: _strange_key(c).encode(), UNTRUSTED, "key_unknown"),
    BadInput("qr_with_a_changed_digit", lambda c: _changed_digit(c).encode(), ALTERED, "cose_signature_invalid"),
)
