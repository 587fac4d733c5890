"""Cards as XML with what a reader has to say of each: good ones in both shapes, and one for every defect.

Signatures are not part of these: they show how data is read once a signature over it is verified.
"""

import base64
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct, structs

from tests.vectors.sample_records import lower_secondary_record, primary_record, upper_secondary_record
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card

_PRIMARY = write_unsigned_card(primary_record()).decode()
_SECONDARY = write_unsigned_card(lower_secondary_record()).decode()
_SIGNATURE = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'


class RecordXmlVector(Struct, frozen=True):
    """One file: a card's XML and its data, or why it is refused."""

    name: str
    description: str
    xml: bytes
    record: Record | None = None
    code: str | None = None
    field: str | None = None
    row: int | None = None

    def to_json(self) -> dict[str, Any]:
        try:
            xml: dict[str, Any] = {"xml": self.xml.decode()}
        except UnicodeDecodeError:
            xml = {"xml_base64url": base64.urlsafe_b64encode(self.xml).rstrip(b"=").decode()}
        if self.record is not None:
            return {"description": self.description, **xml, "expected": {"record": msgspec.to_builtins(self.record)}}
        expected = {"code": self.code, "field": self.field, "row": self.row}
        return {"description": self.description, **xml, "expected": expected}


def record_xml_vectors() -> Iterator[RecordXmlVector]:
    yield from _read()
    yield from _hostile()
    yield from _wrong_structure()
    yield from _fields()
    yield from _marks()


def _read() -> Iterator[RecordXmlVector]:
    for name, record in (
        ("primary", primary_record()),
        ("lower_secondary", lower_secondary_record()),
        ("upper_secondary", upper_secondary_record()),
    ):
        yield RecordXmlVector(f"read_{name}", "The field's shape.", write_unsigned_card(record), record)
    until = date(2026, 1, 16)
    for name, record in (("primary", primary_record()), ("secondary", lower_secondary_record())):
        to_date = structs.replace(record, results_until=until)
        yield RecordXmlVector(
            f"read_results_to_date_{name}",
            "A pupil who left for another school on that day.",
            write_unsigned_card(to_date),
            to_date,
        )
    flat = _PRIMARY.replace('<THONG_TIN_HOC_BA Id="thongtinhocba">', "").replace("</THONG_TIN_HOC_BA>", "")
    yield RecordXmlVector("read_2088_shape", "The shape of 2088 v1.0.", flat.encode(), primary_record())
    words = (
        flat.replace("<MUC_DAT_DUOC>T<", "<MUC_DAT_DUOC>Hoàn thành tốt<")
        .replace("<MUC_DAT_DUOC>H<", "<MUC_DAT_DUOC>Hoàn thành<")
        .replace(
            "<MUC_DAT_DUOC>M</MUC_DAT_DUOC>",
            "<MUC_DAT_DUOC>Miễn</MUC_DAT_DUOC><DIEM_KIEM_TRA_DINH_KY>M</DIEM_KIEM_TRA_DINH_KY>",
        )
        .replace("<MA_MON_HOC>TO<", "<MA_MON_HOC>TOAN<")
        .replace("<KET_QUA_XEP_LOAI>HT<", "<KET_QUA_XEP_LOAI>Hoàn thành<")
        .replace("<PHAM_CHAT_YEU_NUOC>T<", "<PHAM_CHAT_YEU_NUOC>Tốt<")
        .replace("<PHAM_CHAT_CHAM_CHI>Đ<", "<PHAM_CHAT_CHAM_CHI>Ðạt<")
        .replace("<NGAY_SINH>2016-03-15<", "<NGAY_SINH>15/3/2016<")
        .replace("<DUOC_LEN_LOP>1<", "<DUOC_LEN_LOP>true<")
        .replace("<MA_KHOI>4<", "<MA_KHOI>04<")
        .replace("<TEN_NAM_HOC>2025-2026<", "<TEN_NAM_HOC>2025 – 2026<")
        .replace(primary_record().transcript.record_id, primary_record().transcript.record_id.upper())
    )
    yield RecordXmlVector(
        "read_words_and_printed_forms",
        "Levels in full, Eth for Đ, a printed date, true for 1, 04 for 4, an exempt score, another code, an upper id.",
        words.encode(),
        primary_record(),
    )
    yield RecordXmlVector(
        "read_declaration_and_byte_order_mark",
        "A byte order mark, an XML declaration and white space around the card.",
        b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\r\n' + _PRIMARY.encode() + b"\n",
        primary_record(),
    )
    decomposed = _PRIMARY.replace("Nguyễn Thị Bưởi", "Nguye\u0302\u0303n Thi\u0323 Bu\u031bo\u031b\u0309i")
    yield RecordXmlVector(
        "read_decomposed_letters", "A name in Unicode NFD is brought to NFC.", decomposed.encode(), primary_record()
    )


