import base64
import hashlib
from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.verifier import SignatureConfiguration

from backend.signing.errors import NotSignableError, SigningError
from backend.signing.file_keys import FileSigningKey
from backend.signing.sign_xml import prepare_card_signature, sign_card, sign_transaction
from tests.backend.conftest import MakeKey
from verifier.record.card_document import SignerRole
from verifier.xml_signature import _RootVerifier

CARD = (
    '<HOC_BA><DU_LIEU_HOC_BA Id="data"><THONG_TIN_HOC_BA Id="thongtinhocba"><THONG_TIN_CHUNG>'
    "<HO_VA_TEN>Lê Thị Bưởi</HO_VA_TEN><NHAN_XET>viết &lt;đẹp&gt; &amp; &#13;rõ</NHAN_XET>"
    "</THONG_TIN_CHUNG></THONG_TIN_HOC_BA></DU_LIEU_HOC_BA></HOC_BA>"
).encode()
DS = "{http://www.w3.org/2000/09/xmldsig#}"


def canonical(element: etree._Element) -> bytes:
    """Inclusive C14N of the element as a document of its own (in place, lxml writes false ``xmlns=""``)."""
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    return etree.tostring(alone, method="c14n")


def check_signature(signature: etree._Element) -> dict[str, etree._Element]:
    """Check by hand, without signxml: every digest, then the value; give what was covered."""
    root = signature.getroottree().getroot()
    signed_info = signature.find(f"{DS}SignedInfo")
    assert signed_info is not None
    covered = {}
    for reference in signed_info.findall(f"{DS}Reference"):
        uri = reference.get("URI") or ""
        (target,) = [element for element in root.iter() if uri[1:] in (element.get("Id"), element.get("id"))]
        payload = etree.fromstring(etree.tostring(target, with_tail=False))
        if signature in target.iterdescendants():
            payload.remove(payload[-1])
        digest = base64.b64encode(hashlib.sha256(canonical(payload)).digest()).decode()
        assert reference.findtext(f"{DS}DigestValue") == digest
        covered[uri] = target
    encoded = signature.findtext(f"{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate")
    certificate = x509.load_der_x509_certificate(base64.b64decode(encoded or ""))
    value = base64.b64decode(signature.findtext(f"{DS}SignatureValue") or "")
    public_key = certificate.public_key()
    if isinstance(public_key, rsa.RSAPublicKey):
        public_key.verify(value, canonical(signed_info), padding.PKCS1v15(), hashes.SHA256())
    else:
        assert isinstance(public_key, ec.EllipticCurvePublicKey)
        der = utils.encode_dss_signature(int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big"))
        public_key.verify(der, canonical(signed_info), ec.ECDSA(hashes.SHA256()))
    return covered


@pytest.fixture
def signed_card(
    teacher_key: FileSigningKey, manager_key: FileSigningKey, school_key: FileSigningKey, now: datetime
) -> bytes:
    card = sign_card(CARD, role=SignerRole.HOMEROOM_TEACHER, key=teacher_key, personal_code="001190000001", now=now)
    card = sign_card(card, role=SignerRole.MANAGER, key=manager_key, personal_code="001180000002", now=now)
    return sign_card(card, role=SignerRole.SCHOOL, key=school_key, now=now)


def test_every_role_signs_what_the_field_expects(signed_card: bytes) -> None:
    root = etree.fromstring(signed_card)
    for path, uri in (
        ("DU_LIEU_HOC_BA/DANH_SACH_THONG_TIN_KY/GVCN", "#thongtinhocba"),
        ("PHAT_HANH_HOC_BA/CBQL", "#data"),
        ("PHAT_HANH_HOC_BA/KY_PHAT_HANH", "#data"),
    ):
        signature = root.find(f"{path}/{DS}Signature")
        assert signature is not None, path
        covered = check_signature(signature)
        assert next(iter(covered)) == uri
        assert len(covered) == 2
        assert list(covered.values())[1].findtext(".//{*}SigningTime") == "2026-05-31T10:00:00+07:00"


def test_subject_and_personal_code_stand_with_the_signature(signed_card: bytes) -> None:
    teacher = etree.fromstring(signed_card).find(".//GVCN")
    assert teacher is not None
    assert teacher.findtext("SO_CCCD") == "001190000001"
    assert teacher.findtext("NGAY_KY") == "2026-05-31T10:00:00+07:00"
    assert teacher.findtext(f".//{DS}X509SubjectName") == "CN=Nguyễn Thị Hằng,C=VN"
    assert etree.fromstring(signed_card).find(".//KY_PHAT_HANH/SO_CCCD") is None


def test_earlier_bytes_stay_when_the_next_role_signs(
    teacher_key: FileSigningKey, manager_key: FileSigningKey, now: datetime
) -> None:
    first = sign_card(CARD, role=SignerRole.HOMEROOM_TEACHER, key=teacher_key, now=now)
    second = sign_card(first, role=SignerRole.MANAGER, key=manager_key, now=now)
    assert first.startswith(CARD[: CARD.index(b"</DU_LIEU_HOC_BA>")])
    assert second.startswith(first[: -len(b"</HOC_BA>")])
    assert second.endswith(b"</CBQL></PHAT_HANH_HOC_BA></HOC_BA>")


def test_ids_are_not_repeated(signed_card: bytes) -> None:
    ids = [element.get("Id") for element in etree.fromstring(signed_card).iter() if element.get("Id")]
    assert len(ids) == len(set(ids)) == 8


def test_role_cannot_sign_twice(teacher_key: FileSigningKey, now: datetime) -> None:
    card = sign_card(CARD, role=SignerRole.HOMEROOM_TEACHER, key=teacher_key, now=now)
    with pytest.raises(NotSignableError, match="role_signed_already"):
        sign_card(card, role=SignerRole.HOMEROOM_TEACHER, key=teacher_key, now=now)


def test_teacher_cannot_sign_behind_the_manager(teacher_key: FileSigningKey, now: datetime) -> None:
    card = sign_card(CARD, role=SignerRole.MANAGER, key=teacher_key, now=now)
    with pytest.raises(NotSignableError, match="teacher_after_manager"):
        sign_card(card, role=SignerRole.HOMEROOM_TEACHER, key=teacher_key, now=now)


def test_other_roles_are_not_signed_here(teacher_key: FileSigningKey, now: datetime) -> None:
    with pytest.raises(NotSignableError, match="role_unsupported"):
        sign_card(CARD, role=SignerRole.SUBJECT_TEACHER, key=teacher_key, now=now)


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (b"<HOC_BA>", "xml_malformed"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><HOC_BA/>', "xml_malformed"),
        (b"<HOC_BA/>", "not_a_card"),
        (CARD.replace(b"</HOC_BA>", b"<!-- </HOC_BA> --></HOC_BA>"), "xml_malformed"),
        (CARD.replace(b"<HOC_BA>", b'<HOC_BA xmlns:a="https://example.vn/?b&amp;c">'), "xml_malformed"),
        (CARD.replace(b"\xc3\xaa Th", b"<![CDATA[</DU_LIEU_HOC_BA>]]>"), "xml_malformed"),
        (CARD.replace(b"<THONG_TIN_CHUNG>", b'<THONG_TIN_CHUNG id="thongtinhocba">'), "not_a_card"),
        (CARD.replace(b"<THONG_TIN_CHUNG>", b'<THONG_TIN_CHUNG Id="ky-gvcn">'), "not_a_card"),
        (b'<HOC_BA><DU_LIEU_HOC_BA Id="data"/></HOC_BA>', "not_a_card"),
    ],
)
def test_other_xml_is_refused(card: bytes, code: str, teacher_key: FileSigningKey, now: datetime) -> None:
    with pytest.raises(NotSignableError, match=code):
        sign_card(card, role=SignerRole.HOMEROOM_TEACHER, key=teacher_key, now=now)


