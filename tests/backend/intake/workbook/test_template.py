"""What is filled into our template is read back as it was meant, whatever it is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from backend.intake.workbook.build_records import Facts, build_records, facts_of_cover
from backend.intake.workbook.labels import School, catalogue
from backend.intake.workbook.read_workbook import read_workbook
from backend.intake.workbook.template import build_template, template_columns
from tests.backend.intake.workbook.strategies import classes
from verifier.record.record import Record


def facts_of(record: Record) -> Facts:
    school, signers = record.school, record.signers
    return Facts(
        school_code=school.code,
        school_name=school.name,
        department_code=school.department_code,
        department_name=school.department_name,
        ward=school.ward,
        district=school.district,
        province=school.province,
        school_year=record.transcript.school_year,
        homeroom_teacher_name=signers.homeroom_teacher_name,
        manager_name=signers.manager_name,
        manager_title=signers.manager_title,
        place=signers.place,
        created_on=signers.created_on,
    )


@given(st.one_of(classes("primary"), classes("secondary")))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_records_come_back_from_the_template_as_they_went_in(records: list[Record]) -> None:
    school: School = "primary" if records[0].transcript.grade <= 5 else "secondary"
    data = build_template(school, records=records, facts=facts_of(records[0]))
    reading = read_workbook(data)
    ids = iter([record.transcript.record_id for record in records])
    drafts = build_records(reading, facts_of_cover(reading), new_record_id=lambda: next(ids))
    assert drafts.mistakes == ()
    assert [draft.record for draft in drafts.drafts] == records
    assert all((draft.record.pupil.personal_code is None) == bool(draft.missing) for draft in drafts.drafts)


@pytest.mark.parametrize("school", ["primary", "secondary"])
def test_every_column_of_the_template_is_one_that_the_reader_knows(school: School) -> None:
    columns = template_columns(school)
    targets = [column.target for column in columns]
    assert len(targets) == len(set(targets))
    for subject in catalogue(school).subjects:
        assert any(target.startswith(f"subject:{subject.code}:") for target in targets)


def test_blank_template_is_told_from_a_filled_one() -> None:
    reading = read_workbook(build_template("primary"), class_group="1A")
    assert [str(wrong.code) for wrong in reading.mistakes] == ["workbook_no_pupil"]


@pytest.mark.parametrize(
    ("grade", "there", "not_there"), [(2, "TNX", "KH"), (5, "KH", "TNX"), (7, "KHT", "VL"), (11, "VL", "KHT")]
)
def test_template_of_a_grade_has_its_subjects(grade: int, there: str, not_there: str) -> None:
    school: School = "primary" if grade <= 5 else "secondary"
    targets = {column.target.split(":")[1] for column in template_columns(school, grade=grade) if ":" in column.target}
    assert there in targets
    assert not_there not in targets


def test_facts_given_by_hand_stand_over_the_cover() -> None:
    assert structs.asdict(Facts(place="Huế").over(Facts(place="Hà Nội", province="X")))["place"] == "Huế"
