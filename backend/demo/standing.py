"""How a pupil stands in a school year, before any mark is drawn: ability, effort, attendance, trouble."""

from random import Random
from typing import Literal

from msgspec import Struct

from backend.demo.pupils import DemoPupil
from backend.demo.schools import CURRENT_YEAR
from backend.demo.streams import chance, stream

LAST_PRIMARY_GRADE = 5

SHOWN_PUPILS = frozenset({0, 1})
"""Children of the parent who is shown first, at two schools, with cards of two years."""
PENDING_PUPILS = frozenset({9, 15})
"""Two pupils who are in every city with this year still open: one secondary, one primary."""
STRUGGLE_CHANCE = 0.03
"""Share of pupils who do not reach the year's goals by May."""
STILL_OPEN_CHANCE = 0.4
"""Share of those whose supplementary assessment has not come in yet."""

SUMMER_TRAINING_CHANCE = 0.15
"""Share of those at secondary schools who struggle with their training instead of subjects."""
RECOVERY_CHANCE = 0.9
LONG_ILLNESS_CHANCE = 0.001
"""Share of pupils who miss more than the 45 sessions that circular 22 allows."""

INDIVIDUAL_PLAN_CHANCE = 0.004
"""Share of pupils with a disability who learn by a plan of their own and are not assessed."""

Round = Literal["may", "august"]


class Standing(Struct, frozen=True):
    """What a pupil's marks of one year are drawn around."""

    ability: float
    """Standard deviations above or below the middle; the same in every year."""
    struggles: bool
    """Whether May's results do not suffice, so that the pupil is assessed again over the summer."""
    is_pending: bool
    """Whether that assessment is still awaited: there is no card for this year yet."""
    recovers: bool
    """Whether that assessment is passed; nine in ten, and everybody who moved up since."""
    trains_in_summer: bool
    """Secondary: whether it is the training result that does not suffice, not a subject."""
    absences_excused: int
    absences_unexcused: int
    not_assessed: bool
    """Whether the pupil learns by an individual plan and has no results; the same in every year."""

    @property
    def round(self) -> Round:
        """When the year is closed: with everybody's in May, or after the summer."""
        return "august" if self.struggles else "may"


def school_year(first_year: int) -> str:
    """2025-2026 for 2025."""
    return f"{first_year}-{first_year + 1}"


def year_stream(seed: int, pupil: DemoPupil, first_year: int, purpose: str) -> Random:
    """A pupil's stream for one purpose in one year."""
    return stream(seed, "year", pupil.number, first_year, purpose)


def standing_of(seed: int, pupil: DemoPupil, first_year: int) -> Standing:
    """The pupil's standing in the school year that began in ``first_year``."""
    random = year_stream(seed, pupil, first_year, "standing")
    current = first_year == CURRENT_YEAR
    known_pending = current and pupil.number in PENDING_PUPILS
    struggles = chance(random, STRUGGLE_CHANCE) or known_pending
    still_open = chance(random, STILL_OPEN_CHANCE) or known_pending
    # The children of the parent shown first always have this year's card.
    shown = pupil.number in SHOWN_PUPILS
    special = known_pending or shown
    not_assessed = chance(stream(seed, "individual plan", pupil.number), INDIVIDUAL_PLAN_CHANCE) and not special
    struggles = struggles and not not_assessed
    trains_in_summer = chance(random, SUMMER_TRAINING_CHANCE) and pupil.seat.grade > LAST_PRIMARY_GRADE
    recovers = chance(random, RECOVERY_CHANCE) or not current
    long_illness = 50 if chance(random, LONG_ILLNESS_CHANCE) and current and not shown else 0
    ability = stream(seed, "ability", pupil.number).gauss(0, 1)
    return Standing(
        ability=min(ability, -0.8) if struggles else ability,
        struggles=struggles and not shown,
        is_pending=struggles and still_open and current and not shown,
        recovers=recovers,
        trains_in_summer=struggles and trains_in_summer and not shown,
        absences_excused=int(random.expovariate(0.45)) + long_illness,
        absences_unexcused=int(random.expovariate(2.2)),
        not_assessed=not_assessed,
    )
