"""Schools and classes, and where each pupil sits.

Pupils are dealt out by number: a pattern of 25 gives the kind of school, and each kind fills one school of 600 after
the other. So a pupil's school, grade and class do not depend on how many pupils the city has.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from backend.demo.names import person_name, sex_of, vietnamese_heritage
from backend.demo.personal_codes import Sex, staff_code
from backend.demo.places import Ward, ward
from backend.demo.streams import chance, one_of, stream
from backend.demo.wordlists import wordlist

CURRENT_YEAR = 2025
"""The school year 2025-2026, by its first calendar year."""
PUPILS_PER_SCHOOL = 600
_CLERKS_PLACE = 99
"""Behind every class."""
RECENT = 1_000
"""Staff kept at hand: more than one school has, so memory does not grow with the city."""
DEPARTMENT_CODE = "99"
"""The unused province part again: no real department has it."""
DEPARTMENT_NAME = "Sở Giáo dục và Đào tạo Hà Nội (DEMO)"
DEPARTMENT_NAME_EN = "Hanoi Department of Education and Training (DEMO)"

Kind = Literal["primary", "lower_secondary", "upper_secondary", "international"]


class KindFacts(Struct, frozen=True):
    """What the schools of one kind have in common."""

    ordinal: int
    letter: str
    level_digit: int
    prefix: str
    first_grade: int
    last_grade: int
    class_size: int
    class_letter: str


KINDS: dict[Kind, KindFacts] = {
    "primary": KindFacts(0, "P", 4, "Trường Tiểu học", 1, 5, 30, "A"),
    "lower_secondary": KindFacts(1, "L", 5, "Trường Trung học cơ sở", 6, 9, 38, "A"),
    "upper_secondary": KindFacts(2, "U", 7, "Trường Trung học phổ thông", 10, 12, 40, "A"),
    "international": KindFacts(3, "I", 8, "Trường Phổ thông Quốc tế", 1, 12, 25, "I"),
}
_BY_LETTER: dict[str, Kind] = {facts.letter: kind for kind, facts in KINDS.items()}

PATTERN = "PLPUPLPIPLUPPLUPLPUPLPUIL"
"""Kind of school of 25 pupils in a row: 11 primary, 7 lower and 5 upper secondary, 2 international."""
_EARLY_GRADE = 2
"""The first pupil of a school is in its third grade, so that even small cities have cards of two years."""


class SchoolKey(Struct, frozen=True, order=True):
    """Which school: the kind and its number among its kind."""

    kind: Kind
    number: int

    @property
    def ordinal(self) -> int:
        """Number among all schools."""
        return self.number * len(KINDS) + KINDS[self.kind].ordinal

    @property
    def code(self) -> str:
        """MA_TRUONG, eight digits, opaque."""
        return f"{DEPARTMENT_CODE}01{KINDS[self.kind].level_digit}{self.number + 1:03d}"


class Seat(Struct, frozen=True):
    """Where a pupil sits in the school year 2025-2026."""

    school: SchoolKey
    grade: int
    class_number: int


class Teacher(Struct, frozen=True):
    """A member of a school's staff who signs or issues."""

    place: int
    """Number among the school's staff, 0 for the manager."""
    name: str
    title: str
    personal_code: str


class DemoSchool(Struct, frozen=True):
    """A school that does not exist."""

    key: SchoolKey
    code: str
    name: str
    ward: Ward
    manager: Teacher


