from collections.abc import Callable
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import structs

from backend.archive.objects import xml_object_name
from backend.intake.check_card import CardRefusedError, check_card, claimed_record_id, verify_sender
from backend.intake.errors import BatchRefusedError
from backend.messages import catalogue
from backend.signing.sign_xml import sign_card
from tests.verifier.authority import FIRST_DAY, Authority
from tests.verifier.small_city import (
    MANAGER_CODE,
    NOW,
    RECORD_ID,
    SCHOOL_CODE,
    SIGNED_AT,
    TEACHER_CODE,
    SmallCity,
    a_record,
    small_city,
)
from verifier.lists import Lists
from verifier.record.card_document import SignerRole
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card
from verifier.registry import ApprovedCertificate, RegisteredSchool

PUBLIC_URL = "https://hocba.example.vn"
OTHER_SCHOOL = "01000102"


@pytest.fixture
def small() -> SmallCity:
    return small_city()


def _card(small: SmallCity, *, record: Record | None = None, **keys: Any) -> bytes:
    unsigned = write_unsigned_card(
        record or a_record(), manager_personal_code=MANAGER_CODE, homeroom_teacher_personal_code=TEACHER_CODE
    )
    return small.signed_card(unsigned, **keys)


def _refusal(xml: bytes, lists: Lists, *, schools: frozenset[str] | None = None) -> tuple[str, str | None]:
    with pytest.raises(CardRefusedError) as refused:
        check_card(xml, lists=lists, expected_schools=schools, public_url=PUBLIC_URL, now=NOW)
    error = refused.value
    assert error.reason in catalogue("vi"), error.reason
    assert "999316000001" not in str(error)
    return error.reason, error.field


def _with_approvals(
    small: SmallCity, change: Callable[[ApprovedCertificate], ApprovedCertificate], *, code: str = SCHOOL_CODE
) -> Lists:
    school = small.registry().schools[SCHOOL_CODE]
    changed = RegisteredSchool(code, school.name, tuple(change(entry) for entry in school.certificates))
    return structs.replace(small.lists(), registry=small.registry(schools=MappingProxyType({code: changed})))


def test_honest_card_is_accepted_with_what_the_archive_needs(small: SmallCity) -> None:
    xml = _card(small)
    accepted = check_card(
        xml, lists=small.lists(), expected_schools=frozenset({SCHOOL_CODE}), public_url=PUBLIC_URL, now=NOW
    )
    received = accepted.received
    assert (received.record_id, received.school_code, received.pupil_code) == (RECORD_ID, SCHOOL_CODE, "0100010001")
    assert (received.personal_code, received.grade, received.level) == ("999316000001", 4, "primary")
    assert received.xml_object == xml_object_name(received.xml_sha256)
    assert accepted.record.transcript == a_record().transcript


def test_homeroom_teachers_signature_is_optional(small: SmallCity) -> None:
    xml = _card(small, without_teacher=True)
    check_card(xml, lists=small.lists(), expected_schools=None, public_url=PUBLIC_URL, now=NOW)


def test_mark_changed_after_signing_is_refused(small: SmallCity) -> None:
    changed = _card(small).replace(b"<DIEM_KIEM_TRA_DINH_KY>9<", b"<DIEM_KIEM_TRA_DINH_KY>10<")
    assert changed != _card(small)
    assert _refusal(changed, small.lists())[0] == "xml_data_altered"


def test_broken_teachers_signature_is_refused_though_it_is_optional(small: SmallCity) -> None:
    xml = _card(small)
    start = xml.index(b"<SignatureValue>") + len(b"<SignatureValue>")
    broken = xml[:start] + (b"B" if xml[start : start + 1] == b"A" else b"A") + xml[start + 1 :]
    code, field = _refusal(broken, small.lists())
    assert (code, field) == ("xml_signature_wrong", "GVCN")


@pytest.mark.parametrize(("missing", "field"), [(SignerRole.MANAGER, "CBQL"), (SignerRole.SCHOOL, "KY_PHAT_HANH")])
def test_manager_and_school_have_to_sign(small: SmallCity, missing: SignerRole, field: str) -> None:
    xml = write_unsigned_card(
        a_record(), manager_personal_code=MANAGER_CODE, homeroom_teacher_personal_code=TEACHER_CODE
    )
    keys = {SignerRole.MANAGER: small.manager, SignerRole.SCHOOL: small.school}
    for role, key in keys.items():
        if role is not missing:
            code = MANAGER_CODE if role is SignerRole.MANAGER else None
            xml = sign_card(xml, role=role, key=key, personal_code=code, now=SIGNED_AT)
    assert _refusal(xml, small.lists()) == ("signature_missing", field)


def test_unknown_school_is_refused(small: SmallCity) -> None:
    xml = _card(small, record=a_record(school_code=OTHER_SCHOOL))
    assert _refusal(xml, small.lists())[0] == "school_unknown"


@pytest.mark.parametrize(("role", "field"), [("school", "KY_PHAT_HANH"), ("manager", "CBQL")])
def test_certificate_that_the_department_has_not_approved_is_refused(small: SmallCity, role: str, field: str) -> None:
    authority = small.schools if role == "school" else small.people
    keys: dict[str, Any] = {role: authority.issue("Người khác")}
    xml = _card(small, **keys)
    assert _refusal(xml, small.lists()) == ("certificate_not_approved", field)