def _refused(name: str, description: str, xml: str, code: str, field: str | None = None) -> RecordXmlVector:
    return RecordXmlVector(f"refused_{name}", description, xml.encode(), code=code, field=field)


def _hostile() -> Iterator[RecordXmlVector]:
    name = "Nguyễn Thị Bưởi"
    doctype = '<!DOCTYPE HOC_BA [<!ENTITY a "b">]>'
    for case, description, xml, code in (
        (
            "comment_in_name",
            "What a naive reader sees.",
            _PRIMARY.replace(name, f"{name}<!-- -->An"),
            "xml_has_comment",
        ),
        (
            "processing_instruction",
            "Instructions to other software.",
            _PRIMARY.replace(name, f"{name}<?a b?>"),
            "xml_has_processing_instruction",
        ),
        ("cdata", "CDATA.", _PRIMARY.replace(name, f"<![CDATA[{name}]]>"), "xml_has_cdata"),
        ("doctype_with_entity", "A document type.", doctype + _PRIMARY, "xml_has_doctype"),
        ("entity_unknown", "An entity.", _PRIMARY.replace(name, "&ten;"), "xml_not_well_formed"),
        ("two_cards", "Two documents in one.", _PRIMARY + _PRIMARY, "xml_not_well_formed"),
        ("unclosed", "No end tag.", _PRIMARY[:-1], "xml_not_well_formed"),
        (
            "declared_utf_16",
            "Another encoding declared.",
            '<?xml version="1.0" encoding="UTF-16"?>' + _PRIMARY,
            "xml_not_utf8",
        ),
    ):
        yield _refused(case, description, xml, code)
    latin = _PRIMARY.replace("Bưởi", "José").encode("utf-8").replace("é".encode(), b"\xe9")
    yield RecordXmlVector("refused_latin_1_byte", "A byte that is no UTF-8.", latin, code="xml_not_utf8")


def _wrong_structure() -> Iterator[RecordXmlVector]:
    name = "Nguyễn Thị Bưởi"
    data = "DU_LIEU_HOC_BA"
    named = {"without_data_id": data, "second_data_element": data, "unknown_part": "KHAC"}
    for case, description, xml, code in (
        (
            "namespace_on_data",
            "Data in a namespace.",
            _PRIMARY.replace("<HOC_BA>", '<HOC_BA xmlns="urn:x">'),
            "xml_namespace_unexpected",
        ),
        ("id_repeated", "The same Id twice.", _PRIMARY.replace('Id="mon-1"', 'Id="data"'), "xml_id_repeated"),
        (
            "id_repeated_in_other_spelling",
            "The same Id as id.",
            _PRIMARY.replace('Id="mon-1"', 'id="data"'),
            "xml_id_repeated",
        ),
        ("without_data_id", "Nothing to sign.", _PRIMARY.replace(' Id="data"', ""), "xml_data_id_missing"),
        ("other_document", "No card.", "<LY_LICH/>", "xml_not_a_card"),
        ("without_data", "A card without data.", "<HOC_BA/>", "xml_not_a_card"),
        (
            "second_data_element",
            "Two data elements.",
            _PRIMARY.replace("</HOC_BA>", '<DU_LIEU_HOC_BA Id="d2"/></HOC_BA>'),
            "xml_element_repeated",
        ),
        (
            "unknown_part",
            "A part beside the data.",
            _PRIMARY.replace("</HOC_BA>", "<KHAC/></HOC_BA>"),
            "xml_element_unexpected",
        ),
        (
            "signature_inside_data",
            "A signature among the marks.",
            _PRIMARY.replace("</BANG_DIEM>", f"{_SIGNATURE}</BANG_DIEM>"),
            "xml_signature_misplaced",
        ),
        (
            "two_signatures_of_the_school",
            "Two places for the issuing signature.",
            _PRIMARY.replace(
                "</HOC_BA>",
                f"<PHAT_HANH_HOC_BA><A><KY_PHAT_HANH>{_SIGNATURE}</KY_PHAT_HANH></A>"
                f"<KY_PHAT_HANH>{_SIGNATURE}</KY_PHAT_HANH></PHAT_HANH_HOC_BA></HOC_BA>",
            ),
            "xml_signature_misplaced",
        ),
        ("too_deep", "32 levels.", _PRIMARY.replace(name, "<A>" * 28 + "</A>" * 28), "xml_too_deep"),
        ("too_many_elements", "20,000 and more.", _PRIMARY.replace(name, "<A/>" * 20_000), "xml_too_many_elements"),
    ):
        yield _refused(case, description, xml, code, named.get(case))


