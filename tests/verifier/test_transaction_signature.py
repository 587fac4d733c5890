"""The school's signature over a list of cards."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from backend.signing.file_keys import FileSigningKey
from backend.signing.sign_xml import sign_transaction
from tests.verifier.hand_signed import RSA_SHA1, Choices, make_signature
from tests.verifier.small_city import SmallCity, small_city
from verifier.errors import SignatureInvalidError, UntrustedKeyError
from verifier.record.split_list import split_list
from verifier.signature_element import C14N, ENVELOPED, EXCLUSIVE_C14N
from verifier.xml_signature import verify_transaction


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture(scope="module")
def cards(city: SmallCity) -> list[bytes]:
    card = city.signed_card()
    return [card, card]


def der(key: FileSigningKey) -> bytes:
    return key.certificate.public_bytes(Encoding.DER)


@pytest.mark.parametrize("signer", ["school", "teacher"], ids=["RSA", "P-256"])
def test_the_list_that_the_project_itself_signs_is_verified(city: SmallCity, cards: list[bytes], signer: str) -> None:
    key = getattr(city, signer)

    transaction = sign_transaction(cards, key=key)

    assert verify_transaction(transaction) == der(key)
    assert list(split_list(transaction)) == cards


def sign_by_hand(opening: str, between: bytes, cards: list[bytes], key: FileSigningKey, choices: Choices) -> bytes:
    """A list with white space and namespaces, as other software writes it."""
    unsigned = opening.encode() + between + between.join(cards) + between + b"</DANH_SACH_HOC_BA>"
    signature = make_signature(unsigned, key, choices).encode()
    return unsigned[: -len(b"</DANH_SACH_HOC_BA>")] + signature + b"</DANH_SACH_HOC_BA>"


ENVELOPED_ONLY = Choices(target_ids=("dataDanhSach",), transforms=(ENVELOPED,))
ENVELOPED_C14N = Choices(target_ids=("dataDanhSach",), transforms=(ENVELOPED, C14N))
ENVELOPED_EXCLUSIVE = Choices(
    target_ids=("dataDanhSach",),
    transforms=(ENVELOPED, EXCLUSIVE_C14N),
    canonicalisation=EXCLUSIVE_C14N,
    exclusive=True,
)


@pytest.mark.parametrize("choices", [ENVELOPED_ONLY, ENVELOPED_C14N, ENVELOPED_EXCLUSIVE])
@pytest.mark.parametrize(
    "opening",
    [
        '<DANH_SACH_HOC_BA id="dataDanhSach">',
        '<DANH_SACH_HOC_BA Id="dataDanhSach" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    ],
)
@pytest.mark.parametrize("between", [b"", b"\n  ", b"\r\n"], ids=["nothing", "line ends", "carriage returns"])
def test_lists_of_other_software_are_verified(
    city: SmallCity, cards: list[bytes], opening: str, between: bytes, choices: Choices
) -> None:
    transaction = sign_by_hand(opening, between, cards, city.school, choices)

    assert verify_transaction(transaction) == der(city.school)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<DIEM_KIEM_TRA_DINH_KY>8<", b"<DIEM_KIEM_TRA_DINH_KY>9<"),
        (b"</HOC_BA><HOC_BA>", b"</HOC_BA>\n<HOC_BA>"),
        (b'<DANH_SACH_HOC_BA id="dataDanhSach">', b'<DANH_SACH_HOC_BA id="dataDanhSach" x="1">'),
        (b"<Signature ", b" <Signature "),
    ],
    ids=["a mark", "space between cards", "an attribute of the list", "space before the signature"],
)
def test_a_changed_list_is_refused(city: SmallCity, cards: list[bytes], old: bytes, new: bytes) -> None:
    transaction = sign_transaction(cards, key=city.school)
    head, _, tail = transaction.rpartition(old)

    with pytest.raises(SignatureInvalidError, match="transaction_altered"):
        verify_transaction(head + new + tail)


def test_a_card_added_dropped_or_moved_is_refused(city: SmallCity, cards: list[bytes]) -> None:
    other = city.signed_card(city.unsigned_card(record_id="7d3e1f20-1111-4222-8333-444455556666"))
    transaction = sign_transaction([cards[0], other], key=city.school)

    for changed in (
        transaction.replace(other, b"", 1),
        transaction.replace(other, other + other, 1),
        transaction.replace(cards[0] + other, other + cards[0], 1),
    ):
        with pytest.raises(SignatureInvalidError, match="transaction_altered"):
            verify_transaction(changed)


def test_a_wrong_value_is_refused(city: SmallCity, cards: list[bytes]) -> None:
    transaction = sign_transaction(cards, key=city.school)
    head, mark, tail = transaction.rpartition(b"<SignatureValue>")
    changed = head + mark + (b"A" if tail[:1] != b"A" else b"B") + tail[1:]

    with pytest.raises(SignatureInvalidError, match="transaction_signature_wrong"):
        verify_transaction(changed)


def test_a_list_without_signature_is_refused(cards: list[bytes]) -> None:
    with pytest.raises(SignatureInvalidError, match="transaction_signature_missing"):
        verify_transaction(b'<DANH_SACH_HOC_BA id="dataDanhSach">' + b"".join(cards) + b"</DANH_SACH_HOC_BA>")


def test_a_signature_before_the_cards_is_refused(city: SmallCity, cards: list[bytes]) -> None:
    transaction = sign_transaction(cards, key=city.school)
    start = transaction.rindex(b"<Signature ")
    signature = transaction[start : -len(b"</DANH_SACH_HOC_BA>")]
    moved = transaction.replace(signature, b"").replace(b'"dataDanhSach">', b'"dataDanhSach">' + signature, 1)

    with pytest.raises(SignatureInvalidError, match="transaction_signature_misplaced"):
        verify_transaction(moved)


@pytest.mark.parametrize(
    ("choices", "error", "code"),
    [
        (Choices(target_ids=("dataDanhSach",), transforms=(C14N,)), SignatureInvalidError, "transform_not_allowed"),
        (Choices(target_ids=("data",), transforms=(ENVELOPED,)), SignatureInvalidError, "reference_unexpected"),
        (
            Choices(target_ids=("dataDanhSach",), transforms=(ENVELOPED,), algorithm=RSA_SHA1),
            UntrustedKeyError,
            "algorithm_sha1",
        ),
    ],
)
def test_other_forms_are_refused_by_name(
    city: SmallCity, cards: list[bytes], choices: Choices, error: type[Exception], code: str
) -> None:
    transaction = sign_by_hand('<DANH_SACH_HOC_BA id="dataDanhSach">', b"", cards[:1], city.school, choices)

    with pytest.raises(error, match=code):
        verify_transaction(transaction)
