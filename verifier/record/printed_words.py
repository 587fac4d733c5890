"""The words in which an official form says a record's values: levels, dates, sentences, and the order of its rows.

The forms are typeset from them and the deep check of a PDF (``verifier.printed_card``) looks for them on its pages.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from verifier.record.levels import (
    AchievementLevel,
    EducationalResult,
    EducationLevel,
    OverallLevel,
    QualityLevel,
    level_of_grade,
)
from verifier.record.paper_rows import paper_rows
from verifier.record.record import Record, SubjectDetail
from verifier.record.subjects import Subject
from verifier.record.transcript import PrimaryResults, SecondaryResults

LAST_PRIMARY_GRADE = 5

_LevelT = TypeVar("_LevelT", bound=StrEnum)

LEVEL_TITLES = MappingProxyType(
    {
        EducationLevel.PRIMARY: "tiểu học",
        EducationLevel.LOWER_SECONDARY: "trung học cơ sở",
        EducationLevel.UPPER_SECONDARY: "trung học phổ thông",
    }
)
ACHIEVEMENT = MappingProxyType(
    {
        AchievementLevel.WELL_DONE: "Hoàn thành tốt",
        AchievementLevel.DONE: "Hoàn thành",
        AchievementLevel.NOT_DONE: "Chưa hoàn thành",
        AchievementLevel.EXEMPT: "Miễn",
    }
)
QUALITY = MappingProxyType(
    {QualityLevel.GOOD: "Tốt", QualityLevel.MET: "Đạt", QualityLevel.NEEDS_EFFORT: "Cần cố gắng"}
)
RESULT = MappingProxyType(
    {
        EducationalResult.EXCELLENT: "Hoàn thành xuất sắc",
        EducationalResult.WELL_DONE: "Hoàn thành tốt",
        EducationalResult.DONE: "Hoàn thành",
        EducationalResult.NOT_DONE: "Chưa hoàn thành",
    }
)
OVERALL = MappingProxyType(
    {
        OverallLevel.GOOD: "Tốt",
        OverallLevel.FAIR: "Khá",
        OverallLevel.PASS: "Đạt",
        OverallLevel.NOT_PASS: "Chưa đạt",
    }
)


def word(words: Mapping[_LevelT, str], level: _LevelT | None) -> str:
    """A level in words; nothing where none was given."""
    return "" if level is None else words[level]


def printed_mark(mark: str | None) -> str:
    """A secondary mark with a decimal comma."""
    return (mark or "").replace(".", ",")


def printed_date(day: date) -> str:
    """dd/mm/yyyy, as Vietnamese papers write dates."""
    return f"{day:%d/%m/}{day.year:04d}"


def printed_day(text: str) -> str:
    """An ISO date as dd/mm/yyyy; anything else as the school wrote it."""
    day = as_date(text)
    return printed_date(day) if day else text


def day_in_words(day: date) -> str:
    """The day above a signature."""
    return f"ngày {day:%d} tháng {day:%m} năm {day.year}"


def as_date(text: str | None) -> date | None:
    """An ISO date, or None for anything else."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def signing_day(record: Record) -> date | None:
    """The day that the form gives for the signing."""
    return as_date(record.signers.signed_on) or as_date(record.signers.created_on)


def after_label(school: str) -> str:
    """The name behind the label "Trường:", which must not say it twice; the sample writes "Trường: Tiểu học …"."""
    first, _, rest = school.partition(" ")
    return rest[:1].upper() + rest[1:] if first.casefold() == "trường" and rest else school


def row_codes(record: Record) -> tuple[str, ...]:
    """Codes of the subjects of the form, in the order of its rows, with rows that the pupil has no marks for."""
    taken = [subject.code for subject in record.transcript.results.subjects]
    return paper_rows(record.level).in_order(taken)


def subject_name(entry: Subject | None, detail: SubjectDetail | None, grade: int) -> str:
    """The form's name of a subject; for foreign languages and the school's own subjects, the school's words."""
    of_school = "Ngoại ngữ 1" if level_of_grade(grade) is EducationLevel.PRIMARY else "Ngoại ngữ"
    if detail is not None and (entry is None or entry.vi.startswith(of_school)):
        return detail.name
    return entry.vi if entry else ""


def primary_completion(results: PrimaryResults, grade: int) -> str:
    """The sentence of section 6 when the school wrote none (circular 27, annex 1, guidance 6)."""
    if results.primary_programme_completed and grade == LAST_PRIMARY_GRADE:
        return "Hoàn thành chương trình tiểu học."
    parts = []
    if results.class_programme_completed is not None:
        done = "Hoàn thành" if results.class_programme_completed else "Chưa hoàn thành"
        parts.append(f"{done} chương trình lớp {grade}")
    if results.promoted is not None:
        parts.append(f"Được lên lớp {grade + 1}" if results.promoted else "Chưa được lên lớp")
    return "; ".join(parts) + "." if parts else ""


def secondary_promotion(results: SecondaryResults) -> str:
    """Whether the pupil moves up, when the school wrote nothing."""
    if results.promoted is None:
        return ""
    if not results.promoted:
        return "Không được lên lớp"
    later = (results.learning.after_summer, results.training.after_summer)
    if any(level is not None for level in later) or any(s.reexamination is not None for s in results.subjects):
        return "Được lên lớp sau khi kiểm tra lại môn học hoặc rèn luyện trong hè"
    return "Được lên lớp"


def secondary_completion(record: Record, results: SecondaryResults) -> str:
    """Whether the programme is completed, when the school wrote nothing."""
    if results.programme_completed is None:
        return ""
    done = "Hoàn thành" if results.programme_completed else "Chưa hoàn thành"
    return f"{done} chương trình {LEVEL_TITLES[record.level]}."
