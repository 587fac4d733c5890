"""The results of a capsule, packed: which subjects, every mark, and the year's outcome.

``docs/formats/capsule.md``, "Results", describes every byte.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache
from itertools import repeat
from typing import TypeVar

from msgspec import Struct

from verifier.errors import MalformedInputError
from verifier.record.levels import AchievementLevel, EducationalResult, OverallLevel, QualityLevel
from verifier.record.marks import NO_MARK_BYTE, mark_to_byte, marks_from_bytes
from verifier.record.subjects import SubjectCatalogue, catalogue_of_grade
from verifier.record.transcript import (
    COMPETENCES,
    QUALITIES,
    PeriodLevels,
    PrimaryResults,
    PrimarySubject,
    SecondaryResults,
    SecondarySubject,
)

# A level's number is its place here plus one; 0 is "none".
_ACHIEVEMENT = (AchievementLevel.WELL_DONE, AchievementLevel.DONE, AchievementLevel.NOT_DONE, AchievementLevel.EXEMPT)
_QUALITY = (QualityLevel.GOOD, QualityLevel.MET, QualityLevel.NEEDS_EFFORT)
_EDUCATIONAL = (
    EducationalResult.EXCELLENT,
    EducationalResult.WELL_DONE,
    EducationalResult.DONE,
    EducationalResult.NOT_DONE,
)
_OVERALL = (OverallLevel.GOOD, OverallLevel.FAIR, OverallLevel.PASS, OverallLevel.NOT_PASS)
_FOUR_QUALITIES = [
    tuple(
        None if number == 0 else _QUALITY[number - 1] for number in (byte >> 6, byte >> 4 & 3, byte >> 2 & 3, byte & 3)
    )
    for byte in range(256)
]
"""The four levels in each byte, two bits each: every number of two bits is one."""
_FLAGS = (None, False, True)
"""A flag's two bits: 0 unknown, 1 no, 2 yes."""

_NO_SCORE = 15
_MAX_SCORE = 10
_PRIMARY_MARKS = [
    (number << 4 | score, level, None if score == _NO_SCORE else score)
    for number, level in enumerate((None, *_ACHIEVEMENT))
    for score in (*range(_MAX_SCORE + 1), _NO_SCORE)
]
"""Every byte that is the mark of a primary subject, with its level and score."""
_LEVELS = {byte: level for byte, level, _ in _PRIMARY_MARKS}
_SCORES = {byte: score for byte, _, score in _PRIMARY_MARKS}
_NO_ABSENCES = 0xFFFF
_PRIMARY_SUMMARY_BYTES = 6
_SECONDARY_SUMMARY_BYTES = 7
_MARKS_A_SUBJECT = {True: 1, False: 3}
"""Bytes a subject in the marks: primary, secondary."""
_OWN_MARKS = {True: 1, False: 4}
"""Bytes of a subject of the school's own: primary, secondary (re-examination last)."""
_MAX_BITMAP_BITS = 64
_NO_REEXAMINATION = (b"", bytes([NO_MARK_BYTE]))

Results = PrimaryResults | SecondaryResults
Level = TypeVar("Level", bound=StrEnum)


class PackedResults(Struct, frozen=True):
    """Items 10 to 14 of the capsule's array."""

    summary: bytes
    bitmap: int
    marks: bytes
    reexaminations: bytes
    own_subjects: tuple[tuple[str, bytes], ...]


def pack_results(results: Results, *, grade: int) -> PackedResults:
    """Pack results whose subjects stand in the form's order, the school's own last.

    Raises:
        MalformedInputError: ``capsule_malformed`` with the field, for results that no card can have.
    """
    catalogue = catalogue_of_grade(grade)
    numbers: list[int] = []
    marks = reexaminations = b""
    own: list[tuple[str, bytes]] = []
    width = _MARKS_A_SUBJECT[isinstance(results, PrimaryResults)]
    for subject in results.subjects:
        known = catalogue.by_code(subject.code)
        packed = _pack_subject(subject)
        if known is None:
            own.append((subject.code, packed))
            continue
        if own or (numbers and numbers[-1] >= known.number):
            raise _malformed("subjects")
        numbers.append(known.number)
        marks += packed[:width]
        if packed[width:] not in _NO_REEXAMINATION:
            reexaminations += bytes([known.number]) + packed[width:]
    if len({code for code, _ in own}) != len(own):
        raise _malformed("own_subjects")
    summary = _pack_primary(results) if isinstance(results, PrimaryResults) else _pack_secondary(results)
    return PackedResults(summary, sum(1 << number for number in numbers), marks, reexaminations, tuple(own))


