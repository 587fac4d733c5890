"""Families: who may act for a pupil, on which days, and who shares parents with whom.

A family is named after its first pupil, the one with the lowest number. Later pupils may join it, so that adding
pupils to the city never changes a family that is there already.
"""

from datetime import date
from typing import Literal

from msgspec import Struct

from backend.demo.names import Heritage, foreign_heritage, person_name, vietnamese_heritage
from backend.demo.personal_codes import Sex, guardian_code
from backend.demo.places import address, home_town, ward
from backend.demo.schools import PATTERN, seat_of, usual_birth_year
from backend.demo.streams import chance, stream, weighted

Relation = Literal["mother", "father", "guardian"]
Shape = Literal["both", "mother", "father", "grandparent"]

SIBLING_SLOTS = {1: 0, 5: 2, 11: 6, 18: 12, 20: 13}
"""Slot of the pattern -> slot of an earlier pupil who may be a brother or sister: two schools, or one twice."""
SIBLING_CHANCE = 0.7
SHOWN_FAMILY = 0
"""Father and mother of pupils 0 and 1, who go to two schools and have cards of two years."""
BARRED_FAMILY = 4
"""The family whose father a court has barred; always there, since the smallest city has 50 pupils."""
ENDED_FAMILY = 8
"""The family with a guardian whose time has ended; always there."""
FOREIGN_FAMILY = 7
"""An international school's first pupil is always foreign, ..."""
VIETNAMESE_FAMILY = 23
"""... and its second always Vietnamese."""
FOREIGN_CHANCE = 0.65
BARRED_CHANCE = 0.002
ENDED_CHANCE = 0.004
SHAPES: dict[Shape, int] = {"both": 84, "mother": 10, "father": 3, "grandparent": 3}
MIXED_FOREIGN_CHANCE = 0.3
"""Share of foreign families with a Vietnamese mother."""
ENDED_ON = date(2026, 2, 28)
FIRST_DAY = date(2023, 9, 5)
_YOUNG = (29, 41)
"""Years between a family's first pupil and the parents: the pupil may have a brother or sister eleven years older."""
_OLD = (54, 68)


class DemoGuardian(Struct, frozen=True):
    """One person who acts, or acted, for the pupils of a family."""

    name: str
    relation: Relation
    personal_code: str
    valid_from: date
    valid_until: date | None = None
    barred: bool = False
    """Whether a court forbids this person everything about the family's pupils."""


class Family(Struct, frozen=True):
    """What brothers and sisters have in common."""

    number: int
    heritage: Heritage
    address: str
    home_town: str
    guardians: tuple[DemoGuardian, ...]

    def name_of(self, relation: Relation) -> str | None:
        """Name of the mother, father or guardian who acts today, as the card prints it."""
        return next((one.name for one in self.guardians if one.relation == relation and one.valid_until is None), None)


def family_number(seed: int, pupil: int) -> int:
    """The number of the family that a pupil belongs to."""
    block, slot = divmod(pupil, len(PATTERN))
    earlier = SIBLING_SLOTS.get(slot)
    if earlier is None:
        return pupil
    joins = chance(stream(seed, "sibling", pupil), SIBLING_CHANCE)
    # In the first pupils they always do: the parent shown first has children at two schools.
    return block * len(PATTERN) + earlier if joins or pupil < len(PATTERN) else pupil


def family_at(seed: int, number: int) -> Family:
    """The family whose first pupil is ``number``."""
    random = stream(seed, "family", number)
    foreign = _is_foreign(number, draw=chance(random, FOREIGN_CHANCE))
    heritage = foreign_heritage(random) if foreign else vietnamese_heritage(random)
    shape = weighted(random, SHAPES)
    barred = chance(random, BARRED_CHANCE)
    ended = chance(random, ENDED_CHANCE)
    if number in {SHOWN_FAMILY, BARRED_FAMILY, ENDED_FAMILY}:
        shape = "both"
    guardians = _guardians(seed, number, heritage, shape, barred=number == BARRED_FAMILY or barred)
    if number == ENDED_FAMILY or ended:
        guardians = (*guardians, _former_guardian(seed, number))
    return Family(
        number=number,
        heritage=heritage,
        address=address(random, ward(random)),
        home_town=heritage.nationality if foreign else home_town(random),
        guardians=guardians,
    )


def _is_foreign(number: int, *, draw: bool) -> bool:
    if number in {FOREIGN_FAMILY, VIETNAMESE_FAMILY}:
        return number == FOREIGN_FAMILY
    return draw and seat_of(number).school.kind == "international"


def _guardians(seed: int, number: int, heritage: Heritage, shape: Shape, *, barred: bool) -> tuple[DemoGuardian, ...]:
    mother = _guardian(seed, number, 0, heritage, relation="mother")
    father = _guardian(seed, number, 1, heritage, relation="father", barred=barred)
    match shape:
        case "mother":
            return (mother,)
        case "father":
            return (_guardian(seed, number, 1, heritage, relation="father"),)
        case "grandparent":
            return (_guardian(seed, number, 2, heritage, relation="guardian"),)
        case _:
            return (mother, father)


def _guardian(
    seed: int, family: int, place: int, heritage: Heritage, *, relation: Relation, barred: bool = False
) -> DemoGuardian:
    random = stream(seed, "guardian", family, place)
    sex: Sex = {0: "Nữ", 1: "Nam"}.get(place) or ("Nữ" if chance(random, 0.6) else "Nam")  # type: ignore[assignment] # the dictionary holds nothing else
    own = heritage
    if heritage.ethnicity is None:
        if relation == "mother" and chance(random, MIXED_FOREIGN_CHANCE):
            own = vietnamese_heritage(random)
    elif relation == "mother":
        own = _wife(random.random(), heritage, vietnamese_heritage(random))
    birth_year = usual_birth_year(seat_of(family).grade) - random.randint(*(_OLD if relation == "guardian" else _YOUNG))
    return DemoGuardian(
        name=person_name(random, own, sex=sex, generation="grandparent" if relation == "guardian" else "parent"),
        relation=relation,
        personal_code=guardian_code(seed, family, place, sex=sex, birth_year=birth_year),
        valid_from=FIRST_DAY,
        barred=barred,
    )


def _wife(draw: float, husband: Heritage, other: Heritage) -> Heritage:
    """Women keep their own family name; most couples share their ethnicity."""
    if husband.ethnicity == "Kinh" or draw < 0.6:
        return other
    return Heritage(husband.ethnicity, husband.nationality, husband.family_name)


def _former_guardian(seed: int, family: int) -> DemoGuardian:
    random = stream(seed, "former guardian", family)
    birth_year = usual_birth_year(seat_of(family).grade) - random.randint(*_OLD)
    return DemoGuardian(
        name=person_name(random, vietnamese_heritage(random), sex="Nữ", generation="grandparent"),
        relation="guardian",
        personal_code=guardian_code(seed, family, 2, sex="Nữ", birth_year=birth_year),
        valid_from=FIRST_DAY,
        valid_until=ENDED_ON,
    )
