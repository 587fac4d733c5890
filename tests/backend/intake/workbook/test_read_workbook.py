import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from backend.intake.workbook.build_records import build_records
from backend.intake.workbook.join_rows import Joined
from backend.intake.workbook.problems import Doubt
from backend.intake.workbook.read_workbook import WorkbookReading, read_workbook
from tests.backend.intake.workbook.school_workbooks import FACTS, MAKES, SchoolWorkbook, saved
from verifier.record.card_document import read_card
from verifier.record.parse_xml import parse_record
from verifier.record.write_xml import write_unsigned_card

RECORD_ID = "123e4567-e89b-42d3-a456-556642440000"


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.__name__)
def test_workbook_of_a_school_is_read_without_a_wrong_cell(make: Callable[[], SchoolWorkbook]) -> None:
    workbook = make()
    reading = read_workbook(workbook.data)
    drafts = build_records(reading, FACTS, new_record_id=lambda: RECORD_ID)
    assert drafts.mistakes == ()
    found = []
    for pupil in reading.pupils:
        values = {
            target: entry.value for target, entry in pupil.entries.items() if target not in {"name", "class_group"}
        }
        found.append({"name": pupil.name, "class": pupil.class_group, "personal_code": None, **values})
    wanted = [{k: v for k, v in pupil.items() if k != "name" or v} for pupil in workbook.pupils]
    assert sorted(found, key=str) == sorted(wanted, key=str)
    assert {str(doubt.code) for doubt in drafts.doubts if isinstance(doubt.code, Doubt)} == workbook.doubts
    read = {f"{found.sheet}!{found.cell}" for found in reading.readings}
    assert _cells_of_pupils(workbook.data, reading) - read == workbook.unread
    assert sum(len(pupil.entries) for pupil in reading.pupils) <= len(read)
    for draft in drafts.drafts:
        xml = write_unsigned_card(draft.record)
        assert parse_record(read_card(xml).data_element) == draft.record


def _cells_of_pupils(data: bytes, reading: WorkbookReading) -> set[str]:
    """Every filled cell of a row in which a pupil's name was read, but for the rows' numbers."""
    named = {
        (found.sheet, coordinate_to_tuple(found.cell)[0])
        for found in reading.readings
        if found.understood in {part for pupil in reading.pupils for part in (pupil.name, *_given_names(pupil))}
    }
    return {
        f"{sheet.title}!{cell.coordinate}"
        for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and (sheet.title, cell.row) in named
        if not (cell.column == 1 and isinstance(cell.value, int) and cell.value < 10)
    }


def _given_names(pupil: Joined) -> set[str]:
    return {str(pupil.value("given_name"))} - {"None"}


@pytest.mark.parametrize("year", ["NĂM HỌC 2024-2025", "Năm học: 2024 – 2025"])
def test_title_of_another_school_year_is_a_doubt_at_its_cell(year: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(MAKES[0]().data))
    book.worksheets[0]["A2"] = year
    drafts = build_records(read_workbook(saved(book)), FACTS, new_record_id=lambda: RECORD_ID)
    assert ("cell_year_of_title_differs", "Sheet1!A2") in {(str(doubt.code), doubt.place) for doubt in drafts.doubts}