def test_transaction_holds_the_cards_byte_for_byte(signed_card: bytes, school_key: FileSigningKey) -> None:
    transaction = sign_transaction([signed_card, signed_card], key=school_key)
    assert transaction.startswith(b'<DANH_SACH_HOC_BA id="dataDanhSach">' + signed_card * 2 + b"<Signature ")
    signature = etree.fromstring(transaction)[-1]
    assert list(check_signature(signature)) == ["#dataDanhSach"]
    transforms = [transform.get("Algorithm") for transform in signature.iter(f"{DS}Transform")]
    assert transforms == [
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    ]


@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("role", [SignerRole.HOMEROOM_TEACHER, SignerRole.MANAGER, SignerRole.SCHOOL])
@pytest.mark.parametrize(
    "declarations",
    [b"", b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:a="https://example.vn/?b=1"'],
    ids=["plain", "prefixes in scope"],
)
def test_signature_is_accepted_by_signxml(
    kind: str, role: SignerRole, declarations: bytes, make_key: MakeKey, now: datetime
) -> None:
    key = make_key("Lê Văn Cừ", kind=kind)
    card = sign_card(CARD.replace(b"<HOC_BA", b"<HOC_BA" + declarations), role=role, key=key, now=now)
    root = etree.fromstring(card)
    (signature,) = root.iter(f"{DS}Signature")
    location = etree.ElementTree(root).getelementpath(signature).rpartition("{")[0]
    results = _RootVerifier().verify(
        root,
        x509_cert=key.certificate,
        validate_schema=True,
        expect_config=SignatureConfiguration(
            location=f"./{location}",
            expect_references=2,
            signature_methods=frozenset(
                {SignatureMethod.RSA_SHA256 if kind == "rsa" else SignatureMethod.ECDSA_SHA256}
            ),
            verification_time=now,
            default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
        ),
    )
    assert isinstance(results, list)
    assert len(results) == 2


def test_many_signatures_are_made_by_one_call_of_the_key(manager_key: FileSigningKey, now: datetime) -> None:
    cards = [CARD.replace(b"<HO_VA_TEN>", b"<HO_VA_TEN>%d " % number) for number in range(3)]
    prepared = [
        prepare_card_signature(
            card,
            role=SignerRole.MANAGER,
            certificate=manager_key.certificate,
            personal_code="001180000002",
            now=now,
        )
        for card in cards
    ]
    values = manager_key.sign_hashes([signature.digest for signature in prepared])
    for signature, value, card in zip(prepared, values, cards, strict=True):
        signed = signature.finish(value)
        assert signed.startswith(card[: -len(b"</HOC_BA>")])
        (element,) = etree.fromstring(signed).iter(f"{DS}Signature")
        assert canonical(etree.fromstring(etree.tostring(element[0]))) == signature.to_be_signed
        assert check_signature(element)


def test_a_value_that_is_no_ecdsa_signature_is_refused(manager_key: FileSigningKey, now: datetime) -> None:
    prepared = prepare_card_signature(CARD, role=SignerRole.MANAGER, certificate=manager_key.certificate, now=now)
    with pytest.raises(SigningError, match="signature_value_malformed"):
        prepared.finish(b"\0" * 64)
