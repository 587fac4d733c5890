"""Workbooks with one thing wrong each: refused, with the right cell named, and nothing kept."""

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from msgspec import structs
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from backend.intake.workbook.build_records import Drafts, Facts, build_records, facts_of_cover
from backend.intake.workbook.open_workbook import MAX_COLUMN, open_workbook
from backend.intake.workbook.problems import WorkbookUnreadableError
from backend.intake.workbook.read_workbook import read_workbook
from tests.backend.intake.workbook.school_workbooks import FACTS, first_sheet, saved, write
from verifier.record.transcript import SecondaryResults

RECORD_ID = "123e4567-e89b-42d3-a456-556642440000"


def _drafts(data: bytes) -> Drafts:
    return build_records(read_workbook(data), FACTS, new_record_id=lambda: RECORD_ID)


def _secondary(change: Callable[[Worksheet], None]) -> bytes:
    """Class 8A with two pupils, sound until ``change`` has been at it."""
    book = Workbook()
    sheet = first_sheet(book, "8A")
    write(sheet, 1, ["Số CCCD", "Mã HS", "Họ và tên", "Ngày sinh", "Giới tính", "Toán HKI", "Toán CN", "GDTC CN"])
    write(sheet, 1, ["Kết quả học tập CN"], column=9)
    write(sheet, 2, ["001212000017", "A1", "Mai Lan", "03/04/2012", "Nam", 8.1, 8.2, "Đ", "T"])
    write(sheet, 3, ["001212000024", "A2", "Mai Cúc", "05/06/2012", "Nam", 7, 7.2, "Đ", "K"])
    change(sheet)
    return saved(book)


def _put(place: str, value: object, number_format: str = "General") -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet[place] = value  # type: ignore[assignment]  # openpyxl takes any cell value
        sheet[place].number_format = number_format

    return change


def _legacy_font(sheet: Worksheet) -> None:
    sheet["C2"] = "NguyÔn V¨n An"
    sheet["C2"].font = Font(name=".VnTime")


def _name_in_two_columns(sheet: Worksheet) -> None:
    sheet.insert_cols(4)
    write(sheet, 2, ["Thị"], column=4)