def unpack_results(packed: PackedResults, *, grade: int, primary: bool) -> Results:
    """Results of a capsule, only as ``pack_results`` would have packed them.

    Raises:
        MalformedInputError: ``capsule_malformed`` with the field, ``mark_malformed``, ``capsule_subject_unknown``;
            ``capsule_not_canonical`` for bits without meaning, re-examinations out of order or without a mark.
    """
    catalogue = catalogue_of_grade(grade)
    codes = _codes(packed.bitmap, catalogue)
    width = _MARKS_A_SUBJECT[primary]
    if len(packed.marks) != width * len(codes):
        raise _malformed("marks")
    if packed.own_subjects:
        _check_own_subjects(packed.own_subjects, catalogue, expected_bytes=_OWN_MARKS[primary])
    if primary:
        if packed.reexaminations:
            raise _malformed("reexaminations")
        return _unpack_primary(packed.summary, _primary_subjects(packed, codes))
    return _unpack_secondary(packed.summary, _secondary_subjects(packed, catalogue, codes))


def _check_own_subjects(
    subjects: tuple[tuple[str, bytes], ...], catalogue: SubjectCatalogue, *, expected_bytes: int
) -> None:
    own = {code for code, _ in subjects}
    if len(own) != len(subjects) or any(catalogue.by_code(code) is not None for code in own):
        raise _malformed("own_subjects")
    if any(len(marks) != expected_bytes for _, marks in subjects):
        raise _malformed("own_subjects")


def _primary_subjects(packed: PackedResults, codes: tuple[str, ...]) -> list[PrimarySubject]:
    marks = packed.marks
    for code, own in packed.own_subjects:
        codes, marks = (*codes, code), marks + own
    try:
        return list(map(PrimarySubject, codes, map(_LEVELS.__getitem__, marks), map(_SCORES.__getitem__, marks)))
    except KeyError as error:
        raise _malformed("marks") from error


def _secondary_subjects(
    packed: PackedResults, catalogue: SubjectCatalogue, codes: tuple[str, ...]
) -> list[SecondarySubject]:
    marks = iter(marks_from_bytes(packed.marks))  # three for each code, of which the columns below take one by turns
    again: Iterable[str | None] = repeat(None)
    if packed.reexaminations:
        again = map(_reexaminations(packed.reexaminations, catalogue, codes).get, codes)
    subjects = list(map(SecondarySubject, codes, marks, marks, marks, again))
    return subjects + [SecondarySubject(code, *marks_from_bytes(own)) for code, own in packed.own_subjects]


def _malformed(field: str) -> MalformedInputError:
    return MalformedInputError("capsule_malformed", field=field)


def _not_canonical() -> MalformedInputError:
    return MalformedInputError("capsule_not_canonical")


@lru_cache(maxsize=1_000)
def _codes(bitmap: int, catalogue: SubjectCatalogue) -> tuple[str, ...]:
    """Cached: the pupils of a grade have a few sets of subjects."""
    if not 0 <= bitmap < 1 << _MAX_BITMAP_BITS:
        raise _malformed("bitmap")
    codes = []
    while bitmap:
        number = (bitmap & -bitmap).bit_length() - 1  # the lowest bit that is set
        bitmap &= bitmap - 1
        subject = catalogue.by_number(number)
        if subject is None:
            raise MalformedInputError("capsule_subject_unknown", number=number)
        codes.append(subject.code)
    return tuple(codes)


def _reexaminations(pairs: bytes, catalogue: SubjectCatalogue, codes: tuple[str, ...]) -> dict[str, str | None]:
    if len(pairs) % 2:
        raise _malformed("reexaminations")
    marks = {}
    for number, mark in zip(pairs[::2], marks_from_bytes(pairs[1::2]), strict=True):
        subject = catalogue.by_number(number)
        if subject is None or subject.code not in codes:
            raise _malformed("reexaminations")
        marks[subject.code] = mark
    if None in marks.values() or list(pairs[::2]) != sorted(set(pairs[::2])):
        raise _not_canonical()
    return marks


