"""Every refusal of a card's XML signatures, by name; forged structures are vectors (``tests/vectors/signed_xml``)."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backend.signing.file_keys import FileSigningKey
from backend.signing.sign_xml import sign_card
from tests.verifier.hand_signed import RSA_SHA1, RSA_SHA512, SHA1, Choices, add_school_signature, key_info
from tests.verifier.small_city import MANAGER_CODE, SIGNED_AT, SmallCity, a_record, small_city
from verifier.errors import SignatureInvalidError, UntrustedKeyError
from verifier.record.card_document import SignerRole, read_card
from verifier.signature_element import C14N, EXCLUSIVE_C14N
from verifier.xml_signature import VerifiedCard, verify_card_signatures

C14N_1_1 = "http://www.w3.org/2006/12/xml-c14n11"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
SIGNING_TIME = (
    '<Object Id="{id}"><SignatureProperties><SignatureProperty Target="x"><SigningTime>{time}</SigningTime>'
    "</SignatureProperty></SignatureProperties></Object>"
)


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture(scope="module")
def without_school(city: SmallCity) -> bytes:
    """A card that waits for the school's signature."""
    card = sign_card(city.unsigned_card(), role=SignerRole.HOMEROOM_TEACHER, key=city.teacher, now=SIGNED_AT)
    return sign_card(card, role=SignerRole.MANAGER, key=city.manager, personal_code=MANAGER_CODE, now=SIGNED_AT)


def verify(card: bytes) -> VerifiedCard:
    return verify_card_signatures(read_card(card))


def test_a_signed_card_gives_its_record_and_signers(city: SmallCity) -> None:
    card = verify(city.signed_card())

    assert card.record.transcript == a_record().transcript
    assert [(s.role.value, s.signer, s.claimed_at) for s in card.signatures] == [
        ("homeroom_teacher", "Phạm Thị Mai", SIGNED_AT),
        ("manager", "Lê Văn Hòa", SIGNED_AT),
        ("school", "Trường Tiểu học Hoa Sen", SIGNED_AT),
    ]
    assert all(signature.doubts == () for signature in card.signatures)


@pytest.mark.parametrize(
    "choices",
    [
        Choices(),
        Choices(transforms=()),
        Choices(canonicalisation=EXCLUSIVE_C14N, transforms=(EXCLUSIVE_C14N,), exclusive=True),
        Choices(target_ids=("data", "when"), object_xml=SIGNING_TIME.format(id="when", time="2026-05-28T09:00:00")),
        Choices(target_ids=("when", "data"), object_xml=SIGNING_TIME.format(id="when", time="2026-05-28T09:00:00")),
    ],
    ids=["plain", "no transform", "exclusive", "with its time", "time first"],
)
@pytest.mark.parametrize("kind", ["school", "teacher"], ids=["RSA", "P-256"])
def test_allowed_forms_are_accepted(city: SmallCity, without_school: bytes, choices: Choices, kind: str) -> None:
    card = add_school_signature(without_school, getattr(city, kind), choices)

    assert verify(card).record.transcript == a_record().transcript


def test_2088_shape_with_all_signatures_beside_the_data_is_accepted(city: SmallCity) -> None:
    card = verify(shape_of_2088(city))

    assert card.record.transcript == a_record().transcript
    assert [signature.role for signature in card.signatures] == list(SignerRole)[1:]


def shape_of_2088(city: SmallCity) -> bytes:
    """``DU_LIEU_HOC_BA`` holds the data itself; everybody signs it from ``DANH_SACH_THONG_TIN_KY``."""
    from tests.verifier.hand_signed import make_signature  # noqa: PLC0415  # only this test builds that shape

    unsigned = city.unsigned_card()
    unsigned = unsigned.replace(b'<THONG_TIN_HOC_BA Id="thongtinhocba">', b"").replace(b"</THONG_TIN_HOC_BA>", b"")
    signed = "".join(
        f"<{role}>{make_signature(unsigned, key, Choices())}</{role}>"
        for role, key in (("GVCN", city.teacher), ("CBQL", city.manager), ("KY_PHAT_HANH", city.school))
    )
    signers = f"</DU_LIEU_HOC_BA><DANH_SACH_THONG_TIN_KY>{signed}</DANH_SACH_THONG_TIN_KY>"
    return unsigned.replace(b"</DU_LIEU_HOC_BA>", signers.encode())