def test_managers_certificate_cannot_issue_for_the_school(small: SmallCity) -> None:
    assert _refusal(_card(small, school=small.manager), small.lists()) == ("certificate_not_approved", "KY_PHAT_HANH")


@pytest.mark.parametrize(
    ("approved_from", "approved_until", "code"),
    [
        (FIRST_DAY, SIGNED_AT - timedelta(days=1), "certificate_not_approved_then"),
        (SIGNED_AT + timedelta(days=1), None, "certificate_not_approved_then"),
        (FIRST_DAY, SIGNED_AT + timedelta(days=1), "certificate_ended_since"),
    ],
)
def test_approval_has_to_hold_when_signed_and_when_received(
    small: SmallCity, approved_from: Any, approved_until: Any, code: str
) -> None:
    lists = _with_approvals(
        small,
        lambda entry: structs.replace(entry, approved_from=approved_from, approved_until=approved_until),
    )
    assert _refusal(_card(small), lists)[0] == code


def test_teacher_of_no_accepted_authority_is_refused(small: SmallCity) -> None:
    stranger = Authority("CA tự lập").issue("Phạm Thị Mai")
    assert _refusal(_card(small, teacher=stranger), small.lists()) == ("certificate_issuer_unknown", "GVCN")


def test_card_of_another_school_than_the_sender_may_send_is_refused(small: SmallCity) -> None:
    assert _refusal(_card(small), small.lists(), schools=frozenset({OTHER_SCHOOL})) == (
        "card_of_another_school",
        "MA_TRUONG",
    )


def test_card_of_another_department_is_refused(small: SmallCity) -> None:
    record = a_record()
    elsewhere = structs.replace(record, school=structs.replace(record.school, department_code="79"))
    assert _refusal(_card(small, record=elsewhere), small.lists()) == ("card_of_another_department", "MA_SO_GIAO_DUC")


def test_card_of_a_year_to_come_is_refused(small: SmallCity) -> None:
    record = a_record()
    early = structs.replace(record, transcript=structs.replace(record.transcript, school_year="2027-2028"))
    assert _refusal(_card(small, record=early), small.lists()) == ("school_year_in_future", "NAM_HOC")


def test_name_that_the_form_cannot_print_is_refused_at_the_door(small: SmallCity) -> None:
    record = a_record()
    odd = structs.replace(record, transcript=structs.replace(record.transcript, name="Nguyễn 王 Ánh"))
    assert _refusal(_card(small, record=odd), small.lists())[0] == "letter_not_printable"


def test_card_that_does_not_fit_its_qr_is_refused_at_the_door(small: SmallCity) -> None:
    record = a_record()
    long = structs.replace(record, transcript=structs.replace(record.transcript, class_group="4" + "A" * 200))
    assert _refusal(_card(small, record=long), small.lists())[0] in {"capsule_too_large", "field_too_long"}


@pytest.mark.parametrize(
    ("defect", "code"),
    [
        (lambda xml: b"<!DOCTYPE HOC_BA [<!ENTITY a 'b'>]>" + xml, "xml_has_doctype"),
        (lambda xml: xml.replace(b"<TONG_KET>", b"<TONG_KET><!-- x -->"), "xml_has_comment"),
        (lambda xml: xml.replace(b'Id="thongtinhocba"', b'Id="data"'), "xml_id_repeated"),
        (lambda xml: xml[:-4], "xml_not_well_formed"),
        (lambda _: b"<HOC_BA/>", "xml_not_a_card"),
        (lambda xml: xml.replace(b"</DU_LIEU_HOC_BA>", b"</DU_LIEU_HOC_BA><HOC_BA/>"), "xml_element_unexpected"),
    ],
)  # fmt: skip
def test_hostile_xml_is_refused_by_name(small: SmallCity, defect: Callable[[bytes], bytes], code: str) -> None:
    assert _refusal(defect(_card(small)), small.lists())[0] == code


def test_refused_card_keeps_the_record_id_it_claims(small: SmallCity) -> None:
    xml = _card(small)
    assert claimed_record_id(xml.replace(b">9<", b">10<")) == RECORD_ID
    assert claimed_record_id(xml.replace(RECORD_ID.encode(), b"not-an-id")) is None
    assert claimed_record_id(b"<HOC_BA>") is None


def _der(small: SmallCity) -> bytes:
    return small.school.certificate.public_bytes(Encoding.DER)


def test_sender_may_send_for_the_school_that_its_certificate_is_approved_for(small: SmallCity) -> None:
    assert verify_sender(_der(small), lists=small.lists(), expected_school=None, now=NOW) == {SCHOOL_CODE}
    assert verify_sender(_der(small), lists=small.lists(), expected_school=SCHOOL_CODE, now=NOW) == {SCHOOL_CODE}


def test_sender_of_another_school_than_the_tokens_is_refused(small: SmallCity) -> None:
    with pytest.raises(BatchRefusedError, match="transaction_of_another_school"):
        verify_sender(_der(small), lists=small.lists(), expected_school=OTHER_SCHOOL, now=NOW)


def test_sender_without_a_standing_approval_is_refused(small: SmallCity) -> None:
    ended = _with_approvals(small, lambda entry: structs.replace(entry, approved_until=NOW - timedelta(days=1)))
    unknown = small.manager.certificate.public_bytes(Encoding.DER)
    for certificate, lists in ((_der(small), ended), (unknown, small.lists())):
        with pytest.raises(BatchRefusedError, match="transaction_signer_refused"):
            verify_sender(certificate, lists=lists, expected_school=None, now=NOW)