def _without(field: str) -> str:
    start = _PRIMARY.index(f"<{field}>")
    return _PRIMARY[:start] + _PRIMARY[_PRIMARY.index(f"</{field}>") + len(field) + 3 :]


def _with(field: str, value: str, xml: str = _PRIMARY) -> str:
    start, end = xml.index(f"<{field}>") + len(field) + 2, xml.index(f"</{field}>")
    return xml[:start] + value + xml[end:]


def _fields() -> Iterator[RecordXmlVector]:
    for field in ("PHIEN_BAN", "MA_TRA_CUU_UUID", "HO_VA_TEN", "NGAY_SINH", "MA_TRUONG", "BANG_DIEM", "TONG_KET"):
        yield _refused(f"without_{field.lower()}", f"{field} is missing.", _without(field), "field_missing", field)
    yield _refused("name_empty", "An empty name.", _with("HO_VA_TEN", " "), "field_missing", "HO_VA_TEN")
    for case, field, value, code in (
        ("record_id_version_1", "MA_TRA_CUU_UUID", "3f2b8c1e-7a54-1d09-9c3e-5b1f0a6d2e87", "record_id_malformed"),
        ("birth_date_of_no_calendar", "NGAY_SINH", "30/02/2016", "field_malformed"),
        ("birth_date_month_first", "NGAY_SINH", "2016-15-03", "date_day_month_swapped"),
        ("school_year_of_two_years", "TEN_NAM_HOC", "2025-2027", "field_malformed"),
        ("regulation_unknown", "THONG_TU", "30/2014/TT-BGDĐT", "regulation_unknown"),
        ("regulation_of_other_level", "THONG_TU", "22/2021/TT-BGDĐT", "grade_mismatch"),
        ("grade_of_other_level", "MA_KHOI", "9", "grade_mismatch"),
        ("grade_13", "MA_KHOI", "13", "field_malformed"),
        ("personal_code_of_11_digits", "SO_CCCD", "99931600012", "field_malformed"),
        ("absences_half", "TONG_SO_BUOI_NGHI_CO_PHEP", "2.5", "field_malformed"),
        ("name_turned_round", "HO_VA_TEN", "Nguyễn\u202e", "field_malformed"),
        ("name_too_long", "HO_VA_TEN", "A" * 251, "field_too_long"),
        ("promoted_word", "DUOC_LEN_LOP", "có", "field_malformed"),
        ("result_unknown", "KET_QUA_XEP_LOAI", "Giỏi", "level_unknown"),
        ("quality_unknown", "PHAM_CHAT_TRUNG_THUC", "K", "level_unknown"),
        ("element_in_value", "HO_VA_TEN", "<b>Nguyễn A</b>", "field_malformed"),
    ):
        yield _refused(case, f"{field} is {value[:40]}.", _with(field, value), code, field)
    twice = _PRIMARY.replace("<HO_VA_TEN>", "<HO_VA_TEN>Trần Văn Hai</HO_VA_TEN><HO_VA_TEN>", 1)
    yield _refused("name_twice", "Two names.", twice, "field_repeated", "HO_VA_TEN")


def _marks() -> Iterator[RecordXmlVector]:
    for case, field, value, code, xml in (
        ("level_unknown", "MUC_DAT_DUOC", "Đ", "level_unknown", _PRIMARY),
        ("score_11", "DIEM_KIEM_TRA_DINH_KY", "11", "mark_malformed", _PRIMARY),
        ("score_with_decimal", "DIEM_KIEM_TRA_DINH_KY", "9.5", "mark_malformed", _PRIMARY),
        ("score_m_beside_level", "DIEM_KIEM_TRA_DINH_KY", "M", "mark_malformed", _PRIMARY),
        ("mark_with_comma", "DIEM_CA_NAM", "8,5", "mark_malformed", _SECONDARY),
        ("mark_with_two_decimals", "DIEM_CA_NAM", "8.55", "mark_malformed", _SECONDARY),
        ("mark_above_10", "DIEM_CA_NAM", "10.1", "mark_malformed", _SECONDARY),
        ("mark_below_0", "DIEM_CA_NAM", "-1", "mark_malformed", _SECONDARY),
        ("mark_letter", "DIEM_CA_NAM", "T", "mark_malformed", _SECONDARY),
    ):
        altered = _with(field, value, xml).encode()
        yield RecordXmlVector(f"refused_{case}", f"{field} is {value}.", altered, code=code, field=field, row=1)
    twice = _PRIMARY.replace("<MA_MON_HOC>TO<", "<MA_MON_HOC>TV<").replace(">Toán<", ">Tiếng Việt<").encode()
    yield RecordXmlVector(
        "refused_subject_twice", "Two rows of one subject.", twice, code="subject_repeated", field="MA_MON_HOC", row=1
    )
