"""Circular 22/2021/TT-BGDĐT: semester and year results of grades 6 to 12, as pure functions.

Scores and averages are ``Decimal`` from 0 to 10. Averages round to one decimal, halves up, and the year's average is
made from the two *rounded* semester averages.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from verifier.record.levels import OverallLevel

Mark = Decimal | Literal["Đ", "CĐ"]
"""A subject's result: an average, or Đạt / Chưa đạt where the subject is assessed by remarks (article 5)."""

MAX_ABSENCES = 45
"""Sessions of absence a year, with or without leave, above which no pupil moves up (article 12.1c)."""

LAST_GRADES = frozenset({9, 12})
"""Moving up from these completes the programme of the level (article 12.1)."""

EXCELLENT_PUPIL = "Học sinh Xuất sắc"
GOOD_PUPIL = "Học sinh Giỏi"

_BEST_SCORE = Decimal(10)
_ADJUSTABLE = frozenset({OverallLevel.GOOD, OverallLevel.FAIR})
"""Levels of article 9.2a and b, which article 9.3 measures the fall from."""
_ONE_DECIMAL = Decimal("0.1")
_FROM_THE_TOP = (OverallLevel.GOOD, OverallLevel.FAIR, OverallLevel.PASS, OverallLevel.NOT_PASS)
_STEPS = MappingProxyType({level: step for step, level in enumerate(_FROM_THE_TOP)})
_G, _F, _P, _N = _FROM_THE_TOP

_TRAINING_OF_YEAR: Mapping[OverallLevel, Mapping[OverallLevel, OverallLevel]] = {
    # second semester: {first semester: year}
    _G: {_G: _G, _F: _G, _P: _F, _N: _F},
    _F: {_G: _F, _F: _F, _P: _F, _N: _P},
    _P: {_G: _F, _F: _P, _P: _P, _N: _P},
    _N: {_G: _N, _F: _N, _P: _N, _N: _N},
}


class LearningCriteria(Struct, frozen=True):
    """What a level of the learning result asks of the marks (article 9.2)."""

    every_score: Decimal
    """No scored subject below it."""
    good_score: Decimal
    """``GOOD_SUBJECTS`` scored subjects from it on."""
    failed_allowed: int
    """Subjects assessed by remarks that may be Chưa đạt."""


GOOD_SUBJECTS = 6
"""Scored subjects that have to be good for a level (article 9.2)."""
TITLE_SCORE = Decimal("9.0")
TITLE_SUBJECTS = 6
"""So many subjects from ``TITLE_SCORE`` on make a Học sinh Xuất sắc (article 15.1)."""

LEARNING_CRITERIA: Mapping[OverallLevel, LearningCriteria] = MappingProxyType(
    {
        OverallLevel.GOOD: LearningCriteria(Decimal("6.5"), Decimal("8.0"), failed_allowed=0),
        OverallLevel.FAIR: LearningCriteria(Decimal("5.0"), Decimal("6.5"), failed_allowed=0),
        OverallLevel.PASS: LearningCriteria(Decimal("3.5"), Decimal("5.0"), failed_allowed=1),
    }
)
"""From the top; what meets none of them is Chưa đạt."""


def round_average(value: Decimal) -> Decimal:
    """One decimal, halves up: 7.25 becomes 7.3 (article 5.3b)."""
    return value.quantize(_ONE_DECIMAL, rounding=ROUND_HALF_UP)


def regular_scores_per_semester(periods_a_year: int) -> int:
    """How many regular scores (ĐĐGtx) a scored subject has in a semester, by its periods a year (article 6)."""
    if periods_a_year <= 35:
        return 2
    return 3 if periods_a_year <= 70 else 4


def semester_average(regular: Sequence[Decimal], *, midterm: Decimal, final: Decimal) -> Decimal:
    """ĐTBmhk = (sum of regular + 2 x mid-term + 3 x final) / (number of regular + 5) (article 9.1b)."""
    return round_average((sum(regular, Decimal(0)) + 2 * midterm + 3 * final) / (len(regular) + 5))


def year_average(*, semester_1: Decimal, semester_2: Decimal) -> Decimal:
    """ĐTBmcn = (ĐTBmhkI + 2 x ĐTBmhkII) / 3, from the rounded semester averages (article 9.1b)."""
    return round_average((semester_1 + 2 * semester_2) / 3)


def year_remark(*, semester_2: Literal["Đ", "CĐ"]) -> Literal["Đ", "CĐ"]:
    """Year's result of a subject assessed by remarks: that of the second semester (article 9.1a)."""
    return semester_2


