"""What the 18th birthdays around a reader mean for them: of their children, and their own."""

from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from backend.people.names import vietnamese_sort_key
from backend.people.readable import tied_pupils
from backend.people.rules import OWN_RELATION, is_of_age, is_running, majority_day, may_read_card
from verifier.vietnam_time import vietnam_day

SAID_AHEAD: Final = timedelta(days=56)
"""Guardians hear of the birthday eight weeks before: time enough to fetch a letter at the school."""


class Birthday(Struct, frozen=True, kw_only=True):
    """The 18th birthday of somebody's child."""

    pupil_id: str
    name: str
    day: date


class ComingOfAge(Struct, frozen=True, kw_only=True):
    """What somebody who logs in should know."""

    soon: tuple[Birthday, ...] = ()
    """Of pupils whom they read now, and from that day on only with the pupil's consent."""
    grown: tuple[Birthday, ...] = ()
    """Of pupils whom they would read but for that consent."""
    own_from: date | None = None
    """First day on which their own account shows their own cards; None where it does already, or is none."""


def coming_of_age(connection: Connection, *, guardian_id: str, now: datetime) -> ComingOfAge:
    """Nothing of a pupil from whom a decision bars the reader, and nothing while an enrolment waits for the school."""
    tied = tied_pupils(connection, guardian_id)
    soon, grown, own = [], [], []
    for pupil, rows in sorted(tied, key=lambda one: vietnamese_sort_key(one[0].name)):
        if any(row.barred_at is not None or row.awaits_confirmation for row in rows):
            continue
        relations = {row.relation for row in rows if is_running(row, now=now)}
        birthday = Birthday(pupil_id=pupil.pupil_id, name=pupil.name, day=majority_day(pupil.date_of_birth))
        if is_of_age(pupil.date_of_birth, now=now):
            if relations and not may_read_card(rows, pupil_date_of_birth=pupil.date_of_birth, now=now):
                grown.append(birthday)
        elif OWN_RELATION in relations:
            own.append(birthday.day)
        elif relations and birthday.day <= vietnam_day(now + SAID_AHEAD):
            soon.append(birthday)
    return ComingOfAge(soon=tuple(soon), grown=tuple(grown), own_from=min(own, default=None))
