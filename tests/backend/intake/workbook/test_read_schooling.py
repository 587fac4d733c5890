"""What a workbook says beside the results: the study process, pupils who are not assessed, exemptions, dates."""

from datetime import date

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from backend.intake.workbook.build_records import Drafts, build_records, facts_of_cover
from backend.intake.workbook.problems import Doubt
from backend.intake.workbook.read_workbook import read_workbook
from tests.backend.intake.workbook.school_workbooks import FACTS, first_sheet, saved, write
from verifier.record.card_document import read_card
from verifier.record.parse_xml import parse_record
from verifier.record.record import Record, SchoolingEntry
from verifier.record.transcript import SecondaryResults, SecondarySubject
from verifier.record.write_xml import write_unsigned_card

RECORD_ID = "123e4567-e89b-42d3-a456-556642440000"


def _class() -> tuple[Workbook, Worksheet]:
    """Class 6A with two pupils."""
    book = Workbook()
    sheet = first_sheet(book, "6A")
    write(sheet, 1, ["Mã HS", "Họ và tên", "Ngày sinh", "Giới tính", "Quốc tịch", "Toán HKI", "GDTC CN"])
    write(sheet, 2, ["A1", "Mai Lan", "03/04/2014", "Nữ", "Việt Nam", 8, "Đ"])
    write(sheet, 3, ["A2", "Mai Cúc", "05/06/2014", "Nữ", "Việt Nam", 7, "Đ"])
    return book, sheet


def _drafts(book: Workbook) -> Drafts:
    reading = read_workbook(saved(book))
    return build_records(reading, FACTS.over(facts_of_cover(reading)), new_record_id=lambda: RECORD_ID)


def _records(drafts: Drafts) -> list[Record]:
    assert drafts.mistakes == ()
    for draft in drafts.drafts:
        assert parse_record(read_card(write_unsigned_card(draft.record)).data_element) == draft.record
    return [draft.record for draft in drafts.drafts]


def _doubts(drafts: Drafts) -> set[tuple[str, str]]:
    usual = {"cell_personal_code_missing", "cell_nationality_taken"}
    return {
        (doubt.code, doubt.place) for doubt in drafts.doubts if doubt.code in set(Doubt) and doubt.code not in usual
    }


def test_study_process_is_tied_by_code_and_by_the_only_name() -> None:
    book, _ = _class()
    sheet = book.create_sheet("QT học tập")
    sheet["A1"] = "QUÁ TRÌNH HỌC TẬP"
    write(sheet, 2, ["STT", "Mã học sinh", "Họ và tên", "Năm học", "Lớp", "Tên trường", "Ngày nhập học/ chuyển đến"])
    write(sheet, 3, [1, "A1", "Mai Lan", "2023-2024", "4A", "TH Kim Đồng", date(2023, 9, 5)])
    write(sheet, 4, [None, None, None, "2024-2025", "5A", "TH Kim Đồng", "chuyển đến 10/2024"])
    write(sheet, 5, [2, None, "MAI CÚC", "2024-2025", "5B", "TH Ba Đình"])
    write(sheet, 6, [3, "A9", "Mai Chín", "2024-2025", "5B", "TH Ba Đình"])
    sheet.merge_cells("B3:B4")
    sheet.merge_cells("C3:C4")
    drafts = _drafts(book)
    first, second = _records(drafts)
    assert first.schooling == (
        SchoolingEntry("4A", "TH Kim Đồng", "2023-2024", "05/09/2023"),
        SchoolingEntry("5A", "TH Kim Đồng", "2024-2025", "chuyển đến 10/2024"),
    )
    assert second.schooling == (SchoolingEntry("5B", "TH Ba Đình", "2024-2025", None),)
    assert _doubts(drafts) == {("cell_joined_by_name", "QT học tập!C5"), ("schooling_of_nobody", "QT học tập!B6")}


