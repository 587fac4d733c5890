"""Circular 27/2020/TT-BGDĐT: year-end results of grades 1 to 5, as pure functions."""

from collections.abc import Iterable

from verifier.record.levels import AchievementLevel, EducationalResult, QualityLevel

TESTED_SUBJECTS = frozenset({"TV", "TO", "NN1", "LSD", "KH", "TIN", "CNG"})
"""Codes of subjects with an end-of-year test (article 7.1b); foreign language 1 is compulsory from grade 3 on."""

LAST_GRADE = 5
"""Completing its programme completes primary school (article 11.2)."""

EXCELLENT_PUPIL = "Học sinh Xuất sắc"
"""Title for the result Hoàn thành xuất sắc (article 13.1a)."""

EXEMPLARY_PUPIL = "Học sinh Tiêu biểu hoàn thành tốt trong học tập và rèn luyện"
"""Title that the class and the teacher decide on for Hoàn thành tốt (article 13.1a); it cannot be computed."""


def educational_result(
    *,
    subjects: Iterable[AchievementLevel | None],
    qualities: Iterable[QualityLevel | None],
    competences: Iterable[QualityLevel | None],
    scores: Iterable[int | None],
) -> EducationalResult:
    """Year-end educational result (article 9.2a), looked up from the top.

    What was not assessed (None: no such subject in this grade; an exemption) does not count. ``scores`` are the
    end-of-year tests, 0 to 10 without decimals (article 7.1d).
    """
    levels = {level for level in subjects if level not in {None, AchievementLevel.EXEMPT}}
    traits = {level for level in (*qualities, *competences) if level is not None}
    lowest = min((score for score in scores if score is not None), default=10)

    if levels <= {AchievementLevel.WELL_DONE} and traits <= {QualityLevel.GOOD}:
        if lowest >= 9:
            return EducationalResult.EXCELLENT
        if lowest >= 7:
            return EducationalResult.WELL_DONE
    if AchievementLevel.NOT_DONE not in levels and QualityLevel.NEEDS_EFFORT not in traits and lowest >= 5:
        return EducationalResult.DONE
    return EducationalResult.NOT_DONE


def class_programme_completed(result: EducationalResult) -> bool:
    """Whether the result alone completes the class's programme (article 11).

    Otherwise the pupil is helped and assessed again; whether a pupil who still has not completed it moves up is the
    principal's decision, so promotion is a fact of its own.
    """
    return result is not EducationalResult.NOT_DONE


def primary_programme_completed(result: EducationalResult, *, grade: int) -> bool:
    """Whether the year completes primary school: its last grade is completed (article 11.2)."""
    return grade == LAST_GRADE and class_programme_completed(result)


def titles_of_year(result: EducationalResult) -> frozenset[str]:
    """Titles that a result allows (article 13.1a).

    Hoàn thành xuất sắc gives Học sinh Xuất sắc. Hoàn thành tốt only allows the other one: it also needs an outstanding
    subject or clear progress, and the class to agree.
    """
    if result is EducationalResult.EXCELLENT:
        return frozenset({EXCELLENT_PUPIL})
    return frozenset({EXEMPLARY_PUPIL}) if result is EducationalResult.WELL_DONE else frozenset()
