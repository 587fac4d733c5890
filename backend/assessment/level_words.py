"""What the levels of the two circulars are called, in both languages; "T" is a level of three scales."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from backend.messages import Sentence
from verifier.record.levels import AchievementLevel, EducationalResult, OverallLevel, QualityLevel

EDUCATIONAL: Mapping[str, Sentence] = MappingProxyType(
    {
        EducationalResult.EXCELLENT: Sentence("Hoàn thành xuất sắc", "Excellent"),
        EducationalResult.WELL_DONE: Sentence("Hoàn thành tốt", "Well done"),
        EducationalResult.DONE: Sentence("Hoàn thành", "Done"),
        EducationalResult.NOT_DONE: Sentence("Chưa hoàn thành", "Not done"),
    }
)

ACHIEVEMENT: Mapping[str, Sentence] = MappingProxyType(
    {
        AchievementLevel.WELL_DONE: Sentence("Hoàn thành tốt", "Well done"),
        AchievementLevel.DONE: Sentence("Hoàn thành", "Done"),
        AchievementLevel.NOT_DONE: Sentence("Chưa hoàn thành", "Not done"),
        AchievementLevel.EXEMPT: Sentence("Miễn", "Exempt"),
    }
)

QUALITY: Mapping[str, Sentence] = MappingProxyType(
    {
        QualityLevel.GOOD: Sentence("Tốt", "Good"),
        QualityLevel.MET: Sentence("Đạt", "Met"),
        QualityLevel.NEEDS_EFFORT: Sentence("Cần cố gắng", "Needs effort"),
    }
)

OVERALL: Mapping[str, Sentence] = MappingProxyType(
    {
        OverallLevel.GOOD: Sentence("Tốt", "Good"),
        OverallLevel.FAIR: Sentence("Khá", "Fair"),
        OverallLevel.PASS: Sentence("Đạt", "Pass"),
        OverallLevel.NOT_PASS: Sentence("Chưa đạt", "Not pass"),
    }
)

ANSWERS: Mapping[str, Sentence] = MappingProxyType({"1": Sentence("có", "yes"), "0": Sentence("không", "no")})
"""A yes or no of the card, as the ministry's XML writes it."""


def words_of_mark(mark: Decimal) -> Sentence:
    """A mark as it stands on the card, in both languages: 6,5. An English sentence is read beside the same table."""
    as_on_paper = f"{mark:.1f}".replace(".", ",")
    return Sentence(as_on_paper, as_on_paper)
