"""Which subjects a class is taught: the programme of 2018, upper secondary after circular 13/2022."""

from backend.demo.schools import Kind, Seat
from backend.demo.streams import one_of, stream
from verifier.record.record import SubjectDetail
from verifier.record.subjects import catalogue_of_grade

_EVERY_GRADE = frozenset({"TV", "TO", "DD", "TC", "AN", "MT", "TN"})
_FROM_GRADE_3 = frozenset({"NN1", "TIN", "CNG"})
_FROM_GRADE_4 = frozenset({"LSD", "KH"})
_UNTIL_GRADE_3 = frozenset({"TNX"})
"""Subjects of the 2018 programme by grade."""
_MINORITY_LANGUAGE = frozenset({"DT"})

LOWER_SECONDARY = frozenset({"TO", "LSD", "KHT", "TIN", "NV", "NN1", "CD", "CNG", "TC", "NT", "DP", "HN"})
UPPER_COMPULSORY = frozenset({"NV", "TO", "NN1", "LS", "TC", "QP", "HN", "DP"})
UPPER_CHOICES = (
    frozenset({"VL", "HH", "SH", "TIN"}),
    frozenset({"VL", "HH", "TIN", "CNC"}),
    frozenset({"DL", "KPL", "TIN", "CNN"}),
    frozenset({"DL", "KPL", "VL", "AN"}),
    frozenset({"SH", "HH", "CNN", "MT"}),
    frozenset({"DL", "KPL", "SH", "TIN"}),
)
"""Four of nine, as schools group them into classes."""

PERIODS_A_YEAR = {
    "TO": 140, "NV": 140, "NN1": 105, "NN2": 105, "LSD": 105, "KHT": 140, "TIN": 35, "CD": 35, "CNG": 52,
    "LS": 52, "DL": 70, "KPL": 70, "VL": 70, "HH": 70, "SH": 70, "CNC": 70, "CNN": 70, "QP": 35,
}  # fmt: skip
"""Decides how many regular scores a semester has."""
UPPER_PERIODS_A_YEAR = {"TO": 105, "NV": 105, "TIN": 70}

REMARK_SUBJECTS = frozenset({"TC", "NT", "DP", "HN", "AN", "MT"})
"""Assessed by remarks alone (circular 22, article 5)."""

OWN_SUBJECT = SubjectDetail(code="TAT", name="Tiếng Anh tăng cường")
"""What international schools teach beside the programme: a subject that is in no catalogue."""


def primary_subjects(kind: Kind, grade: int, *, minority_language: bool) -> tuple[SubjectDetail, ...]:
    """Subjects of a primary grade in the form's order, the school's own behind them."""
    taught = _EVERY_GRADE | (_FROM_GRADE_3 if grade >= 3 else frozenset())
    taught |= _FROM_GRADE_4 if grade >= 4 else _UNTIL_GRADE_3
    taught |= _MINORITY_LANGUAGE if minority_language else frozenset()
    return _in_form_order(kind, grade, taught)


def periods_a_year(code: str, grade: int) -> int:
    """Periods of a subject; subjects of the school's own have as many as a second foreign language."""
    upper = UPPER_PERIODS_A_YEAR.get(code) if grade >= 10 else None
    return upper or PERIODS_A_YEAR.get(code, 105)


def secondary_subjects(seed: int, seat: Seat, grade: int, *, minority_language: bool) -> tuple[SubjectDetail, ...]:
    """Subjects of a secondary class in the form's order, the school's own behind them."""
    taught = LOWER_SECONDARY if grade <= 9 else UPPER_COMPULSORY | _chosen(seed, seat)
    if grade <= 9 and _teaches_second_language(seat.school.kind, seat.class_number):
        taught |= {"NN2"}
    taught |= _MINORITY_LANGUAGE if minority_language else frozenset()
    return _in_form_order(seat.school.kind, grade, taught)


def _in_form_order(kind: Kind, grade: int, taught: frozenset[str]) -> tuple[SubjectDetail, ...]:
    catalogue = catalogue_of_grade(grade).subjects
    details = tuple(SubjectDetail(code=one.code, name=one.vi) for one in catalogue if one.code in taught)
    return (*details, OWN_SUBJECT) if kind == "international" else details


def _chosen(seed: int, seat: Seat) -> frozenset[str]:
    """A class keeps its four subjects for all three years (so the grade does not count)."""
    return one_of(stream(seed, "choice", seat.school.ordinal, seat.class_number), UPPER_CHOICES)


def _teaches_second_language(kind: Kind, class_number: int) -> bool:
    return kind == "international" or (kind == "lower_secondary" and class_number == 4)
