"""Pupils who do not fit the columns: exempt from a subject, or learning by a plan of their own.

All that is drawn here has streams of its own, so that everybody else's cards stay as they are.
"""

from msgspec import structs

from backend.demo.pupils import DemoPupil
from backend.demo.standing import year_stream
from backend.demo.streams import chance
from verifier.record.record import Remarks, SubjectDetail
from verifier.record.transcript import PeriodLevels, PrimaryResults, SecondaryResults

EXEMPTION_REASONS = {
    "DP": "Miễn học: học sinh người nước ngoài.",
    "TC": "Miễn học phần thực hành theo hồ sơ của nhà trường.",
}
"""Why a subject has the mark M; what ails a pupil is nobody's business."""
EXEMPT_CHANCE = 0.006
"""Share of primary pupils whom an illness exempts from physical education."""
_BY_PLAN = "Học theo kế hoạch giáo dục cá nhân"
_NOTHING = PeriodLevels(None, None, None)


def exempt_of_primary(seed: int, pupil: DemoPupil, first_year: int) -> frozenset[str]:
    """Codes of the subjects that a primary pupil is exempt from."""
    drawn = chance(year_stream(seed, pupil, first_year, "exempt"), EXEMPT_CHANCE)
    return frozenset({"TC"}) if drawn else frozenset()


def not_assessed_primary(
    results: PrimaryResults, details: tuple[SubjectDetail, ...], remarks: Remarks, *, grade: int
) -> tuple[PrimaryResults, tuple[SubjectDetail, ...], Remarks]:
    """The card without the results of subjects and year (circular 27, article 8); the pupil goes on with the class."""
    bare = structs.replace(
        results,
        subjects=tuple(structs.replace(row, level=None, score=None) for row in results.subjects),
        educational_result=None,
        promoted=True,
        class_programme_completed=None,
        primary_programme_completed=None,
    )
    words = f"{_BY_PLAN}." if grade == 5 else f"{_BY_PLAN}; Được lên lớp {grade + 1}."
    return bare, _without_remarks(details), structs.replace(remarks, completion=words, commendation=None)


def not_assessed_secondary(
    results: SecondaryResults, details: tuple[SubjectDetail, ...], remarks: Remarks
) -> tuple[SecondaryResults, tuple[SubjectDetail, ...], Remarks]:
    """The card without marks and learning results (circular 22, article 11); the pupil goes on with the class."""
    bare = structs.replace(
        results,
        subjects=tuple(
            structs.replace(row, semester_1=None, semester_2=None, year=None, reexamination=None)
            for row in results.subjects
        ),
        learning=_NOTHING,
        promoted=True,
        programme_completed=None,
    )
    words = structs.replace(remarks, completion=f"{_BY_PLAN}.", promotion="Được lên lớp", commendation=None)
    return bare, _without_remarks(details), words


def _without_remarks(details: tuple[SubjectDetail, ...]) -> tuple[SubjectDetail, ...]:
    return tuple(structs.replace(detail, remark=None) for detail in details)
