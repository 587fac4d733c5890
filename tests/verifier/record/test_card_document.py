import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors.sample_records import lower_secondary_record, primary_record
from verifier.errors import LimitExceededError, MalformedInputError
from verifier.record.card_document import MAX_CARD_BYTES, SignerRole, read_card
from verifier.record.write_xml import write_unsigned_card

UNSIGNED = write_unsigned_card(primary_record())
SIGNATURE = b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>'


def place(role: bytes, signature: bytes = SIGNATURE) -> bytes:
    return (b"<%s><NGAY_KY>2026-05-28T09:00:00+07:00</NGAY_KY><SO_CCCD>999180000001</SO_CCCD>%s</%s>") % (
        role,
        signature,
        role,
    )


def in_the_fields_shape() -> bytes:
    teacher = b"<DANH_SACH_THONG_TIN_KY>" + place(b"GVCN") + b"</DANH_SACH_THONG_TIN_KY></DU_LIEU_HOC_BA>"
    issuing = b"<PHAT_HANH_HOC_BA>" + place(b"CBQL") + place(b"KY_PHAT_HANH") + b"</PHAT_HANH_HOC_BA></HOC_BA>"
    return UNSIGNED.replace(b"</DU_LIEU_HOC_BA>", teacher).replace(b"</HOC_BA>", issuing)


def in_the_shape_of_2088() -> bytes:
    flat = UNSIGNED.replace(b'<THONG_TIN_HOC_BA Id="thongtinhocba">', b"").replace(b"</THONG_TIN_HOC_BA>", b"")
    places = b"<DANH_SACH_THONG_TIN_KY>" + place(b"GVCN") + place(b"CBQL") + place(b"KY_PHAT_HANH")
    return flat.replace(b"</HOC_BA>", places + b"</DANH_SACH_THONG_TIN_KY></HOC_BA>")


def test_the_fields_shape_is_taken_apart_by_role() -> None:
    card = read_card(in_the_fields_shape())
    assert [(signature.role, signature.expected_ids) for signature in card.signatures] == [
        (SignerRole.HOMEROOM_TEACHER, ("thongtinhocba",)),
        (SignerRole.MANAGER, ("data",)),
        (SignerRole.SCHOOL, ("data",)),
    ]
    manager = card.signatures_by(SignerRole.MANAGER)[0]
    assert manager.claimed_signed_on == "2026-05-28T09:00:00+07:00"
    assert manager.claimed_personal_code == "999180000001"
    assert card.data_element.get("Id") == card.data_id == "data"


def test_the_shape_of_2088_is_taken_apart_by_role() -> None:
    card = read_card(in_the_shape_of_2088())
    assert [(signature.role, signature.expected_ids) for signature in card.signatures] == [
        (SignerRole.HOMEROOM_TEACHER, ("data",)),
        (SignerRole.MANAGER, ("data",)),
        (SignerRole.SCHOOL, ("data",)),
    ]


def test_subject_teachers_sign_rows_of_the_table() -> None:
    teachers = b"<DANH_SACH_GVBM>" + place(b"GVBM") + place(b"GVBM") + b"</DANH_SACH_GVBM>"
    xml = write_unsigned_card(lower_secondary_record()).replace(
        b"</DU_LIEU_HOC_BA>",
        b"<DANH_SACH_THONG_TIN_KY>" + teachers + b"</DANH_SACH_THONG_TIN_KY></DU_LIEU_HOC_BA>",
    )
    signatures = read_card(xml).signatures_by(SignerRole.SUBJECT_TEACHER)
    assert [signature.expected_ids for signature in signatures] == [tuple(f"mon-{row}" for row in range(12))] * 2


def test_managers_may_stand_in_a_list() -> None:
    issuing = b"<PHAT_HANH_HOC_BA><DANH_SACH>" + place(b"CBQL") + b"</DANH_SACH></PHAT_HANH_HOC_BA></HOC_BA>"
    assert len(read_card(UNSIGNED.replace(b"</HOC_BA>", issuing)).signatures_by(SignerRole.MANAGER)) == 1


def test_an_empty_place_is_no_signature() -> None:
    issuing = b"<PHAT_HANH_HOC_BA>" + place(b"CBQL", b"") + b"</PHAT_HANH_HOC_BA></HOC_BA>"
    assert read_card(UNSIGNED.replace(b"</HOC_BA>", issuing)).signatures == ()


def test_a_declaration_is_not_part_of_the_card() -> None:
    card = read_card(b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\n' + UNSIGNED + b"\n")
    assert card.xml == UNSIGNED
    assert card.xml_sha256 == hashlib.sha256(UNSIGNED).digest()


def test_a_signature_carried_inside_another_is_misplaced() -> None:
    inner = b'<CBQL xmlns="">' + SIGNATURE + b"</CBQL>"
    carrier = (
        b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/><Object>'
        + inner
        + b"</Object></Signature>"
    )
    xml = in_the_shape_of_2088().replace(place(b"GVCN"), place(b"GVCN", carrier))
    with pytest.raises(MalformedInputError, match="xml_signature_misplaced"):
        read_card(xml)


def test_a_signatures_object_may_use_its_own_namespace() -> None:
    time = b'<Object Id="time"><A xmlns="urn:b"><SigningTime xmlns="">2026-05-28</SigningTime></A></Object></Signature>'
    xml = in_the_fields_shape().replace(place(b"CBQL"), place(b"CBQL", SIGNATURE.replace(b"</Signature>", time)))
    assert len(read_card(xml).signatures) == 3


def test_a_foreign_element_in_a_signature_is_refused() -> None:
    foreign = SIGNATURE.replace(b"<SignedInfo/>", b'<A xmlns="urn:b"/>')
    with pytest.raises(MalformedInputError, match="xml_namespace_unexpected"):
        read_card(in_the_fields_shape().replace(place(b"CBQL"), place(b"CBQL", foreign)))


def test_too_many_signatures_are_refused() -> None:
    many = b"<PHAT_HANH_HOC_BA>" + place(b"CBQL") * 61 + b"</PHAT_HANH_HOC_BA></HOC_BA>"
    with pytest.raises(LimitExceededError, match="xml_too_many_signatures"):
        read_card(UNSIGNED.replace(b"</HOC_BA>", many))


def test_too_large_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(LimitExceededError, match="xml_too_large"):
        read_card(b"<" * (MAX_CARD_BYTES + 1))


@given(st.integers(0, len(UNSIGNED) - 1), st.binary(min_size=1, max_size=3))
def test_a_damaged_card_is_read_or_refused_and_nothing_worse(start: int, junk: bytes) -> None:
    try:
        read_card(UNSIGNED[:start] + junk + UNSIGNED[start + len(junk) :])
    except MalformedInputError:
        return
