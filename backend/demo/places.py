"""Addresses in Hanoi that do not exist, on the two tiers of administration since 1 July 2025: ward and city."""

from random import Random

from msgspec import Struct

from backend.demo.streams import one_of, weighted
from backend.demo.wordlists import wordlist

CITY = "Thành phố Hà Nội"


class Ward(Struct, frozen=True):
    """A ward or commune of today and what stood there on cards before 1 July 2025."""

    now: str
    until_2025: str
    district_until_2025: str


def ward(random: Random) -> Ward:
    """One of Hanoi's wards."""
    return Ward(**one_of(random, wordlist("places")["wards"]))


def address(random: Random, home_ward: Ward) -> str:
    """House, made-up street, ward, city; no district any more."""
    words = wordlist("places")
    house = one_of(random, words["houses"]).format(
        number=random.randint(1, 168),
        lane=random.randint(2, 240),
        alley=random.randint(1, 90),
        flat=random.randint(2, 29) * 100 + random.randint(1, 16),
        block=f"{one_of(random, 'ABCH')}{random.randint(1, 9)}",
        street=one_of(random, words["streets"]),
    )
    return f"{house}, {home_ward.now}, {CITY}"


def home_town(random: Random) -> str:
    """Quê quán: the father's or grandfather's village, more often outside the city than in it."""
    town: str = weighted(random, wordlist("places")["home_towns"])
    return town.format(ward=ward(random).now)


def birthplace(random: Random) -> str:
    """Province where the birth was registered."""
    place: str = weighted(random, wordlist("places")["birthplaces"])
    return place
