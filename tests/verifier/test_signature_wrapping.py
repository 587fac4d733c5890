"""Forgers keep every signed byte and move it out of sight: each way to wrap a signature ends in a refusal.

In every case the signatures themselves stay arithmetically sound; only what a reader would see is forged.
"""

import re
from collections.abc import Callable

import pytest

from tests.verifier.hand_signed import Choices, add_school_signature, make_signature
from tests.verifier.small_city import NOW, SmallCity, small_city
from verifier.errors import VerifierError
from verifier.record.card_document import read_card
from verifier.verdict import Outcome
from verifier.verify import verify_xml
from verifier.xml_signature import verify_card_signatures


def parts_of(card: bytes) -> tuple[bytes, bytes]:
    """The signed ``DU_LIEU_HOC_BA`` and what follows it."""
    start, end = len(b"<HOC_BA>"), card.index(b"</DU_LIEU_HOC_BA>") + len(b"</DU_LIEU_HOC_BA>")
    return card[start:end], card[end : -len(b"</HOC_BA>")]


def forge(data: bytes, *, data_id: str = "data") -> bytes:
    """The same data with better marks, under an ``Id`` of choice."""
    better = data.replace(b"<DIEM_KIEM_TRA_DINH_KY>8<", b"<DIEM_KIEM_TRA_DINH_KY>10<")
    assert better != data
    better = without_row_ids(better).replace(b'Id="thongtinhocba"', b'Id="khac"')
    return better.replace(b'Id="data"', f'Id="{data_id}"'.encode())


def without_row_ids(data: bytes) -> bytes:
    """A clever forger repeats no ``Id``, so that the simplest refusal does not stand in for the others."""
    return re.sub(rb' Id="mon-[^"]*"', b"", data)


def hide_in_object(signers: bytes, hidden: bytes) -> bytes:
    """Put ``hidden`` into an ``Object`` of the last signature."""
    head, closing, tail = signers.rpartition(b"</Signature>")
    existing = head.rindex(b"</Object>")
    return head[:existing] + hidden + head[existing:] + closing + tail


def beside_under_the_same_id(data: bytes, signers: bytes) -> bytes:
    return forge(data) + hide_in_object(signers, data)


def beside_under_another_id(data: bytes, signers: bytes) -> bytes:
    return forge(data, data_id="real") + hide_in_object(signers, data)


def beside_under_another_spelling_of_id(data: bytes, signers: bytes) -> bytes:
    return forge(data).replace(b' Id="data"', b' ID="data"') + hide_in_object(signers, data)


def beside_under_xml_id(data: bytes, signers: bytes) -> bytes:
    return forge(data).replace(b' Id="data"', b' xml:id="data" Id="real"') + hide_in_object(signers, data)


def beside_under_a_foreign_id(data: bytes, signers: bytes) -> bytes:
    decoy = b'<x:DU_LIEU_HOC_BA xmlns:x="urn:x" x:Id="data"/>'
    return data + hide_in_object(signers, decoy)


def two_records_under_one_signature(data: bytes, signers: bytes) -> bytes:
    return data + forge(data, data_id="second") + signers


def forged_record_first(data: bytes, signers: bytes) -> bytes:
    return forge(data, data_id="second") + data + signers


def signed_record_inside_the_forged_one(data: bytes, signers: bytes) -> bytes:
    outer = forge(data, data_id="outer")
    return outer.replace(b"</DU_LIEU_HOC_BA>", data + b"</DU_LIEU_HOC_BA>") + signers


def forged_record_inside_the_signed_one(data: bytes, signers: bytes) -> bytes:
    return data.replace(b"</DU_LIEU_HOC_BA>", forge(data, data_id="x") + b"</DU_LIEU_HOC_BA>") + signers


def signed_record_inside_the_signers_list(data: bytes, signers: bytes) -> bytes:
    return forge(data, data_id="real") + signers.replace(b"<PHAT_HANH_HOC_BA>", b"<PHAT_HANH_HOC_BA>" + data, 1)


def signatures_inside_what_they_sign(data: bytes, signers: bytes) -> bytes:
    return data.replace(b"</DU_LIEU_HOC_BA>", signers + b"</DU_LIEU_HOC_BA>")


