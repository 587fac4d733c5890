"""Pupils of the demo city: who they are. What they achieved is in ``primary_year`` and ``secondary_year``."""

from datetime import date, timedelta

from msgspec import Struct

from backend.demo.families import Family, family_at, family_number
from backend.demo.names import birthplace_abroad, person_name, sex_of
from backend.demo.personal_codes import Sex, pupil_code
from backend.demo.places import birthplace
from backend.demo.schools import CURRENT_YEAR, KINDS, Seat, seat_of, usual_birth_year
from backend.demo.streams import chance, one_of, stream

WITHOUT_CODE = frozenset({17})
"""A Vietnamese pupil without a personal code who is in every city."""
WITHOUT_CODE_CHANCE = 0.004
LATE_START_CHANCE = 0.02
"""Share of pupils who are a year older than their class."""
REPEATED_GRADE_CHANCE = 0.5
"""Share of those who were kept in a grade of their school for a second year, instead of starting late."""
MINORITY_LANGUAGE_CHANCE = 0.5
"""Share of pupils of a minority who learn its language."""


class DemoPupil(Struct, frozen=True):
    """A pupil who does not exist."""

    number: int
    seat: Seat
    family: Family
    name: str
    sex: Sex
    date_of_birth: date
    personal_code: str | None
    alternative_id: str | None
    """Passport number of a foreign pupil, temporary code of a Vietnamese one; None beside a personal code."""
    pupil_code: str
    register_number: str
    nationality: str
    ethnicity: str | None
    birthplace: str
    repeated_grade: int | None
    """The grade of this school that the pupil was kept in for a second year."""
    learns_minority_language: bool

    @property
    def is_foreign(self) -> bool:
        """Whether the pupil has another nationality than Vietnam's."""
        return self.ethnicity is None


def pupil_at(seed: int, number: int) -> DemoPupil:
    """Pupil ``number``; the same in every city with this seed."""
    random = stream(seed, "pupil", number)
    seat = seat_of(number)
    family = family_at(seed, family_number(seed, number))
    heritage = family.heritage
    foreign = heritage.ethnicity is None
    sex = sex_of(random)
    birth_year = usual_birth_year(seat.grade) - chance(random, LATE_START_CHANCE)
    born = date(birth_year, 1, 1) + timedelta(days=random.randint(0, 364))
    repeated = _repeated_grade(seed, number, seat) if birth_year < usual_birth_year(seat.grade) else None
    entered = CURRENT_YEAR - (seat.grade - KINDS[seat.school.kind].first_grade) - (repeated is not None)
    no_code = chance(random, WITHOUT_CODE_CHANCE) or foreign or number in WITHOUT_CODE
    passport = f"{chr(65 + random.randint(0, 25))}{random.randint(10_000_000, 99_999_999)}"
    temporary = f"TAM-99-{number + 1:06d}"
    return DemoPupil(
        number=number,
        seat=seat,
        family=family,
        name=person_name(random, heritage, sex=sex, generation="child"),
        sex=sex,
        date_of_birth=born,
        personal_code=None if no_code else pupil_code(seed, number, sex=sex, birth_year=birth_year),
        alternative_id=None if not no_code else passport if foreign else temporary,
        pupil_code=f"99{number + 1:08d}",
        register_number=f"{entered}/{number % 997 + 1:03d}",
        nationality=heritage.nationality,
        ethnicity=heritage.ethnicity,
        birthplace=birthplace_abroad(heritage.nationality) if foreign else birthplace(random),
        repeated_grade=repeated,
        learns_minority_language=heritage.ethnicity not in {None, "Kinh"}
        and chance(stream(seed, "minority language", number), MINORITY_LANGUAGE_CHANCE),
    )


def _repeated_grade(seed: int, number: int, seat: Seat) -> int | None:
    random = stream(seed, "repeated grade", number)
    grades = range(KINDS[seat.school.kind].first_grade, seat.grade)
    return one_of(random, grades) if grades and chance(random, REPEATED_GRADE_CHANCE) else None
