"""A primary pupil's year: levels and tests around the pupil's ability, results by circular 27."""

from random import Random

from backend.assessment.circular_27 import (
    EXCELLENT_PUPIL,
    EXEMPLARY_PUPIL,
    TESTED_SUBJECTS,
    class_programme_completed,
    educational_result,
)
from backend.demo.pupils import DemoPupil
from backend.demo.remarks import (
    ad_hoc_commendation,
    primary_block_remark,
    primary_homeroom_remark,
    primary_subject_remark,
)
from backend.demo.special_pupils import EXEMPTION_REASONS, exempt_of_primary, not_assessed_primary
from backend.demo.standing import Standing, year_stream
from backend.demo.streams import chance
from backend.demo.taught_subjects import primary_subjects
from verifier.record.levels import AchievementLevel, EducationalResult, QualityLevel
from verifier.record.record import Remarks, SubjectDetail
from verifier.record.transcript import COMPETENCES, QUALITIES, PrimaryResults, PrimarySubject

_ONLY_WITH_SUBJECT = frozenset({"technology", "informatics"})
"""Competences that grades 1 and 2 have no subject for; the XML leaves them out (2088, annex 1.1)."""
_GENERAL_COMPETENCES = 3

_WEAK_SUBJECTS = frozenset({"TO", "TV"})
_EVERYTHING_WELL_DONE = 0.62
"""Share of pupils in the middle whose teachers write the top level everywhere."""


def primary_year(
    seed: int, pupil: DemoPupil, standing: Standing, *, first_year: int, grade: int
) -> tuple[PrimaryResults, tuple[SubjectDetail, ...], Remarks]:
    """Results, subjects with remarks, and the teacher's words of one year, as the card shows them."""
    random = year_stream(seed, pupil, first_year, "marks")
    # A teacher sees the whole child: one draw lifts or lowers all levels together.
    steady = chance(random, min(0.97, max(0.03, _EVERYTHING_WELL_DONE + 0.3 * standing.ability)))
    details = primary_subjects(pupil.seat.school.kind, grade, minority_language=pupil.learns_minority_language)
    exempt = exempt_of_primary(seed, pupil, first_year)
    subjects = tuple(_exempt_or(_subject(random, one.code, standing, steady=steady), exempt=exempt) for one in details)
    qualities = tuple(_quality(random, standing, steady=steady) for _ in QUALITIES)
    competences = tuple(
        None if name in _ONLY_WITH_SUBJECT and grade < 3 else _quality(random, standing, steady=steady)
        for name in COMPETENCES
    )
    result = educational_result(
        subjects=(one.level for one in subjects),
        qualities=qualities,
        competences=competences,
        scores=(one.score for one in subjects),
    )
    completed = class_programme_completed(result)
    results = PrimaryResults(
        subjects=subjects,
        qualities=qualities,
        competences=competences,
        educational_result=result,
        promoted=completed or chance(random, 0.3),
        class_programme_completed=completed,
        primary_programme_completed=completed if grade == 5 else None,
    )
    details = _with_remarks(random, details, subjects)
    remarks = _remarks(random, results, grade)
    if standing.not_assessed:
        return not_assessed_primary(results, details, remarks, grade=grade)
    return results, details, remarks


def _subject(random: Random, code: str, standing: Standing, *, steady: bool) -> PrimarySubject:
    level, score = _drawn(random, standing, steady=steady)
    if standing.struggles and code in _WEAK_SUBJECTS:
        # What the card shows is the last test: after the summer most reach the goals (annex 1, guidance 2).
        score = random.randint(5, 6) if standing.recovers else random.randint(2, 4)
        level = AchievementLevel.DONE if standing.recovers else AchievementLevel.NOT_DONE
    return PrimarySubject(code=code, level=level, score=score if code in TESTED_SUBJECTS else None)


def _exempt_or(subject: PrimarySubject, *, exempt: frozenset[str]) -> PrimarySubject:
    if subject.code not in exempt:
        return subject
    return PrimarySubject(code=subject.code, level=AchievementLevel.EXEMPT, score=None)


def _drawn(random: Random, standing: Standing, *, steady: bool) -> tuple[AchievementLevel, int]:
    middle = 9.0 + 0.5 * standing.ability if steady else 7.7 + 0.8 * standing.ability
    drawn = random.gauss(middle, 0.65)
    score = min(10, max(7 if steady else 5, int(drawn + 0.5)))
    well = steady or score >= 9 or (score >= 7 and chance(random, 0.55))
    return AchievementLevel.WELL_DONE if well else AchievementLevel.DONE, score


def _quality(random: Random, standing: Standing, *, steady: bool) -> QualityLevel:
    good = chance(random, 0.75 + 0.1 * standing.ability)
    return QualityLevel.GOOD if steady or good else QualityLevel.MET


def _with_remarks(
    random: Random, details: tuple[SubjectDetail, ...], subjects: tuple[PrimarySubject, ...]
) -> tuple[SubjectDetail, ...]:
    return tuple(
        SubjectDetail(
            code=detail.code,
            name=detail.name,
            remark=EXEMPTION_REASONS[one.code]
            if one.level is AchievementLevel.EXEMPT
            else primary_subject_remark(random, one.code, one.level),
        )
        for detail, one in zip(details, subjects, strict=True)
    )


def _remarks(random: Random, results: PrimaryResults, grade: int) -> Remarks:
    result = results.educational_result or EducationalResult.NOT_DONE
    return Remarks(
        homeroom_teacher=primary_homeroom_remark(random, result),
        qualities=primary_block_remark(random, "qualities", results.qualities),
        general_competences=primary_block_remark(
            random, "general_competences", results.competences[:_GENERAL_COMPETENCES]
        ),
        specific_competences=primary_block_remark(
            random, "specific_competences", results.competences[_GENERAL_COMPETENCES:]
        ),
        completion=_completion(results, grade),
        commendation=_commendation(random, result),
        commendation_ad_hoc=ad_hoc_commendation(random),
    )


def _completion(results: PrimaryResults, grade: int) -> str:
    """As annex 1 of the circular words it (guidance 6)."""
    if results.class_programme_completed:
        if grade == 5:
            return "Hoàn thành chương trình tiểu học."
        return f"Hoàn thành chương trình lớp {grade}; Được lên lớp {grade + 1}."
    moves = f"Được lên lớp {grade + 1}" if results.promoted else "Chưa được lên lớp"
    return f"Chưa hoàn thành chương trình lớp {grade}; {moves}."


def _commendation(random: Random, result: EducationalResult) -> str | None:
    if result is EducationalResult.EXCELLENT:
        return EXCELLENT_PUPIL
    chosen = chance(random, 0.6)
    return EXEMPLARY_PUPIL if result is EducationalResult.WELL_DONE and chosen else None