@pytest.mark.parametrize(
    ("choices", "error", "code"),
    [
        (Choices(algorithm=RSA_SHA1), UntrustedKeyError, "algorithm_sha1"),
        (Choices(digest=SHA1), UntrustedKeyError, "algorithm_sha1"),
        (Choices(algorithm=RSA_SHA512), UntrustedKeyError, "algorithm_not_allowed"),
        (Choices(canonicalisation=C14N_1_1), SignatureInvalidError, "transform_not_allowed"),
        (Choices(canonicalisation=C14N + "#WithComments"), SignatureInvalidError, "transform_not_allowed"),
        (Choices(transforms=(C14N, C14N)), SignatureInvalidError, "transform_not_allowed"),
        (Choices(transforms=(XPATH,)), SignatureInvalidError, "transform_not_allowed"),
        (
            Choices(transforms=("http://www.w3.org/2000/09/xmldsig#enveloped-signature", C14N)),
            SignatureInvalidError,
            "transform_not_allowed",
        ),
        (Choices(target_ids=("thongtinhocba",)), SignatureInvalidError, "reference_unexpected"),
        (Choices(target_ids=("data", "thongtinhocba")), SignatureInvalidError, "reference_unexpected"),
        (Choices(target_ids=("data", "data")), SignatureInvalidError, "reference_unexpected"),
        (Choices(key_info="<KeyInfo><KeyName>x</KeyName></KeyInfo>"), SignatureInvalidError, "key_info_malformed"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name(
    city: SmallCity, without_school: bytes, choices: Choices, error: type[Exception], code: str
) -> None:
    card = add_school_signature(without_school, city.school, choices)

    with pytest.raises(error, match=code) as raised:
        verify(card)
    assert raised.value.details["role"] == "school"  # type: ignore[attr-defined]  # both have details


def test_a_key_of_1024_bits_is_refused(city: SmallCity, without_school: bytes) -> None:
    weak = city.schools.issue("Khoá yếu", kind="rsa", bits=1024)

    with pytest.raises(UntrustedKeyError, match="key_too_weak"):
        verify(add_school_signature(without_school, weak))


def test_another_curve_than_p256_is_refused(city: SmallCity, without_school: bytes) -> None:
    other = FileSigningKey.__new__(FileSigningKey)
    other._private_key = ec.generate_private_key(ec.SECP384R1())
    other.certificate = city.schools.certify("Đường cong khác", other._private_key.public_key())

    with pytest.raises(UntrustedKeyError, match="key_kind_not_allowed"):
        verify(add_school_signature(without_school, other))


def test_two_certificates_are_refused(city: SmallCity, without_school: bytes) -> None:
    choices = Choices(key_info=key_info(city.school, city.manager))

    with pytest.raises(SignatureInvalidError, match="key_info_malformed"):
        verify(add_school_signature(without_school, city.school, choices))


def test_the_certificate_of_another_key_is_refused(city: SmallCity, without_school: bytes) -> None:
    choices = Choices(key_info=key_info(city.manager))

    with pytest.raises(SignatureInvalidError, match="xml_signature_wrong"):
        verify(add_school_signature(without_school, city.school, choices))


@pytest.mark.parametrize(("missing", "role"), [("KY_PHAT_HANH", "school"), ("CBQL", "manager")])
def test_a_missing_signature_is_named(city: SmallCity, missing: str, role: str) -> None:
    card = city.signed_card()
    start, end = card.index(f"<{missing}>".encode()), card.index(f"</{missing}>".encode())

    with pytest.raises(SignatureInvalidError, match="signature_missing") as raised:
        verify(card[:start] + card[end + len(missing) + 3 :])
    assert raised.value.details == {"role": role}


def test_a_changed_mark_breaks_the_first_signature_over_it(city: SmallCity) -> None:
    card = city.signed_card().replace(b"<DIEM_KIEM_TRA_DINH_KY>8<", b"<DIEM_KIEM_TRA_DINH_KY>9<", 1)

    with pytest.raises(SignatureInvalidError, match="xml_data_altered") as raised:
        verify(card)
    assert raised.value.details == {"role": "homeroom_teacher"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"<NGAY_KY>2026-05-28T09:00:00+07:00<", b"<NGAY_KY>2026-05-28T08:00:00+07:00<", "unsigned_date_differs"),
        (b"<SO_CCCD>999180000011<", b"<SO_CCCD>999180000099<", "unsigned_code_differs"),
        ("<X509SubjectName>CN=Lê Văn".encode(), "<X509SubjectName>CN=Lê Thị".encode(), "unsigned_name_differs"),
        (b'Id="ky-manager"', b'Id="ky-nobody"', "unsigned_label_differs"),
    ],
)
def test_what_stands_unsigned_beside_the_managers_signature_is_compared(
    city: SmallCity, old: bytes, new: bytes, code: str
) -> None:
    card = city.signed_card()
    issue = card.index(b"<PHAT_HANH_HOC_BA>")
    label = card[issue:].split(b' Id="', 1)[1].split(b'"', 1)[0]
    old = b'Id="' + label + b'"' if code == "unsigned_label_differs" else old
    changed = card[:issue] + card[issue:].replace(old, new, 1)
    assert changed != card

    doubts = {signature.role: signature.doubts for signature in verify(changed).signatures}

    assert doubts[SignerRole.MANAGER] == (code,)
    assert doubts[SignerRole.SCHOOL] == ()


@pytest.mark.parametrize(
    "spelling",
    [
        "CN=Lê Văn Hòa,O=Thành phố Mẫu,C=VN",
        "C=VN, O=Thành phố Mẫu, CN=Lê Văn Hòa",
        "OID.2.5.4.3=Lê Văn Hòa, O=Thành phố Mẫu, C=VN",
    ],
)
def test_the_usual_spellings_of_a_subject_are_one_name(city: SmallCity, spelling: str) -> None:
    card = city.signed_card()
    issue = card.index(b"<PHAT_HANH_HOC_BA>")
    name = b"<X509SubjectName>" + card[issue:].split(b"<X509SubjectName>", 1)[1].split(b"<", 1)[0]
    changed = card[:issue] + card[issue:].replace(name, f"<X509SubjectName>{spelling}".encode(), 1)

    assert all(signature.doubts == () for signature in verify(changed).signatures)