def training_of_year(*, semester_1: OverallLevel, semester_2: OverallLevel) -> OverallLevel:
    """Training result of the year from those of the two semesters (article 8.2b)."""
    return _TRAINING_OF_YEAR[semester_2][semester_1]


def learning_result(marks: Mapping[str, Mark], *, spoiler_counts: bool = False) -> OverallLevel:
    """Learning result of a semester or the year (article 9.2), adjusted where one subject spoils it (article 9.3).

    ``marks`` holds every assessed subject by its code; exempt subjects stand aside. The article does not say whether
    the one subject that spoils the result may stand for one of the six good ones. Without ``spoiler_counts`` it does
    not: the others have to reach Tốt or Khá by themselves. With it, the level is the one that the pupil would have had
    with the best mark in that subject. See decision 0020.
    """
    reached = unadjusted_learning_result(marks)
    if spoiling_subject(marks, spoiler_counts=spoiler_counts) is None:
        return reached
    return _FROM_THE_TOP[_STEPS[reached] - 1]


def spoiling_subject(marks: Mapping[str, Mark], *, spoiler_counts: bool = False) -> str | None:
    """Code of the one subject that alone pulls the result down by two steps or more (article 9.3), if there is one."""
    reached = unadjusted_learning_result(marks)
    if reached in _ADJUSTABLE:  # the fall from the top is less than two steps
        return None
    for code, mark in marks.items():
        others = {other: kept for other, kept in marks.items() if other != code}
        if spoiler_counts:
            others[code] = _BEST_SCORE if isinstance(mark, Decimal) else "Đ"
        without = unadjusted_learning_result(others)
        if without in _ADJUSTABLE and _STEPS[reached] - _STEPS[without] >= 2:
            return code
    return None


def unadjusted_learning_result(marks: Mapping[str, Mark]) -> OverallLevel:
    """Learning result by article 9.2 alone."""
    scores = [mark for mark in marks.values() if isinstance(mark, Decimal)]
    failed = sum(mark == "CĐ" for mark in marks.values())
    for level, criteria in LEARNING_CRITERIA.items():
        good = sum(score >= criteria.good_score for score in scores)
        lowest_is_enough = all(score >= criteria.every_score for score in scores)
        if failed <= criteria.failed_allowed and lowest_is_enough and good >= GOOD_SUBJECTS:
            return level
    return OverallLevel.NOT_PASS


def subjects_to_reexamine(
    marks: Mapping[str, Mark], *, learning: OverallLevel, training: OverallLevel
) -> tuple[str, ...]:
    """Codes of the subjects a pupil may be examined in again over the summer (article 14).

    Only a pupil whose learning result of the year is Chưa đạt and whose training result is at least Đạt: subjects
    under 5.0 and subjects with Chưa đạt. A new result replaces the year's result of its subject.
    """
    if learning is not OverallLevel.NOT_PASS or training is OverallLevel.NOT_PASS:
        return ()
    return tuple(code for code, mark in marks.items() if mark == "CĐ" or (isinstance(mark, Decimal) and mark < 5))


def year_after_reexamination(marks: Mapping[str, Mark], reexamined: Mapping[str, Mark]) -> dict[str, Mark]:
    """Year's marks where each new result has taken the place of the old one, for moving up only (article 14)."""
    return {**marks, **reexamined}


def trains_in_summer(*, training: OverallLevel) -> bool:
    """Whether a pupil trains in the summer holidays: the year's training result is Chưa đạt (article 13.1)."""
    return training is OverallLevel.NOT_PASS


def moves_up(*, learning: OverallLevel, training: OverallLevel, absences: int) -> bool:
    """Whether a pupil moves up or completes the programme (article 12.1).

    ``learning`` and ``training`` are those after re-examination and summer training, where there were any.
    """
    return OverallLevel.NOT_PASS not in {learning, training} and absences <= MAX_ABSENCES


def title_of_year(year_averages: Mapping[str, Mark], *, learning: OverallLevel, training: OverallLevel) -> str | None:
    """Title of the year (article 15.1): Xuất sắc with at least six subjects from 9.0 on, else Giỏi, else none."""
    if learning is not OverallLevel.GOOD or training is not OverallLevel.GOOD:
        return None
    return EXCELLENT_PUPIL if subjects_for_title(year_averages) >= TITLE_SUBJECTS else GOOD_PUPIL


def subjects_for_title(year_averages: Mapping[str, Mark]) -> int:
    """How many subjects are good enough for Học sinh Xuất sắc (article 15.1)."""
    return sum(isinstance(mark, Decimal) and mark >= TITLE_SCORE for mark in year_averages.values())
