"""Names of people: Vietnamese by sex and generation, of other ethnicities, and foreign."""

from random import Random
from typing import Literal

from msgspec import Struct

from backend.demo.personal_codes import Sex
from backend.demo.streams import chance, one_of, weighted
from backend.demo.wordlists import wordlist

Generation = Literal["child", "parent", "grandparent"]

TWO_MIDDLE_NAMES = 0.16
"""Share of children whose name has four words."""


class Heritage(Struct, frozen=True):
    """Where a family's names come from."""

    ethnicity: str | None
    """None for foreign families."""
    nationality: str
    family_name: str


def sex_of(random: Random, *, male: float = 0.52) -> Sex:
    """A sex; births in the north of Vietnam have more boys."""
    return "Nam" if chance(random, male) else "Nữ"


def vietnamese_heritage(random: Random) -> Heritage:
    """Ethnicity and family name of a Vietnamese family, as frequent as in Hanoi."""
    words = wordlist("names")
    ethnicity = weighted(random, words["ethnicities"])
    if ethnicity == "Kinh":
        return Heritage(ethnicity, "Việt Nam", weighted(random, words["family"]))
    return Heritage(ethnicity, "Việt Nam", one_of(random, words["ethnic"][ethnicity]["family"]))


def foreign_heritage(random: Random) -> Heritage:
    """Nationality and family name of a foreign family."""
    nations = wordlist("names")["foreign"]
    nation = weighted(random, {name: words["weight"] for name, words in nations.items()})
    return Heritage(None, nation, one_of(random, nations[nation]["family"]))


def person_name(random: Random, heritage: Heritage, *, sex: Sex, generation: Generation) -> str:
    """A full name; children of many shapes: two to four words, one word, with Y or H', in capitals."""
    if heritage.ethnicity is None:
        return _foreign_name(random, heritage, sex)
    own = wordlist("names")["ethnic"].get(heritage.ethnicity, {})
    if sex in own:
        pattern = one_of(random, own[sex]["patterns"])
        return str(pattern.format(family=heritage.family_name, given=one_of(random, own[sex]["given"])))
    return _vietnamese_name(random, heritage.family_name, sex=sex, generation=generation)


def _vietnamese_name(random: Random, family: str, *, sex: Sex, generation: Generation) -> str:
    words = wordlist("names")[generation][sex]
    middle = weighted(random, words["middle"])
    given = weighted(random, words["given"])
    first = [weighted(random, words["middle"])] if generation == "child" and chance(random, TWO_MIDDLE_NAMES) else []
    parts = [family, *first, middle, given]
    # "Minh Minh" is a slip of the draw, not a name.
    return " ".join(part for number, part in enumerate(parts) if number == 0 or part != parts[number - 1])


def _foreign_name(random: Random, heritage: Heritage, sex: Sex) -> str:
    words = wordlist("names")["foreign"][heritage.nationality]
    name = words["pattern"].format(family=heritage.family_name, given=one_of(random, words[sex])).strip()
    return str(name.upper() if words["capitals"] else name)


def birthplace_abroad(nationality: str) -> str:
    """Where a foreign pupil was born."""
    return str(wordlist("names")["foreign"][nationality]["birthplace"])
