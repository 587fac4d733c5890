"""A secondary pupil's year: scores around the pupil's ability, averages and results by circular 22."""

from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Literal

from backend.assessment.circular_22 import (
    Mark,
    learning_result,
    moves_up,
    regular_scores_per_semester,
    round_average,
    semester_average,
    subjects_to_reexamine,
    title_of_year,
    training_of_year,
    year_average,
    year_remark,
)
from backend.demo.pupils import DemoPupil
from backend.demo.remarks import (
    certificate,
    competition,
    secondary_homeroom_remark,
    secondary_subject_remark,
    summer_training_note,
)
from backend.demo.schools import subject_teacher
from backend.demo.special_pupils import EXEMPTION_REASONS, not_assessed_secondary
from backend.demo.standing import Standing, year_stream
from backend.demo.streams import chance, weighted
from backend.demo.taught_subjects import REMARK_SUBJECTS, periods_a_year, secondary_subjects
from verifier.record.levels import OverallLevel
from verifier.record.record import Remarks, SubjectDetail
from verifier.record.transcript import PeriodLevels, SecondaryResults, SecondarySubject

PROMOTED = "Được lên lớp"
PROMOTED_AFTER_SUMMER = "Được lên lớp sau khi kiểm tra lại môn học hoặc rèn luyện trong hè"
NOT_PROMOTED = "Không được lên lớp"

_TRAINING = {OverallLevel.GOOD: 86, OverallLevel.FAIR: 11, OverallLevel.PASS: 3}
_GOOD_ENOUGH = 5
"""Scored subjects from 5.0 on of a pupil who struggles: one fewer than article 9.2c asks for."""

_Semester = dict[str, Mark]


class _Draw:
    """One pupil's year while it is being drawn."""

    def __init__(self, seed: int, pupil: DemoPupil, standing: Standing, first_year: int, grade: int) -> None:
        self.random = year_stream(seed, pupil, first_year, "marks")
        self.pupil = pupil
        self.standing = standing
        self.grade = grade
        self.details = secondary_subjects(seed, pupil.seat, grade, minority_language=pupil.learns_minority_language)
        scored = [one.code for one in self.details if one.code not in REMARK_SUBJECTS]
        examined_again = standing.struggles and not standing.trains_in_summer
        weak = len(scored) - _GOOD_ENOUGH if examined_again else 0
        self.weak = frozenset(self.random.sample(scored, weak))
        self.exempt = frozenset({"DP"}) if pupil.is_foreign else frozenset()
        # Chronic illness exempts a few from physical education.
        if chance(self.random, 0.006):
            self.exempt |= {"TC"}

    def semester(self, lift: float) -> _Semester:
        marks: _Semester = {}
        for detail in self.details:
            if detail.code in self.exempt:
                continue
            if detail.code in REMARK_SUBJECTS:
                marks[detail.code] = "Đ"
            else:
                marks[detail.code] = self._average(detail.code, lift)
        return marks

    def _average(self, code: str, lift: float) -> Decimal:
        middle = 7.7 + 1.05 * self.standing.ability + lift + self.random.gauss(0, 0.55)
        middle = 3.6 if code in self.weak else max(middle, 5.4)
        regular = [
            self._score(middle + 0.4, "0.5")
            for _ in range(regular_scores_per_semester(periods_a_year(code, self.grade)))
        ]
        return semester_average(regular, midterm=self._score(middle, "0.25"), final=self._score(middle - 0.1, "0.25"))

    def _score(self, middle: float, step: Literal["0.5", "0.25"]) -> Decimal:
        """One test, marked in half or quarter points and written with one decimal (article 5.3b)."""
        drawn = min(10.0, max(1.0, self.random.gauss(middle, 0.7)))
        return round_average(Decimal(int(drawn / float(step) + 0.5)) * Decimal(step))

    def training(self) -> tuple[OverallLevel, OverallLevel]:
        first, second = weighted(self.random, _TRAINING), weighted(self.random, _TRAINING)
        return (OverallLevel.PASS, OverallLevel.NOT_PASS) if self.standing.trains_in_summer else (first, second)


