"""The subject catalogue (``subjects.json``): numbers for the capsule, codes for the XML, names for people.

Numbers are for ever: a capsule printed today is read with tomorrow's catalogue, so subjects are only ever added behind
the last one. A subject whose name and code the catalogue does not know is the school's own and keeps its code.
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec import Struct

from verifier.record.levels import level_of_grade

CHOICE_GRADES = frozenset({10, 11, 12})
CHOICES_TAKEN = 4
"""Of the nine subjects of choice (circular 13/2022)."""

_CATALOGUE_FILE = Path(__file__).with_name("subjects.json")


class Subject(Struct, frozen=True):
    """One subject or educational activity of the catalogue."""

    number: int
    """Bit of the capsule's subject bitmap; also the row order of the official form."""
    code: str
    """``MA_MON_HOC``."""
    vi: str
    en: str
    assessment: Literal["score", "remark"] | None = None
    """How a secondary subject is assessed (circular 22, article 5); None for primary."""
    compulsory: tuple[int, ...] = ()
    """Grades that have it (programme of 2018, with circular 13/2022 for grades 10 to 12)."""
    optional: tuple[int, ...] = ()
    """Grades that may have it beside: minority languages, a second foreign language, a first one in grades 1 and 2."""
    choice: str | None = None
    """Which of the nine choices of grades 10 to 12 it is; a pupil takes ``CHOICES_TAKEN`` of them."""
    specialised_topics: bool = False
    """Whether grades 10 to 12 may add specialised topics (chuyên đề học tập), whose score counts as one of its own."""

    def is_taught_in(self, grade: int) -> bool:
        """Whether the programme has this subject in that grade, compulsory or not."""
        return (
            grade in self.compulsory or grade in self.optional or (self.choice is not None and grade in CHOICE_GRADES)
        )


class _CatalogueFile(Struct, frozen=True):
    primary: tuple[Subject, ...]
    secondary: tuple[Subject, ...]


class SubjectCatalogue:
    """The subjects of primary or of secondary school, in the order of the official form."""

    def __init__(self, subjects: tuple[Subject, ...]) -> None:
        self.subjects = subjects
        self._by_number = MappingProxyType({subject.number: subject for subject in subjects})
        self._by_code = MappingProxyType({subject.code: subject for subject in subjects})
        self._by_name = MappingProxyType({normalise_name(subject.vi): subject for subject in subjects})

    def by_number(self, number: int) -> Subject | None:
        return self._by_number.get(number)

    def by_code(self, code: str) -> Subject | None:
        return self._by_code.get(code)

    def by_name(self, name: str) -> Subject | None:
        """Subject of that Vietnamese name, whatever its case, tone marks and i/y spelling ("Mỹ thuật", "mĩ thuật")."""
        return self._by_name.get(normalise_name(name))

    def recognise(self, code: str, name: str) -> Subject | None:
        """The subject that a card's row is about, or None for the school's own.

        The name decides before the code: it is what people read, and the ministry's list of codes is not public, so a
        school's code may mean something else than ours.
        """
        return self.by_name(name) or self.by_code(code)


def normalise_name(name: str) -> str:
    """Key under which two spellings of one Vietnamese name are equal; for search, never for display."""
    letters = unicodedata.normalize("NFD", name.casefold()).replace("đ", "d").replace("ð", "d")
    without_marks = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"\s+", " ", without_marks).strip().replace("y", "i")


@cache
def _catalogues() -> tuple[SubjectCatalogue, SubjectCatalogue]:
    file = msgspec.json.decode(_CATALOGUE_FILE.read_bytes(), type=_CatalogueFile)
    return SubjectCatalogue(file.primary), SubjectCatalogue(file.secondary)


@lru_cache(maxsize=12)  # asked several times for each card
def catalogue_of_grade(grade: int) -> SubjectCatalogue:
    """Catalogue that a card of this grade (1 to 12) is read with."""
    primary, secondary = _catalogues()
    return primary if level_of_grade(grade) == "primary" else secondary