BROKEN: dict[str, tuple[Callable[[Worksheet], None], str, str]] = {
    "mark_above_10": (_put("F2", 85), "cell_mark_malformed", "F2"),
    "mark_with_two_decimals": (_put("G3", "7,25"), "cell_mark_decimals", "G3"),
    "mark_that_shows_less_than_it_stores": (_put("G2", 8.4, "0"), "cell_mark_decimals", "G2"),
    "mark_beyond_all_numbers": (_put("G3", 1e30), "cell_mark_malformed", "G3"),
    "mark_that_became_a_date": (_put("F3", date(2026, 5, 8), "dd/mm/yyyy"), "cell_mark_is_date", "F3"),
    "mark_of_no_scale": (_put("H2", "Tốt lắm"), "cell_mark_malformed", "H2"),
    "level_of_another_scale": (_put("I3", "HTT"), "cell_level_unknown", "I3"),
    "month_before_day": (_put("D3", "06/25/2012"), "cell_date_month_first", "D3"),
    "day_of_no_calendar": (_put("D2", "31/02/2012"), "cell_date_malformed", "D2"),
    "year_of_two_digits": (_put("D2", "03/04/12"), "cell_date_malformed", "D2"),
    "code_too_short": (_put("A2", "12345678"), "cell_code_malformed", "A2"),
    "code_of_another_pupil": (_put("A3", "001212000017"), "cell_code_twice", "A3"),
    "name_left_out": (_put("C3", None), "row_without_name", "A3"),
    "sex_unknown": (_put("E2", "N"), "cell_sex_unknown", "E2"),
    "formula_without_result": (_put("G2", "=AVERAGE(F2:F3)"), "cell_formula_empty", "G2"),
    "formula_that_fails": (_put("G3", "#DIV/0!"), "cell_formula_error", "G3"),
    "letters_of_tcvn3": (_legacy_font, "cell_legacy_font", "C2"),
    "text_turned_round": (_put("C3", "Mai \u202eCúc"), "cell_unprintable", "C3"),
    "name_in_a_column_without_a_label": (_name_in_two_columns, "column_name_split", "D1"),
    "column_twice": (_put("G1", "Toán HKI"), "column_twice", "G1"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_workbook_is_refused_with_the_right_cell_named(name: str) -> None:
    change, code, cell = BROKEN[name]
    drafts = _drafts(_secondary(change))
    assert drafts.drafts == ()
    assert (code, "8A", cell) in {(str(wrong.code), wrong.sheet, wrong.cell) for wrong in drafts.mistakes}
    assert {wrong.cell for wrong in drafts.mistakes} == {cell}


def test_the_workbook_that_they_are_broken_from_is_sound() -> None:
    drafts = _drafts(_secondary(lambda _: None))
    assert (drafts.mistakes, len(drafts.drafts)) == ((), 2)


def test_every_mistake_of_a_workbook_is_said_at_once() -> None:
    def change(sheet: Worksheet) -> None:
        _put("F2", "x,y")(sheet)
        _put("D3", "hôm qua")(sheet)

    assert [wrong.cell for wrong in _drafts(_secondary(change)).mistakes] == ["F2", "D3"]


def test_two_sheets_that_disagree_of_a_pupil_are_refused_with_both_cells_named() -> None:
    def change(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        other = sheet.parent.create_sheet("Toán")
        write(other, 1, ["Mã HS", "Họ và tên", "HKI"])
        write(other, 2, ["A1", "Mai Lan", 8.3])

    (wrong,) = _drafts(_secondary(change)).mistakes
    assert (str(wrong.code), wrong.place, wrong.details["other"]) == ("cell_contradiction", "Toán!C2", "8A!F2")


def test_namesakes_are_never_tied_by_their_name() -> None:
    def change(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet["C3"], sheet["D3"] = "Mai Lan", "03/04/2012"
        other = sheet.parent.create_sheet("Toán")
        write(other, 1, ["STT", "Họ và tên", "HKII"])
        write(other, 2, [1, "Mai Lan", 8.3])

    drafts = _drafts(_secondary(change))
    assert ("cell_pupil_ambiguous", "Toán!B2") in {(str(wrong.code), wrong.place) for wrong in drafts.mistakes}


def test_row_without_a_code_is_tied_to_its_only_namesake_with_a_doubt() -> None:
    def change(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        other = sheet.parent.create_sheet("Toán 8A")
        other["A1"] = "MÔN: Toán - LỚP 8A"
        write(other, 2, ["STT", "Họ và tên", "HKII"])
        write(other, 3, [1, "MAI CÚC", 8.3])

    drafts = _drafts(_secondary(change))
    assert drafts.mistakes == ()
    assert ("cell_joined_by_name", "Toán 8A!B3") in {(str(doubt.code), doubt.place) for doubt in drafts.doubts}


def test_dates_that_excel_may_have_swapped_are_doubted() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["D2"] = date(2012, 4, 3)
        sheet["D3"] = "25/06/2012"

    drafts = _drafts(_secondary(change))
    assert ("cell_date_maybe_swapped", "8A!D2") in {(str(doubt.code), doubt.place) for doubt in drafts.doubts}


def _with_formula(stored: bytes) -> bytes:
    """A formula in place of the second pupil's mark of the year, stored as some spreadsheet program does."""
    sound = zipfile.ZipFile(io.BytesIO(_secondary(_put("G3", 7.2))))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sound.infolist():
            content = sound.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                before, _, after = content.partition(b'<c r="G3"')
                content = before + stored + after.partition(b"</c>")[2]
            archive.writestr(part.filename, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "stored",
    [
        b'<c r="G3" t="str"><f>IF(F3="","",F3)</f><v></v></c>',
        b'<c r="G3" t="str"><f>IF(F3="","",F3)</f><v/></c>',
    ],
)
def test_formula_whose_stored_result_is_empty_is_an_empty_cell(stored: bytes) -> None:
    drafts = _drafts(_with_formula(stored))
    assert drafts.mistakes == ()
    results = drafts.drafts[1].record.transcript.results
    assert isinstance(results, SecondaryResults)
    assert (results.subjects[0].semester_1, results.subjects[0].year) == ("7.0", None)


@pytest.mark.parametrize(
    "stored",
    [
        b'<c r="G3"><f>AVERAGE(F3)</f></c>',
        b'<c r="G3" t="str"><f>AVERAGE(F3)</f></c>',
        b'<c r="G3"><f>AVERAGE(F3)</f><v></v></c>',
    ],
)
def test_formula_without_a_stored_result_is_refused_at_its_cell(stored: bytes) -> None:
    (wrong,) = _drafts(_with_formula(stored)).mistakes
    assert (str(wrong.code), wrong.place) == ("cell_formula_empty", "8A!G3")


def test_code_and_name_that_stand_on_another_sheet_are_named_with_the_sheet() -> None:
    def change(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        other = sheet.parent.create_sheet("Toán")
        write(other, 1, ["Mã HS", "Số CCCD", "Họ và tên", "HKII"])
        write(other, 2, ["A1", "001212000024", "Mai Lan", 8.3])
        third = sheet.parent.create_sheet("Văn")
        write(third, 1, ["STT", "Họ và tên", "Ngày sinh", "Ngữ văn HKII"])
        write(third, 2, [1, "Mai Cúc", "05/06/2012", 8.3])

    drafts = _drafts(_secondary(change))
    (wrong,) = drafts.mistakes
    assert (str(wrong.code), wrong.place, wrong.details["other"]) == ("cell_code_twice", "Toán!B2", "8A!A3")
    joined = {doubt.place: doubt.details["other"] for doubt in drafts.doubts if doubt.code == "cell_joined_by_name"}
    assert joined == {"Văn!B2": "8A!A3"}


def test_mistakes_of_every_pupil_and_of_the_cover_are_said_in_one_go() -> None:
    def change(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        _put("F2", "x,y")(sheet)
        _put("E3", None)(sheet)
        for column in ("F", "G", "H"):
            _put(f"{column}3", None)(sheet)
        write(sheet, 4, [None, None, "Mai Tư", "05/06/2012", "Nữ", 7, 7, "Đ", "K"])
        cover = sheet.parent.create_sheet("Thông tin")
        write(cover, 1, ["Năm học", "2025"])
        write(cover, 2, ["Địa danh"])

    reading = read_workbook(_secondary(change))
    facts = structs.replace(FACTS, school_year=None, place=None, province=None)
    drafts = build_records(reading, facts.over(facts_of_cover(reading)), new_record_id=lambda: RECORD_ID)
    assert drafts.drafts == ()
    assert {(str(wrong.code), wrong.place, wrong.value) for wrong in drafts.mistakes} == {
        ("cell_mark_malformed", "8A!F2", "x,y"),
        ("cell_value_missing", "8A!A3", "Mai Cúc"),
        ("workbook_no_subject", "8A!A3", "Mai Cúc"),
        ("cell_pupil_without_code", "8A!C4", "Mai Tư"),
        ("fact_malformed", "Thông tin!B1", "2025"),
        ("fact_missing", "Thông tin!B2", ""),
        ("fact_missing", "Thông tin", ""),
    }


def test_column_that_a_table_lacks_is_said_once_at_its_header() -> None:
    def change(sheet: Worksheet) -> None:
        for row in (1, 2, 3):
            sheet.cell(row, 4).value = None
            for column in range(6, 10):
                sheet.cell(row, column).value = None

    wrong = _drafts(_secondary(change)).mistakes
    assert [(str(one.code), one.place) for one in wrong] == [
        ("column_missing", "8A!C1"),
        ("workbook_no_subject_column", "8A!C1"),
    ]


def test_classes_of_two_levels_are_refused_with_the_cells_that_say_so() -> None:
    def change(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet("Khác")["A1"] = "LỚP 5A"

    (wrong,) = _drafts(_secondary(change)).mistakes
    assert (str(wrong.code), wrong.place, wrong.value) == ("levels_mixed", "Khác!A1", "5A")
    assert wrong.details["other"] == "8A (8A)"


def test_facts_that_are_missing_are_named() -> None:
    reading = read_workbook(_secondary(lambda _: None))
    missing = {wrong.details["name"] for wrong in build_records(reading, Facts(), new_record_id=str).mistakes}
    assert missing >= {"school_code", "school_year", "manager_name", "province", "place"}


def test_workbook_without_a_class_or_a_table_is_refused() -> None:
    book = Workbook()
    write(first_sheet(book, "Sheet1"), 1, ["Mã HS", "Họ và tên"])
    assert [str(wrong.code) for wrong in read_workbook(saved(book)).mistakes] == ["class_unknown"]
    assert [str(wrong.code) for wrong in read_workbook(saved(Workbook()), class_group="1A").mistakes] == [
        "workbook_no_table"
    ]


def test_headers_in_an_old_encoding_are_named_where_no_table_is_found() -> None:
    book = Workbook()
    sheet = first_sheet(book, "7A")
    write(sheet, 1, ["Maõ HS", "Hoï vaø teân", "Ngaøy sinh", "Giôùi tính"])
    write(sheet, 2, ["H1", "Nguyeãn Vaên Thaønh", "05/03/2013", "Nam"])
    wrong = read_workbook(saved(book)).mistakes
    assert str(wrong[0].code) == "workbook_no_table"
    assert ("legacy_encoding_vni", "7A!B1") in {(str(one.code), one.place) for one in wrong}


def _zip(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "workbook_old_format"),
        (b"PK\x03\x04 no zip", "workbook_damaged"),
        (_zip(xl__workbook=b"<workbook/>"), "workbook_damaged"),
        (_zip(xl__workbook=bytes(30_000_000)), "workbook_blown_up"),
        (_zip(xl__workbook=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "workbook_has_doctype"),
        (bytes(20_000_001), "workbook_too_large"),
    ],
)
def test_file_that_is_no_honest_workbook_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(WorkbookUnreadableError, match=code):
        open_workbook(data)


def test_values_far_from_the_table_are_refused() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.cell(2, MAX_COLUMN + 1, "x")

    with pytest.raises(WorkbookUnreadableError, match="workbook_too_many_cells"):
        open_workbook(_secondary(change))


def test_difference_from_a_circular_is_a_doubt_at_the_subjects_cell() -> None:
    drafts = _drafts(_secondary(lambda _: None))
    assert drafts.mistakes == ()
    assert ("mark_missing", "8A!G2") in {(str(doubt.code), doubt.place) for doubt in drafts.doubts}


def test_letters_of_an_old_encoding_are_a_doubt_at_their_cell() -> None:
    drafts = _drafts(_secondary(_put("C2", "NguyÔn V¨n An")))
    assert ("legacy_encoding_tcvn3", "8A!C2") in {(str(doubt.code), doubt.place) for doubt in drafts.doubts}


def _with_range(element: str, reference: str) -> bytes:
    """A sound workbook of some kilobytes whose sheet claims a range."""
    sound = zipfile.ZipFile(io.BytesIO(_secondary(lambda _sheet: None)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sound.infolist():
            claim = f'</sheetData><{element}s><{element} ref="{reference}"/></{element}s>'.encode()
            archive.writestr(part.filename, sound.read(part).replace(b"</sheetData>", claim))
    return buffer.getvalue()


@pytest.mark.parametrize("element", ["mergeCell", "hyperlink"])
@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("A1:CV10000", "workbook_too_many_cells"),
        ("A1:XFD1048576", "workbook_too_many_cells"),
        ("A1:A99999999", "workbook_damaged"),
        ("&#65;1:CV10000", "workbook_damaged"),
    ],
)
def test_range_is_measured_before_its_cells_are_made(element: str, reference: str, code: str) -> None:
    began = time.monotonic()
    with pytest.raises(WorkbookUnreadableError, match=code):
        open_workbook(_with_range(element, reference))
    assert time.monotonic() - began < 1


def test_small_range_is_read() -> None:
    assert open_workbook(_with_range("mergeCell", "A9:C9")).sheets[0].merged


def _broken_stream() -> bytes:
    sound = _secondary(lambda _sheet: None)
    part = zipfile.ZipFile(io.BytesIO(sound)).getinfo("xl/worksheets/sheet1.xml")
    middle = part.header_offset + 30 + len(part.filename) + part.compress_size // 2
    return sound[:middle] + b"\xff" * 40 + sound[middle + 40 :]


def _marked(*, flags: int = 0, method: int | None = None) -> bytes:
    """A sound workbook whose zip says of every part that it is encrypted, or packed in another way."""
    data = bytearray(_secondary(lambda _sheet: None))
    for signature, place_of_flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = -1
        while (place := data.find(signature, place + 1)) >= 0:
            data[place + place_of_flags] |= flags
            if method is not None:
                data[place + place_of_flags + 2] = method
    return bytes(data)


@pytest.mark.parametrize("data", [_broken_stream(), _marked(flags=1), _marked(method=99)])
def test_zip_that_cannot_be_unpacked_is_damaged(data: bytes) -> None:
    with pytest.raises(WorkbookUnreadableError, match="workbook_damaged"):
        open_workbook(data)
