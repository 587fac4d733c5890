from collections.abc import Callable

import pytest

from backend.intake.workbook.build_records import build_records
from backend.intake.workbook.problems import Doubt
from backend.intake.workbook.read_workbook import read_workbook
from tests.backend.intake.workbook.school_workbooks import FACTS, MAKES, SchoolWorkbook
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
    for draft in drafts.drafts:
        xml = write_unsigned_card(draft.record)
        assert parse_record(read_card(xml).data_element) == draft.record