def test_study_process_of_another_name_or_without_a_school_is_refused_at_its_cell() -> None:
    book, _ = _class()
    sheet = book.create_sheet("Quá trình học tập")
    write(sheet, 1, ["Mã HS", "Họ và tên", "Năm học", "Lớp", "Trường"])
    write(sheet, 2, ["A1", "Mai Cúc", "2024-2025", "5B", "TH Ba Đình"])
    write(sheet, 3, ["A2", "Mai Cúc", "2024-2025", "5B"])
    write(sheet, 4, [None, None, "2024-2025", "5B", "TH Ba Đình"])
    mistakes = {(str(wrong.code), wrong.place) for wrong in _drafts(book).mistakes}
    assert mistakes == {
        ("cell_contradiction", "Quá trình học tập!A2"),
        ("cell_value_missing", "Quá trình học tập!A3"),
        ("row_without_name", "Quá trình học tập!C4"),
    }


def test_pupil_on_an_individual_plan_is_not_assessed() -> None:
    book, sheet = _class()
    write(sheet, 1, ["Khuyết tật không đánh giá", "Ngữ văn CN"], column=8)
    for column in (6, 7):
        sheet.cell(2, column).value = None
    write(sheet, 2, ["x"], column=8)
    write(sheet, 3, ["Không đánh giá"], column=9)
    drafts = _drafts(book)
    first, second = _records(drafts)
    assert (first.pupil.not_assessed, second.pupil.not_assessed) == (True, False)
    results = first.transcript.results
    assert isinstance(results, SecondaryResults)
    assert results.subjects == tuple(SecondarySubject(code, None, None, None) for code in ("TO", "NV", "TC"))
    other = second.transcript.results
    assert isinstance(other, SecondaryResults)
    assert other.subjects[1] == SecondarySubject("NV", None, None, None)
    assert _doubts(drafts) == {("cell_not_assessed_unsaid", "6A!I3")}


def test_reason_of_an_exemption_becomes_the_remark() -> None:
    book, sheet = _class()
    sheet["G2"] = "M"
    write(sheet, 1, ["GDTC - Lý do miễn", "GDTC Nhận xét"], column=8)
    write(sheet, 2, ["Bệnh tim, giấy của bệnh viện"], column=8)
    write(sheet, 3, ["Đau chân", "Nhanh nhẹn"], column=8)
    drafts = _drafts(book)
    first, second = _records(drafts)
    assert [detail.remark for detail in first.subject_details] == [None, "Bệnh tim, giấy của bệnh viện"]
    assert second.subject_details[1].remark == "Nhanh nhẹn\nĐau chân"
    assert _doubts(drafts) == {("cell_exemption_unsaid", "6A!H3")}
    assert not any(doubt.code == "exemption_reason_missing" for doubt in drafts.doubts)


def test_days_of_the_cover_and_the_teacher_of_each_class() -> None:
    book, sheet = _class()
    write(sheet, 1, ["GVCN"], column=8)
    write(sheet, 3, ["Lê Hoa"], column=8)
    cover = book.create_sheet("Thông tin")
    write(cover, 1, ["Ngày lập học bạ", date(2026, 5, 30)])
    write(cover, 2, ["Ngày ký học bạ", 46173])
    write(cover, 3, ["Giáo viên chủ nhiệm", "Trần Bình"])
    first, second = _records(_drafts(book))
    assert (first.signers.created_on, first.signers.signed_on) == ("2026-05-30", "2026-05-31")
    assert (first.signers.homeroom_teacher_name, second.signers.homeroom_teacher_name) == ("Trần Bình", "Lê Hoa")


def test_second_and_minority_languages_and_the_summer_are_read() -> None:
    book, sheet = _class()
    labels = [
        "Ngoại ngữ 2 (Tiếng Nhật) CN",
        "Tiếng DTTS CN",
        "Toán Kiểm tra lại",
        "KQHT sau hè",
        "Nội dung rèn luyện hè",
    ]
    write(sheet, 1, labels, column=8)
    write(sheet, 2, ["7,5", "8", "5,5", "Đạt", "Lao động công ích"], column=8)
    first, _ = _records(_drafts(book))
    results = first.transcript.results
    assert isinstance(results, SecondaryResults)
    found = {subject.code: subject for subject in results.subjects}
    assert (found["NN2"].year, found["DT"].year, found["TO"].reexamination) == ("7.5", "8.0", "5.5")
    assert (results.learning.after_summer, first.remarks.summer_training) == ("Đ", "Lao động công ích")
    assert {detail.name for detail in first.subject_details} >= {"Ngoại ngữ 2 (Tiếng Nhật)", "Tiếng dân tộc thiểu số"}
