import pytest
from openpyxl import Workbook

from backend.intake.workbook.build_records import build_records
from backend.intake.workbook.labels import catalogue, own_subject_code
from backend.intake.workbook.read_workbook import read_workbook
from tests.backend.intake.workbook.school_workbooks import FACTS, first_sheet, saved, write
from verifier.record.card_document import read_card
from verifier.record.parse_xml import parse_record
from verifier.record.transcript import PrimaryResults
from verifier.record.write_xml import write_unsigned_card

NAMES = ("Giáo dục kĩ năng sống", "Giáo dục kĩ năng số", "To", "Tô", "AN", "Võ", "Vovinam", "Chuyên đề Toán")


def test_codes_of_own_subjects_are_distinct_and_of_no_catalogue() -> None:
    codes = {own_subject_code(name) for name in NAMES}
    assert len(codes) == len(NAMES)
    for school in ("primary", "secondary"):
        assert not codes & {subject.code for subject in catalogue(school).subjects}
    assert all(3 < len(code) <= 12 for code in codes)


@pytest.mark.parametrize(
    ("name", "code"),
    [("Vovinam", "VOVINAM"), ("VOVINAM", "VOVINAM"), ("Yoga", "YOGA"), ("Giáo dục kĩ năng sống", "GIAODUC_6YSR")],
)
def test_code_of_an_own_subject_is_the_same_for_ever(name: str, code: str) -> None:
    assert own_subject_code(name) == code


def test_card_holds_own_subjects_that_begin_alike_and_one_named_like_a_code() -> None:
    book = Workbook()
    sheet = first_sheet(book, "3A")
    write(sheet, 1, ["Mã HS", "Họ và tên", "Ngày sinh", "Giới tính", "Môn Toán"])
    for number, name in enumerate(NAMES[:3], start=6):
        write(sheet, 1, [name], column=number)
    write(sheet, 2, ["Mức"] * 4, column=5)
    write(sheet, 3, ["A1", "Mai Lan", "03/04/2017", "Nữ", "T", "H", "C", "T"])
    other = book.create_sheet("3A (2)")
    write(other, 1, ["Mã HS", "Họ và tên", "GIÁO DỤC  KĨ NĂNG SỐNG"])
    write(other, 2, ["Nhận xét"], column=3)
    write(other, 3, ["A1", "Mai Lan", "Tự tin"])
    drafts = build_records(
        read_workbook(saved(book)), FACTS, new_record_id=lambda: "123e4567-e89b-42d3-a456-556642440000"
    )
    assert drafts.mistakes == ()
    record = parse_record(read_card(write_unsigned_card(drafts.drafts[0].record)).data_element)
    results = record.transcript.results
    assert isinstance(results, PrimaryResults)
    names = [detail.name for detail in record.subject_details]
    assert list(zip(names, [subject.level for subject in results.subjects], strict=True)) == [
        ("Toán", "T"),
        (NAMES[0], "H"),
        (NAMES[1], "C"),
        (NAMES[2], "T"),
    ]