def secondary_year(
    seed: int, pupil: DemoPupil, standing: Standing, *, first_year: int, grade: int
) -> tuple[SecondaryResults, tuple[SubjectDetail, ...], Remarks]:
    """Results, subjects with remarks, and the teachers' words of one year, as the card shows them."""
    draw = _Draw(seed, pupil, standing, first_year, grade)
    first, second = draw.semester(-0.1), draw.semester(0.1)
    year = {code: _of_year(mark, second[code]) for code, mark in first.items()}
    training_1, training_2 = draw.training()
    training = PeriodLevels(
        semester_1=training_1,
        semester_2=training_2,
        year=training_of_year(semester_1=training_1, semester_2=training_2),
        after_summer=OverallLevel.PASS if standing.trains_in_summer else None,
    )
    learning_year = learning_result(year)
    again = _examined_again(
        draw.random,
        year,
        recovers=standing.recovers,
        learning=learning_year,
        training=training.year or OverallLevel.NOT_PASS,
    )
    learning = PeriodLevels(
        semester_1=learning_result(first),
        semester_2=learning_result(second),
        year=learning_year,
        after_summer=learning_result(year | again) if again else None,
    )
    absences = standing.absences_excused + standing.absences_unexcused
    promoted = moves_up(learning=_final(learning), training=_final(training), absences=absences)
    results = SecondaryResults(
        subjects=tuple(_row(one.code, draw.exempt, first, second, year, again) for one in draw.details),
        learning=learning,
        training=training,
        absences=absences,
        promoted=promoted,
        programme_completed=promoted if grade in {9, 12} else None,
    )
    details = tuple(
        SubjectDetail(
            code=detail.code,
            name=detail.name,
            remark=EXEMPTION_REASONS.get(detail.code)
            if detail.code in draw.exempt
            else secondary_subject_remark(draw.random, detail.code, row.year),
            teacher_name=subject_teacher(seed, pupil.seat.school, detail.code, grade),
        )
        for detail, row in zip(draw.details, results.subjects, strict=True)
    )
    remarks = _remarks(draw, results, year)
    if standing.not_assessed:
        return not_assessed_secondary(results, details, remarks)
    return results, details, remarks


def _of_year(semester_1: Mark, semester_2: Mark) -> Mark:
    if isinstance(semester_1, Decimal) and isinstance(semester_2, Decimal):
        return year_average(semester_1=semester_1, semester_2=semester_2)
    return year_remark(semester_2="Đ" if semester_2 == "Đ" else "CĐ")


def _examined_again(
    random: Random, year: Mapping[str, Mark], *, recovers: bool, learning: OverallLevel, training: OverallLevel
) -> dict[str, Mark]:
    """Marks of the re-examination."""
    subjects = subjects_to_reexamine(year, learning=learning, training=training)
    return {code: Decimal(random.randint(50, 68) if recovers else random.randint(25, 45)) / 10 for code in subjects}


def _final(levels: PeriodLevels) -> OverallLevel:
    return levels.after_summer or levels.year or OverallLevel.NOT_PASS


def _row(
    code: str, exempt: frozenset[str], first: _Semester, second: _Semester, year: _Semester, again: dict[str, Mark]
) -> SecondarySubject:
    if code in exempt:
        return SecondarySubject(code=code, semester_1="M", semester_2="M", year="M")
    return SecondarySubject(
        code=code,
        semester_1=_written(first[code]),
        semester_2=_written(second[code]),
        year=_written(year[code]),
        reexamination=_written(again[code]) if code in again else None,
    )


def _written(mark: Mark) -> str:
    return f"{mark:.1f}" if isinstance(mark, Decimal) else mark


def _remarks(draw: _Draw, results: SecondaryResults, year: Mapping[str, Mark]) -> Remarks:
    random = draw.random
    learning, training = _final(results.learning), _final(results.training)
    best = max((mark, detail.name) for detail in draw.details if isinstance(mark := year.get(detail.code), Decimal))
    prize = competition(random, best[1])
    paper = certificate(random)
    strong = results.learning.year in {OverallLevel.GOOD, OverallLevel.FAIR}
    return Remarks(
        homeroom_teacher=secondary_homeroom_remark(random, learning),
        completion=_completion(results, draw.grade),
        promotion=_promotion(results),
        commendation=title_of_year(
            year,
            learning=results.learning.year or learning,
            training=results.training.year or training,
        ),
        competitions=prize if strong else None,
        certificates=paper if strong and draw.grade >= 8 else None,
        summer_training=summer_training_note(random) if results.training.after_summer else None,
    )


def _promotion(results: SecondaryResults) -> str:
    if not results.promoted:
        return NOT_PROMOTED
    summer = results.learning.after_summer or results.training.after_summer
    return PROMOTED_AFTER_SUMMER if summer else PROMOTED


def _completion(results: SecondaryResults, grade: int) -> str | None:
    if not results.programme_completed:
        return None
    return f"Hoàn thành chương trình trung học {'cơ sở' if grade == 9 else 'phổ thông'}"