def seat_of(number: int) -> Seat:
    """School, grade and class of pupil ``number``."""
    block, slot = divmod(number, len(PATTERN))
    letter = PATTERN[slot]
    kind = _BY_LETTER[letter]
    facts = KINDS[kind]
    rank = block * PATTERN.count(letter) + PATTERN[:slot].count(letter)
    school_number, place = divmod(rank, PUPILS_PER_SCHOOL)
    grades = facts.last_grade - facts.first_grade + 1
    grade = facts.first_grade + (place + _EARLY_GRADE) % grades
    return Seat(SchoolKey(kind, school_number), grade, place // grades // facts.class_size + 1)


def usual_birth_year(grade: int) -> int:
    """Year of birth of pupils who started at six: 2019 for grade 1 in the school year 2025-2026."""
    return CURRENT_YEAR - 5 - grade


def class_name(kind: Kind, grade: int, class_number: int) -> str:
    """1A1, 6A2, 10A5; 3I1 in international schools."""
    return f"{grade}{KINDS[kind].class_letter}{class_number}"


def pupils_of(school: SchoolKey, pupils: int) -> Iterator[int]:
    """Numbers of the school's pupils in a city of ``pupils``, in ascending order."""
    letter = KINDS[school.kind].letter
    slots = [slot for slot, at in enumerate(PATTERN) if at == letter]
    first = school.number * PUPILS_PER_SCHOOL
    for rank in range(first, first + PUPILS_PER_SCHOOL):
        block, place = divmod(rank, len(slots))
        number = block * len(PATTERN) + slots[place]
        if number >= pupils:
            return
        yield number


def schools_of(pupils: int) -> tuple[SchoolKey, ...]:
    """Every school of a city of ``pupils`` that has at least one pupil."""
    found: list[SchoolKey] = []
    for kind in KINDS:
        number = 0
        while next(pupils_of(SchoolKey(kind, number), pupils), None) is not None:
            found.append(SchoolKey(kind, number))
            number += 1
    return tuple(found)


@lru_cache(maxsize=RECENT)
def school_at(seed: int, key: SchoolKey) -> DemoSchool:
    """The school with its name and manager."""
    random = stream(seed, "school", key.ordinal)
    names = wordlist("places")["school_names"]
    round_number, place = divmod(key.number * 3 + KINDS[key.kind].ordinal * 11, len(names))
    name = f"{KINDS[key.kind].prefix} {names[place]}" + (f" {round_number + 1}" if round_number else "")
    return DemoSchool(
        key=key,
        code=key.code,
        name=name,
        ward=ward(random),
        manager=_staff(seed, key, place=0, title=_title(seed, key)),
    )


def _title(seed: int, key: SchoolKey) -> str:
    return "Phó Hiệu trưởng" if chance(stream(seed, "manager", key.ordinal), 0.25) else "Hiệu trưởng"


@lru_cache(maxsize=RECENT)
def homeroom_teacher(seed: int, key: SchoolKey, grade: int, class_number: int) -> Teacher:
    """The teacher who leads a class; the same person in both school years of the demo."""
    facts = KINDS[key.kind]
    classes = 1 + PUPILS_PER_SCHOOL // (facts.last_grade - facts.first_grade + 1) // facts.class_size
    place = 1 + (grade - facts.first_grade) * classes + class_number
    return _staff(seed, key, place=place, title="Giáo viên chủ nhiệm")


def clerk(seed: int, key: SchoolKey) -> Teacher:
    """Who keeps the school's seal."""
    return _staff(seed, key, place=_CLERKS_PLACE, title="Văn thư")


@lru_cache(maxsize=RECENT)
def subject_teacher(seed: int, key: SchoolKey, subject: str, grade: int) -> str:
    """Name of who teaches a subject in a grade; they sign nothing in the demo."""
    random = stream(seed, "subject teacher", key.ordinal, subject, grade)
    sex = sex_of(random, male=0.3)
    return person_name(random, vietnamese_heritage(random), sex=sex, generation="parent")


def _staff(seed: int, key: SchoolKey, *, place: int, title: str) -> Teacher:
    random = stream(seed, "staff", key.ordinal, place)
    sex: Sex = sex_of(random, male=0.25)
    birth_year = one_of(random, range(1970, 1996))
    return Teacher(
        place=place,
        name=person_name(random, vietnamese_heritage(random), sex=sex, generation="parent"),
        title=title,
        personal_code=staff_code(seed, key.ordinal, place, sex=sex, birth_year=birth_year),
    )
