"""1789, article 22.2: a pupil who changes schools during the year has a card with results to date."""

from datetime import date

import pytest
from msgspec import structs

from backend.assessment.check_record import check_record
from tests.backend.assessment.demo_records import a_record, primary, secondary, with_results
from verifier.record.levels import OverallLevel
from verifier.record.record import Record
from verifier.record.transcript import PeriodLevels

GRADES = (1, 3, 5, 6, 9, 10, 12)


def left_on(record: Record, month: int, day: int) -> Record:
    """The pupil left in that month, with first semester's results if it was over, without any of the year."""
    first_year = int(record.transcript.school_year[:4])
    over = month < 8
    until = date(first_year + 1 if over else first_year, month, day)
    bare = structs.replace(record, remarks=structs.replace(record.remarks, commendation=None), results_until=until)
    if record.transcript.grade <= 5:
        results = primary(record)
        rows = tuple(structs.replace(row, level=row.level if over else None, score=None) for row in results.subjects)
        return with_results(
            bare,
            structs.replace(
                results,
                subjects=rows,
                educational_result=None,
                promoted=None,
                class_programme_completed=None,
                primary_programme_completed=None,
            ),
        )
    results_so_far = secondary(record)
    learning, training = results_so_far.learning, results_so_far.training
    return with_results(
        bare,
        structs.replace(
            results_so_far,
            subjects=tuple(
                structs.replace(
                    row, semester_1=row.semester_1 if over else None, semester_2=None, year=None, reexamination=None
                )
                for row in results_so_far.subjects
            ),
            learning=PeriodLevels(learning.semester_1 if over else None, None, None),
            training=PeriodLevels(training.semester_1 if over else None, None, None),
            promoted=None,
            programme_completed=None,
        ),
    )


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize(("month", "day"), [(10, 20), (1, 16), (4, 3)])
def test_article_22_2_nothing_of_the_year_is_missed(grade: int, month: int, day: int) -> None:
    record = left_on(a_record(grade), month, day)
    assert check_record(record) == ()
    missed = {warning.code for warning in check_record(structs.replace(record, results_until=None))}
    assert missed & {"mark_missing", "value_missing"}


@pytest.mark.parametrize("grade", GRADES)
def test_article_22_2_result_of_the_year_on_a_card_to_date(grade: int) -> None:
    record = a_record(grade)
    left = structs.replace(record, results_until=left_on(record, 1, 16).results_until)
    warnings = [warning for warning in check_record(left) if warning.code == "results_to_date_have_year"]
    assert {warning.article for warning in warnings} == {"22.2"}
    fields = [warning.field for warning in warnings]
    if grade <= 5:
        assert fields[:3] == ["KET_QUA_XEP_LOAI", "DUOC_LEN_LOP", "DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC"]
        assert ("DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC" in fields) is (grade == 5)
    else:
        assert fields[:3] == ["DIEM_CA_NAM", "KET_QUA_HOC_TAP_CA_NAM", "KET_QUA_REN_LUYEN_CA_NAM"]
        assert any(field.startswith("DA_HOAN_THANH_CHUONG_TRINH_T") for field in fields) is (grade in {9, 12})


def test_article_22_2_semester_that_is_over_is_checked_as_ever() -> None:
    record = left_on(a_record(8), 1, 16)
    results = secondary(record)
    assert results.learning.semester_1 is not OverallLevel.NOT_PASS
    wrong = structs.replace(results, learning=PeriodLevels(OverallLevel.NOT_PASS, None, None))
    (warning,) = check_record(with_results(record, wrong))
    assert (warning.code, warning.field) == ("learning_result_differs", "KET_QUA_HOC_TAP_HOC_KY_1")


@pytest.mark.parametrize(
    ("days_off", "warned"), [((0, 8, 1), False), ((0, 7, 31), True), ((1, 7, 31), False), ((1, 8, 1), True)]
)
def test_day_up_to_which_results_stand_is_in_the_school_year(days_off: tuple[int, int, int], *, warned: bool) -> None:
    record = left_on(a_record(8), 10, 1)
    years, month, day = days_off
    until = date(int(record.transcript.school_year[:4]) + years, month, day)
    found = {warning.code for warning in check_record(structs.replace(record, results_until=until))}
    assert found == ({"results_until_outside_year"} if warned else set())
