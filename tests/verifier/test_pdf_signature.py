"""The seal of a PDF: what it proves, and what keeps it from proving anything."""

import datetime as dt
import re

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.serialization import Encoding

from tests.verifier.authority import Authority
from tests.verifier.small_city import NOW, SIGNED_AT, SmallCity, small_city
from verifier.errors import SignatureInvalidError, UntrustedKeyError
from verifier.pdf_signature import PdfSeal, verify_pdf_seal
from verifier.pdf_structure import read_pdf_card

SEALED_AT = SIGNED_AT + dt.timedelta(days=1)


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture(scope="module")
def sealed(city: SmallCity) -> bytes:
    return city.sealed_pdf()


def verify(pdf: bytes, *authorities: Authority, now: dt.datetime = NOW) -> PdfSeal:
    listed = [authority.der for authority in authorities]
    return verify_pdf_seal(read_pdf_card(pdf), timestamp_authorities=listed, listed_certificates=listed, now=now)


def test_a_sound_seal_proves_its_time(city: SmallCity, sealed: bytes) -> None:
    assert verify(sealed, city.timestamps) == PdfSeal(
        certificate=city.pdf_seal.certificate.public_bytes(Encoding.DER),
        signer="Dấu học bạ số",
        claimed_at=SEALED_AT,
        proved_at=SEALED_AT,
        timestamp_authority="Dấu thời gian mẫu",
        time_problem=None,
    )


def test_a_changed_byte_of_the_page_is_noticed(city: SmallCity, sealed: bytes) -> None:
    position = sealed.index(b"stream") + 40
    changed = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]

    with pytest.raises(SignatureInvalidError, match="pdf_data_altered"):
        verify(changed, city.timestamps)


def test_a_timestamp_of_an_authority_that_nobody_lists_proves_nothing(sealed: bytes) -> None:
    stranger = Authority("CA lạ")

    seal = verify(sealed, stranger)

    assert (seal.proved_at, seal.time_problem) == (None, "timestamp_not_trusted")


def test_no_listed_authority_proves_nothing(sealed: bytes) -> None:
    assert verify(sealed).time_problem == "timestamp_not_trusted"


def test_a_seal_without_timestamp_proves_no_time(city: SmallCity, sealed: bytes) -> None:
    seal = verify(without_unsigned_attributes(sealed), city.timestamps)

    assert (seal.proved_at, seal.time_problem) == (None, "timestamp_missing")


def without_unsigned_attributes(pdf: bytes) -> bytes:
    """The same signature without its timestamp, in the same room."""
    content = cms.ContentInfo.load(read_pdf_card(pdf).cms)
    signer = content["content"]["signer_infos"][0]
    bare = cms.SignerInfo({name: signer[name] for name in signer if name != "unsigned_attrs"})
    content["content"]["signer_infos"] = [bare]
    return _replace(pdf, content)


def gap_of(pdf: bytes) -> tuple[int, int]:
    """Where the signature's own bytes stand, brackets included."""
    match = re.search(rb"/ByteRange ?\[\s*0 (\d+) (\d+) \d+\s*\]", pdf)
    assert match is not None
    return int(match[1]), int(match[2])


def test_an_ended_timestamp_certificate_proves_no_time_any_more(city: SmallCity) -> None:
    short = city.timestamps.issue("Ngắn hạn", timestamping=True, until=SEALED_AT + dt.timedelta(days=3))

    seal = verify(city.sealed_pdf(timestamp_key=short), city.timestamps)

    assert (seal.proved_at, seal.time_problem) == (None, "timestamp_certificate_ended")


def test_a_timestamp_by_a_certificate_for_other_uses_is_not_trusted(city: SmallCity) -> None:
    wrong = city.timestamps.issue("Không phải dấu thời gian")

    assert verify(city.sealed_pdf(timestamp_key=wrong), city.timestamps).time_problem == "timestamp_not_trusted"


def test_a_timestamp_after_now_proves_nothing(city: SmallCity) -> None:
    pdf = city.sealed_pdf(sealed_at=NOW + dt.timedelta(hours=1))

    assert verify(pdf, city.timestamps).time_problem == "timestamp_in_future"


def test_the_timestamp_of_another_card_is_a_forgery(city: SmallCity, sealed: bytes) -> None:
    own = token_of(sealed)
    # ECDSA signatures differ in length by a byte or two; one of the same length fits into the same place.
    others = (token_of(city.sealed_pdf()) for _ in range(100))
    other = next(token for token in others if len(token) == len(own))
    changed = sealed.replace(own.hex().upper().encode(), other.hex().upper().encode())
    assert changed != sealed

    with pytest.raises(SignatureInvalidError, match="timestamp_of_something_else"):
        verify(changed, city.timestamps)


def token_of(pdf: bytes) -> bytes:
    """The timestamp of a seal."""
    signer = cms.ContentInfo.load(read_pdf_card(pdf).cms)["content"]["signer_infos"][0]
    token: bytes = signer["unsigned_attrs"][0]["values"][0].dump()
    return token


def _replace(pdf: bytes, content: cms.ContentInfo) -> bytes:
    start, end = gap_of(pdf)
    digits: bytes = content.dump(force=True).hex().upper().encode()
    return pdf[:start] + b"<" + digits.ljust(end - start - 2, b"0") + b">" + pdf[end:]


def test_a_weak_sealing_key_is_refused(city: SmallCity) -> None:
    weak = city.department.issue("Khoá yếu", kind="rsa", bits=1024)

    with pytest.raises(UntrustedKeyError, match="key_too_weak"):
        verify(city.sealed_pdf(key=weak), city.timestamps)


def test_an_rsa_seal_is_accepted(city: SmallCity) -> None:
    assert verify(city.sealed_pdf(key=city.school), city.timestamps).signer == "Trường Tiểu học Hoa Sen"


@pytest.mark.parametrize("spelling", ["lower case of one digit", "a bit in the padding"])
def test_another_spelling_of_the_same_signature_is_refused(sealed: bytes, spelling: str) -> None:
    start, end = gap_of(sealed)
    digits = bytearray(sealed[start:end])
    if spelling == "a bit in the padding":
        digits[-2] = ord("1")
    else:
        position = next(i for i, digit in enumerate(digits) if digit in b"ABCDEF")
        digits[position] |= 0x20

    with pytest.raises(SignatureInvalidError, match="pdf_seal_partial"):
        read_pdf_card(sealed[:start] + bytes(digits) + sealed[end:])


def test_a_stranger_certificate_beside_the_signers_is_refused(city: SmallCity) -> None:
    accompanied = city.department.issue("Có kèm")
    accompanied.chain = (city.manager.certificate,)

    with pytest.raises(SignatureInvalidError, match="pdf_signature_malformed"):
        verify(city.sealed_pdf(key=accompanied), city.timestamps)
    seal = verify_pdf_seal(
        read_pdf_card(city.sealed_pdf(key=accompanied)),
        timestamp_authorities=[city.timestamps.der],
        listed_certificates=[city.manager.certificate.public_bytes(Encoding.DER)],
        now=NOW,
    )
    assert seal.time_problem is None