def a_comment_inside_a_mark(data: bytes, signers: bytes) -> bytes:
    return data.replace(b"<DIEM_KIEM_TRA_DINH_KY>8<", b"<DIEM_KIEM_TRA_DINH_KY>8<!-- 1 --><", 1) + signers


def a_second_school_signature(data: bytes, signers: bytes) -> bytes:
    start = signers.index(b"<KY_PHAT_HANH>")
    end = signers.index(b"</KY_PHAT_HANH>") + len(b"</KY_PHAT_HANH>")
    return (
        data + signers[:end] + signers[start:end].replace(b"thoi-gian-", b"gio-").replace(b"ky-", b"k-") + signers[end:]
    )


def teachers_data_hidden_in_the_teachers_object(data: bytes, signers: bytes) -> bytes:
    start, end = data.index(b"<THONG_TIN_HOC_BA"), data.index(b"</THONG_TIN_HOC_BA>") + len(b"</THONG_TIN_HOC_BA>")
    inner = data[start:end]
    forged = without_row_ids(inner).replace(b">8<", b">10<").replace(b"thongtinhocba", b"khac")
    return data[:start] + forged + hide_in_object(data[end:], inner) + signers


WRAPPINGS: list[tuple[Callable[[bytes, bytes], bytes], str]] = [
    (beside_under_the_same_id, "xml_id_repeated"),
    (beside_under_another_id, "reference_unexpected"),
    (beside_under_another_spelling_of_id, "xml_id_repeated"),
    (beside_under_xml_id, "xml_id_repeated"),
    (beside_under_a_foreign_id, "signature_malformed"),
    (two_records_under_one_signature, "xml_element_repeated"),
    (forged_record_first, "xml_element_repeated"),
    (signed_record_inside_the_forged_one, "reference_unexpected"),
    (forged_record_inside_the_signed_one, "xml_data_altered"),
    (signed_record_inside_the_signers_list, "reference_unexpected"),
    (signatures_inside_what_they_sign, "xml_signature_misplaced"),
    (a_comment_inside_a_mark, "xml_has_comment"),
    (a_second_school_signature, "xml_signature_misplaced"),
]


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.mark.parametrize(("wrap", "code"), WRAPPINGS, ids=lambda value: getattr(value, "__name__", None))
def test_a_wrapped_card_is_refused(city: SmallCity, wrap: Callable[[bytes, bytes], bytes], code: str) -> None:
    wrapped = b"<HOC_BA>" + wrap(*parts_of(city.signed_card(without_teacher=True))) + b"</HOC_BA>"

    with pytest.raises(VerifierError, match=code):
        verify_card_signatures(read_card(wrapped))
    verdict = verify_xml(wrapped, lists=city.lists(), now=NOW)
    assert verdict.verdict in {Outcome.ALTERED, Outcome.UNREADABLE}
    assert verdict.record is None


def test_a_teachers_data_hidden_in_the_teachers_object_is_refused(city: SmallCity) -> None:
    data, signers = parts_of(city.signed_card())
    wrapped = b"<HOC_BA>" + teachers_data_hidden_in_the_teachers_object(data, signers) + b"</HOC_BA>"

    with pytest.raises(VerifierError, match="reference_unexpected"):
        verify_card_signatures(read_card(wrapped))


def test_a_teacher_cannot_sign_from_outside_what_the_manager_signs(city: SmallCity) -> None:
    data, _ = parts_of(city.signed_card())
    start = data.index(b"<DANH_SACH_THONG_TIN_KY>")
    bare = b"<HOC_BA>" + data[:start] + b"</DU_LIEU_HOC_BA></HOC_BA>"
    teacher = make_signature(bare, city.teacher, Choices(target_ids=("thongtinhocba",)))
    outside = f"<DANH_SACH_THONG_TIN_KY><GVCN>{teacher}</GVCN></DANH_SACH_THONG_TIN_KY>".encode()
    manager = make_signature(bare, city.manager, Choices())
    issue = f"<PHAT_HANH_HOC_BA><CBQL>{manager}</CBQL></PHAT_HANH_HOC_BA>".encode()
    card = bare.replace(b"</HOC_BA>", outside + issue + b"</HOC_BA>")

    with pytest.raises(VerifierError, match="signature_misplaced"):
        verify_card_signatures(read_card(add_school_signature(card, city.school)))
