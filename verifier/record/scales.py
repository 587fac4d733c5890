"""How the XML writes the levels: letters (the sector database) or full words (the sample of 2088, annex 2)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from verifier.errors import MalformedInputError
from verifier.record.levels import AchievementLevel, EducationalResult, OverallLevel, QualityLevel

Scale = TypeVar("Scale", bound=StrEnum)

_ACHIEVEMENT_WORDS = {
    "hoàn thành tốt": AchievementLevel.WELL_DONE,
    "hoàn thành": AchievementLevel.DONE,
    "chưa hoàn thành": AchievementLevel.NOT_DONE,
    "miễn": AchievementLevel.EXEMPT,
}
_QUALITY_WORDS = {
    "tốt": QualityLevel.GOOD,
    "đạt": QualityLevel.MET,
    "cần cố gắng": QualityLevel.NEEDS_EFFORT,
}
_EDUCATIONAL_RESULT_WORDS = {
    "hoàn thành xuất sắc": EducationalResult.EXCELLENT,
    "hoàn thành tốt": EducationalResult.WELL_DONE,
    "hoàn thành": EducationalResult.DONE,
    "chưa hoàn thành": EducationalResult.NOT_DONE,
}
_OVERALL_WORDS = {
    "tốt": OverallLevel.GOOD,
    "khá": OverallLevel.FAIR,
    "đạt": OverallLevel.PASS,
    "chưa đạt": OverallLevel.NOT_PASS,
}


def _with_letters(scale: type[Scale], words: Mapping[str, Scale]) -> Mapping[str, Scale]:
    return MappingProxyType({**words, **{member.value.casefold(): member for member in scale}})


ACHIEVEMENT_LEVELS = _with_letters(AchievementLevel, _ACHIEVEMENT_WORDS)
QUALITY_LEVELS = _with_letters(QualityLevel, _QUALITY_WORDS)
EDUCATIONAL_RESULTS = _with_letters(EducationalResult, _EDUCATIONAL_RESULT_WORDS)
OVERALL_LEVELS = _with_letters(OverallLevel, _OVERALL_WORDS)


def parse_level(text: str, scale: Mapping[str, Scale], *, field: str) -> Scale:
    """Level written as a letter or in full, in any case.

    Raises:
        MalformedInputError: ``level_unknown`` with the field.
    """
    level = scale.get(text.strip().replace("Ð", "Đ").casefold())  # Eth looks like Đ
    if level is None:
        raise MalformedInputError("level_unknown", field=field)
    return level
