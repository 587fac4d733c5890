"""What is filled into our template is read back as it was meant, whatever it is."""

import io

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from backend.archive.prepared.card import Missing
from backend.intake.workbook.build_records import Facts, build_records, facts_of_cover
from backend.intake.workbook.labels import School, Surroundings, resolve
from backend.intake.workbook.problems import Doubt
from backend.intake.workbook.read_workbook import read_workbook
from backend.intake.workbook.template import build_template, template_columns
from tests.backend.intake.workbook.strategies import classes
from tests.backend.issuing.sample_records import primary_record, secondary_record, upper_secondary_record
from verifier.record.levels import EducationLevel, level_of_grade
from verifier.record.record import Record
from verifier.record.subjects import catalogue_of_grade


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
        signed_on=signers.signed_on,
    )


@pytest.mark.parametrize("level", EducationLevel)
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_records_come_back_from_the_template_as_they_went_in(level: EducationLevel, data: st.DataObject) -> None:
    records = data.draw(classes(level))
    reading = read_workbook(build_template(level, records=records, facts=facts_of(records[0])))
    ids = iter([record.transcript.record_id for record in records])
    drafts = build_records(reading, facts_of_cover(reading), new_record_id=lambda: next(ids))
    assert drafts.mistakes == ()
    assert [draft.record for draft in drafts.drafts] == records
    for draft in drafts.drafts:
        assert (draft.record.pupil.personal_code is None) == (Missing.PERSONAL_CODE in draft.missing)


@pytest.mark.parametrize("level", EducationLevel)
def test_every_column_of_the_template_is_one_that_the_reader_knows(level: EducationLevel) -> None:
    columns = template_columns(level)
    targets = [column.target for column in columns]
    assert len(targets) == len(set(targets))
    school: School = "primary" if level is EducationLevel.PRIMARY else "secondary"
    for column in columns:
        labels = [label for label in (column.group, column.label) if label is not None]
        assert resolve(labels, Surroundings(school)) == column.target


@pytest.mark.parametrize("record", [primary_record(), secondary_record(), upper_secondary_record()])
def test_filled_template_is_read_without_a_doubt(record: Record) -> None:
    kept = {subject.code for subject in catalogue_of_grade(record.transcript.grade).subjects}
    details = tuple(detail for detail in record.subject_details if detail.code in kept)
    subjects = tuple(subject for subject in record.transcript.results.subjects if subject.code in kept)
    results = structs.replace(record.transcript.results, subjects=subjects)
    pupil = structs.replace(record.pupil, personal_code=_code_of(record))
    transcript = structs.replace(record.transcript, results=results)
    record = structs.replace(record, transcript=transcript, subject_details=details, pupil=pupil)
    reading = read_workbook(build_template(record.level, records=[record], facts=facts_of(record)))
    drafts = build_records(reading, facts_of_cover(reading), new_record_id=lambda: record.transcript.record_id)
    assert [doubt for doubt in drafts.doubts if isinstance(doubt.code, Doubt)] == []
    assert drafts.mistakes == ()
    (draft,) = drafts.drafts
    assert (draft.record.pupil, draft.record.schooling) == (record.pupil, record.schooling)
    assert {subject.code: subject for subject in draft.record.transcript.results.subjects} == {
        subject.code: subject for subject in subjects
    }


def _code_of(record: Record) -> str:
    day = record.transcript.date_of_birth
    return f"001{(day.year // 100 - 19) * 2}{day.year % 100:02}000017"


@pytest.mark.parametrize("level", EducationLevel)
def test_blank_template_is_told_from_a_filled_one(level: EducationLevel) -> None:
    reading = read_workbook(build_template(level), class_group={"p": "1A", "l": "6A", "u": "10A"}[level[0]])
    assert [str(wrong.code) for wrong in reading.mistakes] == ["workbook_no_pupil"]
    assert reading.doubts == ()


@pytest.mark.parametrize(
    ("grade", "there", "not_there"), [(2, "TNX", "KH"), (5, "KH", "TNX"), (7, "KHT", "VL"), (11, "VL", "KHT")]
)
def test_template_of_a_grade_or_a_level_has_its_subjects(grade: int, there: str, not_there: str) -> None:
    level = level_of_grade(grade)
    columns = template_columns(level, grade=grade)
    targets = {column.target.split(":")[1] for column in columns if ":" in column.target}
    assert there in targets
    assert not_there not in targets
    of_level = {column.target.split(":")[1] for column in template_columns(level) if ":" in column.target}
    assert targets <= of_level
    assert ("VL" in of_level, "KHT" in of_level) == (grade >= 10, grade == 7)


def test_template_offers_what_a_cell_can_hold() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(build_template(EducationLevel.UPPER_SECONDARY, grade=10)))["Kết quả"]
    labels = {(sheet.cell(1, n).value, sheet.cell(2, n).value): get_column_letter(n) for n in range(1, 400)}
    offered = {str(found.sqref): found for found in sheet.data_validations.dataValidation}

    def of(group: str, label: str | None) -> DataValidation:
        letter = next(letter for words, letter in labels.items() if words == (group, label))
        found: DataValidation = offered[f"{letter}3:{letter}302"]
        return found

    assert of("Giáo dục thể chất", "HKI").formula1 == '"Đ,CĐ,M,KĐG"'
    assert "ROUND" in str(of("Toán", "HKI").formula1)
    assert of("Ngày sinh", None).type == "date"


def test_facts_given_by_hand_stand_over_the_cover() -> None:
    assert structs.asdict(Facts(place="Huế").over(Facts(place="Hà Nội", province="X")))["place"] == "Huế"
