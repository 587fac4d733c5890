import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from msgspec import structs

from tests.vectors.sample_records import lower_secondary_record, primary_record
from tests.verifier.strategies import records
from verifier.errors import LimitExceededError, MalformedInputError
from verifier.record.card_document import read_card
from verifier.record.parse_xml import parse_record, parse_record_id, parse_school_year
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card


@given(records())
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no defect
def test_a_written_card_is_read_back(record: Record) -> None:
    assert parse_record(read_card(write_unsigned_card(record)).data_element) == record


def test_writing_twice_yields_the_same_bytes() -> None:
    assert write_unsigned_card(primary_record()) == write_unsigned_card(primary_record())


def test_the_signers_personal_codes_are_written_and_never_read() -> None:
    xml = write_unsigned_card(
        primary_record(), manager_personal_code="999180000001", homeroom_teacher_personal_code="999180000002"
    )
    assert b"<SO_CCCD_GIAM_HIEU_KY_HOC_BA>999180000001<" in xml
    assert b"<SO_CCCD_GIAO_VIEN_CHU_NHIEM>999180000002<" in xml
    assert parse_record(read_card(xml).data_element) == primary_record()


def test_a_control_character_is_not_written() -> None:
    record = primary_record()
    fields = {name: getattr(record, name) for name in record.__struct_fields__}
    with pytest.raises(MalformedInputError, match="field_malformed"):
        write_unsigned_card(Record(**{**fields, "format_version": "1\x000"}))


def rows_reversed(xml: bytes) -> bytes:
    root = etree.fromstring(xml)
    table = root.find(".//BANG_DIEM")
    assert table is not None
    for row in reversed(list(table)):
        table.append(row)
    return etree.tostring(root, encoding="utf-8")


@pytest.mark.parametrize("record", [primary_record(), lower_secondary_record()])
def test_subjects_are_brought_to_the_forms_order(record: Record) -> None:
    assert parse_record(read_card(rows_reversed(write_unsigned_card(record))).data_element) == record


def test_a_subject_under_the_schools_own_code_is_known_by_its_name() -> None:
    xml = write_unsigned_card(primary_record()).replace(b"<MA_MON_HOC>TO<", b"<MA_MON_HOC>TOAN<")
    assert parse_record(read_card(xml).data_element) == primary_record()


def test_schooling_lines_may_be_the_process_itself() -> None:
    xml = write_unsigned_card(primary_record()).replace(b"<DONG_QUA_TRINH>", b"").replace(b"</DONG_QUA_TRINH>", b"")
    assert parse_record(read_card(xml).data_element) == primary_record()


def test_elements_that_are_not_named_are_left_alone() -> None:
    xml = write_unsigned_card(primary_record()).replace(b"<DAN_TOC>", b"<MA_DAN_TOC>01</MA_DAN_TOC><DAN_TOC>")
    assert parse_record(read_card(xml).data_element) == primary_record()


def test_elements_that_are_not_named_may_be_lists_and_hold_others() -> None:
    own = b"<KHAC><A>1</A><A>2</A></KHAC><KHAC/>"
    for written in (primary_record(), lower_secondary_record()):
        xml = write_unsigned_card(written)
        for place in (b"<THONG_TIN_CHUNG>", b"<TONG_KET>", b"<BANG_DIEM>", b"<TEN_MON_HOC>"):
            xml = xml.replace(place, own + place if place == b"<TEN_MON_HOC>" else place + own)
        document = read_card(xml)
        assert document.xml == xml
        assert parse_record(document.data_element) == written


@pytest.mark.parametrize(
    "field", ["SO_CCCD_GIAM_HIEU_KY_HOC_BA", "SO_CCCD_GIAO_VIEN_CHU_NHIEM", "CHIEU_CAO", "DAN_TOC"]
)
def test_element_that_is_named_is_refused_twice(field: str) -> None:
    twice = f"<THONG_TIN_CHUNG><{field}>1</{field}><{field}>2</{field}>".encode()
    bare = structs.replace(primary_record().pupil, height_cm=None, ethnicity=None)
    xml = write_unsigned_card(structs.replace(primary_record(), pupil=bare)).replace(b"<THONG_TIN_CHUNG>", twice)
    with pytest.raises(MalformedInputError, match="field_repeated"):
        parse_record(read_card(xml).data_element)


@pytest.mark.parametrize("letters", ["\u200b", " \u2060 ", "\u00ad\ufeff"])
def test_name_without_a_visible_letter_is_none(letters: str) -> None:
    record = primary_record()
    nameless = structs.replace(record, transcript=structs.replace(record.transcript, name=letters))
    with pytest.raises(MalformedInputError, match="field_missing"):
        parse_record(read_card(write_unsigned_card(nameless)).data_element)


def test_too_many_subjects_are_refused() -> None:
    row = b"<DIEM_TONG_KET><MA_MON_HOC>X%d</MA_MON_HOC><TEN_MON_HOC>X</TEN_MON_HOC></DIEM_TONG_KET>"
    rows = b"".join(row % number for number in range(41))
    xml = write_unsigned_card(primary_record()).replace(b"</BANG_DIEM>", rows + b"</BANG_DIEM>")
    with pytest.raises(LimitExceededError, match="field_too_many"):
        parse_record(read_card(xml).data_element)


def test_text_between_elements_is_refused() -> None:
    xml = write_unsigned_card(primary_record()).replace(b"<HO_VA_TEN>", b"x<HO_VA_TEN>")
    with pytest.raises(MalformedInputError, match="xml_text_unexpected") as raised:
        read_card(xml)
    assert raised.value.details == {"field": "THONG_TIN_CHUNG"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3f2b8c1e7a544d099c3e5b1f0a6d2e87",
        "{3f2b8c1e-7a54-4d09-9c3e-5b1f0a6d2e87}",
        "3f2b8c1e-7a54-4d09-cc3e-5b1f0a6d2e87",
        "3f2b8c1e-7a54-5d09-9c3e-5b1f0a6d2e87",
    ],
)
def test_what_is_no_uuid_of_version_4_is_no_record_id(text: str) -> None:
    with pytest.raises(MalformedInputError, match="record_id_malformed"):
        parse_record_id(text)


@pytest.mark.parametrize("text", ["2025-2026", "2025 - 2026", "2025–2026", " 2025 – 2026 "])
def test_a_school_year_has_one_form(text: str) -> None:
    assert parse_school_year(text) == "2025-2026"
