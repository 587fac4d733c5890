import pytest

from verifier.record.levels import EducationLevel
from verifier.record.paper_rows import paper_rows
from verifier.record.subjects import catalogue_of_grade


@pytest.mark.parametrize(
    ("level", "grade"),
    [
        (EducationLevel.PRIMARY, 3),
        (EducationLevel.LOWER_SECONDARY, 8),
        (EducationLevel.UPPER_SECONDARY, 11),
    ],
)
def test_every_subject_that_the_programme_teaches_has_a_row(level: EducationLevel, grade: int) -> None:
    rows = paper_rows(level)
    taught = {subject.code for subject in catalogue_of_grade(grade).subjects if subject.is_taught_in(grade)}
    known = rows.always + rows.if_taken
    if level is EducationLevel.UPPER_SECONDARY:
        taught.discard("CNG")  # taught as industry or as agriculture, each with a row of its own
    assert taught <= set(known)
    assert len(set(known)) == len(known)


def test_rows_stand_in_the_forms_order_whatever_the_records() -> None:
    rows = paper_rows(EducationLevel.UPPER_SECONDARY).in_order(("TO", "NV", "TIN", "VL", "VOV", "CD"))
    assert rows == ("NV", "TO", "NN1", "LS", "TC", "QP", "HN", "DP", "VL", "TIN", "VOV", "CD")