def _pack_subject(subject: PrimarySubject | SecondarySubject) -> bytes:
    if isinstance(subject, PrimarySubject):
        score = _NO_SCORE if subject.score is None else subject.score
        if subject.score is not None and not 0 <= subject.score <= _MAX_SCORE:
            raise _malformed("marks")
        return bytes([_number(_ACHIEVEMENT, subject.level) << 4 | score])
    marks = (subject.semester_1, subject.semester_2, subject.year, subject.reexamination)
    return bytes(mark_to_byte(mark) for mark in marks)


def _number(levels: tuple[StrEnum, ...], level: StrEnum | None) -> int:
    return 0 if level is None else levels.index(level) + 1


def _level(levels: tuple[Level, ...], number: int, field: str) -> Level | None:
    if number > len(levels):
        raise _malformed(field)
    return None if number == 0 else levels[number - 1]


@cache
def _flags(byte: int) -> tuple[bool | None, bool | None, bool | None]:
    """Three flags, the first in the lowest bits."""
    if byte >> 6:
        raise _not_canonical()
    numbers = (byte & 3, byte >> 2 & 3, byte >> 4)
    if max(numbers) >= len(_FLAGS):
        raise _malformed("results")
    first, second, third = (_FLAGS[number] for number in numbers)
    return first, second, third


def _pack_primary(results: PrimaryResults) -> bytes:
    if len(results.qualities) != len(QUALITIES) or len(results.competences) != len(COMPETENCES):
        raise _malformed("results")
    flags = (
        _FLAGS.index(results.promoted)
        | _FLAGS.index(results.class_programme_completed) << 2
        | _FLAGS.index(results.primary_programme_completed) << 4
    )
    levels = 0
    for level in (*results.qualities, *results.competences):
        levels = levels << 2 | (0 if level is None else _QUALITY.index(level) + 1)
    return bytes([_number(_EDUCATIONAL, results.educational_result), flags]) + (levels << 2).to_bytes(4)


def _unpack_primary(summary: bytes, subjects: Iterable[PrimarySubject]) -> PrimaryResults:
    if len(summary) != _PRIMARY_SUMMARY_BYTES:
        raise _malformed("results")
    promoted, class_completed, primary_completed = _flags(summary[1])
    levels = [level for byte in summary[2:] for level in _FOUR_QUALITIES[byte]]
    if levels.pop() is not None:  # the last two bits are no level
        raise _not_canonical()
    return PrimaryResults(
        subjects=tuple(subjects),
        qualities=tuple(levels[: len(QUALITIES)]),
        competences=tuple(levels[len(QUALITIES) :]),
        educational_result=_level(_EDUCATIONAL, summary[0], "results"),
        promoted=promoted,
        class_programme_completed=class_completed,
        primary_programme_completed=primary_completed,
    )


def _pack_secondary(results: SecondaryResults) -> bytes:
    absences = _NO_ABSENCES if results.absences is None else results.absences
    if results.absences is not None and not 0 <= absences < _NO_ABSENCES:
        raise _malformed("results")
    flags = _FLAGS.index(results.promoted) | _FLAGS.index(results.programme_completed) << 2
    return _pack_periods(results.learning) + _pack_periods(results.training) + bytes([flags]) + absences.to_bytes(2)


def _pack_periods(levels: PeriodLevels) -> bytes:
    first, second, year, after = (
        _number(_OVERALL, level) for level in (levels.semester_1, levels.semester_2, levels.year, levels.after_summer)
    )
    return bytes([first << 4 | second, year << 4 | after])


def _unpack_secondary(summary: bytes, subjects: Iterable[SecondarySubject]) -> SecondaryResults:
    if len(summary) != _SECONDARY_SUMMARY_BYTES:
        raise _malformed("results")
    if summary[4] >> 4:
        raise _not_canonical()
    promoted, completed, _ = _flags(summary[4])
    absences = int.from_bytes(summary[5:])
    return SecondaryResults(
        subjects=tuple(subjects),
        learning=_unpack_periods(summary[0:2]),
        training=_unpack_periods(summary[2:4]),
        absences=None if absences == _NO_ABSENCES else absences,
        promoted=promoted,
        programme_completed=completed,
    )


@lru_cache(maxsize=1_000)
def _unpack_periods(packed: bytes) -> PeriodLevels:
    nibbles = (packed[0] >> 4, packed[0] & 15, packed[1] >> 4, packed[1] & 15)
    return PeriodLevels(*(_level(_OVERALL, nibble, "results") for nibble in nibbles))
