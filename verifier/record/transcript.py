"""The part of a card that may be shown to anyone who holds it: who, where, when, and every mark.

A ``Transcript`` is read from the signed XML and, independently, from the capsule; a card is consistent only if the
two are equal. It never holds the personal code, address, health, ethnicity or remarks.
"""

from datetime import date

from msgspec import Struct

from verifier.record.levels import AchievementLevel, EducationalResult, OverallLevel, QualityLevel, Regulation

QUALITIES = ("patriotism", "compassion", "diligence", "honesty", "responsibility")
"""Phẩm chất chủ yếu, in the form's order."""

COMPETENCES = (
    "autonomy",
    "communication",
    "problem_solving",
    "language",
    "calculation",
    "science",
    "technology",
    "informatics",
    "aesthetics",
    "physical",
)
"""Năng lực: three general, then seven specific, in the form's order."""


class PrimarySubject(Struct, frozen=True):
    """One subject of a primary card."""

    code: str
    """Subject code of the catalogue, or the school's own."""
    level: AchievementLevel | None
    score: int | None
    """End-of-year periodic test, 0 to 10 (circular 27, article 7.1d)."""


class SecondarySubject(Struct, frozen=True):
    """One subject of a secondary card. A mark is "0.0" to "10.0", "Đ", "CĐ" or "M" (exempt); see ``marks.py``."""

    code: str
    semester_1: str | None
    semester_2: str | None
    year: str | None
    reexamination: str | None = None


class PrimaryResults(Struct, frozen=True, tag_field="kind", tag="primary"):
    """Results of grades 1 to 5 (circular 27)."""

    subjects: tuple[PrimarySubject, ...]
    qualities: tuple[QualityLevel | None, ...]
    """Five levels in the order of ``QUALITIES``."""
    competences: tuple[QualityLevel | None, ...]
    """Ten levels in the order of ``COMPETENCES``."""
    educational_result: EducationalResult | None
    promoted: bool | None
    class_programme_completed: bool | None
    primary_programme_completed: bool | None


class PeriodLevels(Struct, frozen=True):
    """Learning or training result by period."""

    semester_1: OverallLevel | None
    semester_2: OverallLevel | None
    year: OverallLevel | None
    after_summer: OverallLevel | None = None
    """After re-examination or summer training, when there was one."""


class SecondaryResults(Struct, frozen=True, tag_field="kind", tag="secondary"):
    """Results of grades 6 to 12 (circular 22)."""

    subjects: tuple[SecondarySubject, ...]
    learning: PeriodLevels
    training: PeriodLevels
    absences: int | None
    """Sessions missed in the year, with or without leave."""
    promoted: bool | None
    programme_completed: bool | None
    """Lower or upper secondary programme, last grade only."""


class Transcript(Struct, frozen=True):
    """Who, where, when and every mark of one card."""

    record_id: str
    """Mã tra cứu: UUID version 4 in lower case, never used twice."""
    name: str
    date_of_birth: date
    school_code: str
    school_year: str
    """"2025-2026"."""
    grade: int
    class_group: str
    regulation: Regulation
    results: PrimaryResults | SecondaryResults
