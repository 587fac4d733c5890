"""The scales of the two circulars.

Three scales share the letters T, Đ and C and mean different things, so each is a type of its own. The values are the
letters that stand in the ministry's XML.
"""

from enum import StrEnum
from functools import lru_cache


class EducationLevel(StrEnum):
    """Cấp học; the ministry's codes 02, 03, 04 are in ``MINISTRY_LEVEL_CODES``."""

    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    UPPER_SECONDARY = "upper_secondary"


MINISTRY_LEVEL_CODES = {
    "02": EducationLevel.PRIMARY,
    "03": EducationLevel.LOWER_SECONDARY,
    "04": EducationLevel.UPPER_SECONDARY,
}


class Regulation(StrEnum):
    """The circular a card was assessed under, as it stands in ``THONG_TU``."""

    CIRCULAR_27 = "27/2020/TT-BGDĐT"
    CIRCULAR_22 = "22/2021/TT-BGDĐT"


class AchievementLevel(StrEnum):
    """Mức đạt được of a primary subject (circular 27, article 7.1a)."""

    WELL_DONE = "T"
    DONE = "H"
    NOT_DONE = "C"
    EXEMPT = "M"


class QualityLevel(StrEnum):
    """Level of a primary quality or competence (circular 27, article 7.2)."""

    GOOD = "T"
    MET = "Đ"
    NEEDS_EFFORT = "C"


class EducationalResult(StrEnum):
    """Đánh giá kết quả giáo dục, primary (circular 27, article 9.2a)."""

    EXCELLENT = "HTXS"
    WELL_DONE = "HTT"
    DONE = "HT"
    NOT_DONE = "CHT"


class OverallLevel(StrEnum):
    """Kết quả học tập and kết quả rèn luyện, secondary (circular 22, articles 8 and 9)."""

    GOOD = "T"
    FAIR = "K"
    PASS = "Đ"
    NOT_PASS = "CĐ"


@lru_cache(maxsize=12)  # asked several times for each card
def level_of_grade(grade: int) -> EducationLevel:
    """Education level of a grade 1 to 12."""
    if grade <= 5:
        return EducationLevel.PRIMARY
    return EducationLevel.LOWER_SECONDARY if grade <= 9 else EducationLevel.UPPER_SECONDARY
