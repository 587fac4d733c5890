"""What teachers write on cards, drawn from the word lists to fit the level reached."""

from decimal import Decimal
from random import Random

from backend.demo.streams import chance, one_of
from backend.demo.wordlists import wordlist
from verifier.record.levels import AchievementLevel, EducationalResult, OverallLevel, QualityLevel

_SCORE_BANDS = ("8.0", "6.5", "5.0", "0")
"""Lowest year average of each band of sentences."""


def primary_subject_remark(random: Random, code: str, level: AchievementLevel | None) -> str | None:
    """A remark on one primary subject; subjects of the school's own and exempt ones have none."""
    words = wordlist("remarks_primary")
    phrases = words["subjects"].get(code, {}).get(level)
    if not phrases:
        return None
    ending = one_of(random, words["endings"][level])
    return f"{one_of(random, phrases)}{ending}."


def primary_block_remark(random: Random, block: str, levels: tuple[QualityLevel | None, ...]) -> str:
    """The one remark on all qualities, or on one kind of competences: it speaks of the lowest level among them."""
    given = [level for level in levels if level is not None]
    lowest = max(given, key=tuple(QualityLevel).index)
    return str(one_of(random, wordlist("remarks_primary")[block][lowest]))


def primary_homeroom_remark(random: Random, result: EducationalResult) -> str:
    """NHAN_XET_GVCN of a primary card."""
    return str(one_of(random, wordlist("remarks_primary")["homeroom"][result]))


def ad_hoc_commendation(random: Random) -> str | None:
    """Khen thưởng đột xuất, for one pupil in twelve."""
    drawn = str(one_of(random, wordlist("remarks_primary")["ad_hoc"]))
    return drawn if chance(random, 1 / 12) else None


def secondary_subject_remark(random: Random, code: str, mark: str | None) -> str | None:
    """A subject teacher's remark on the year's result ("7.5", "Đ", "CĐ"); none for an exempt subject."""
    words = wordlist("remarks_secondary")
    if mark in {"Đ", "CĐ"}:
        phrases = words["remark"].get(code, {}).get(mark)
        return str(one_of(random, phrases)) if phrases else None
    topics = words["topics"].get(code)
    if mark in {None, "M"} or not topics:
        return None
    band = next(band for band in _SCORE_BANDS if Decimal(str(mark)) >= Decimal(band))
    return str(one_of(random, words["score"][band]).format(topic=one_of(random, topics)))


def secondary_homeroom_remark(random: Random, learning: OverallLevel) -> str:
    """NHAN_XET_GVCN of a secondary card."""
    return str(one_of(random, wordlist("remarks_secondary")["homeroom"][learning]))


def competition(random: Random, subject: str) -> str | None:
    """A prize at a competition, for one pupil in fifteen."""
    drawn = str(one_of(random, wordlist("remarks_secondary")["competitions"])).format(subject=subject)
    return drawn if chance(random, 1 / 15) else None


def certificate(random: Random) -> str | None:
    """A certificate, for one pupil in twenty."""
    drawn = str(one_of(random, wordlist("remarks_secondary")["certificates"]))
    return drawn if chance(random, 1 / 20) else None


def summer_training_note(random: Random) -> str:
    """How the summer's training went."""
    return str(one_of(random, wordlist("remarks_secondary")["summer_training"]))
