"""Who may read whose card, and until when. Pure: no clock, no database, no framework.

Somebody reads a pupil's cards when all of this holds, today, in Vietnam:

1. a guardianship ties them to that pupil, has begun and has not ended;
2. no guardianship between the two is barred (a court's or an authority's decision outranks every other row);
3. the pupil is under 18 and somebody else reads, as their representative; or the pupil is of age and reads with an
   account of their own; or the pupil is of age and has agreed that this guardian goes on reading;
4. no enrolment of theirs waits for the school's confirmation (``people.confirmations``).

An adult's majority: Civil Code 2015, article 20. A child's rights are exercised by the legal representative, so a
pupil's own account opens on the 18th birthday and not before: Law 91/2025/QH15, article 24.
"""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct

from verifier.vietnam_time import vietnam_day

MAJORITY_YEARS = 18
OWN_RELATION = "self"
"""What the pupil is to themselves: the tie of a pupil's own account. No roster gives it."""
OWN_ACCOUNT_AHEAD: Final = timedelta(days=240)
"""So long before the 18th birthday a pupil's own account can be made: who leaves school in May is 18 by New Year."""


class Guardianship(Struct, frozen=True, kw_only=True):
    """One stretch of time in which a guardian acts for a pupil."""

    pupil_id: str
    guardian_id: str
    valid_from: date
    """First day, in Vietnam."""
    valid_until: date | None = None
    """Last day, in Vietnam; None while it is open."""
    relation: str = "guardian"
    """What the guardian is to the pupil; ``OWN_RELATION`` for the pupil's own account."""
    barred_at: datetime | None = None
    """Since when a decision forbids this guardian everything about the pupil."""
    pupil_consent_at: datetime | None = None
    """When the pupil, as an adult, agreed that this guardian goes on reading."""
    awaits_confirmation: bool = False
    """The guardian's enrolment waits for the school: it is not known yet who holds the passkey."""


def may_read_card(guardianships: Iterable[Guardianship], *, pupil_date_of_birth: date, now: datetime) -> bool:
    """Whether the guardian of these guardianships, all with one pupil, may read that pupil's cards at ``now``.

    Args:
        guardianships: every row between this guardian and this pupil; none means no tie, hence no access.
        pupil_date_of_birth: decides when the pupil's own consent is needed.
        now: aware instant of the request.
    """
    rows = tuple(guardianships)
    if any(row.awaits_confirmation for row in rows):
        return False
    if any(row.barred_at is not None and row.barred_at <= now for row in rows):
        return False
    today = vietnam_day(now)
    current = [row for row in rows if _is_running(row, today)]
    if not is_of_age(pupil_date_of_birth, now=now):
        return any(row.relation != OWN_RELATION for row in current)
    return any(
        row.relation == OWN_RELATION or (row.pupil_consent_at is not None and row.pupil_consent_at <= now)
        for row in current
    )


def reads_as_pupil(guardianships: Iterable[Guardianship], *, pupil_date_of_birth: date, now: datetime) -> bool:
    """Whether it is the pupil who reads, of age and with an account of their own."""
    own = [row for row in guardianships if row.relation == OWN_RELATION]
    return may_read_card(own, pupil_date_of_birth=pupil_date_of_birth, now=now)


def may_enrol_ahead(guardianships: Iterable[Guardianship], *, pupil_date_of_birth: date, now: datetime) -> bool:
    """Whether a pupil who is 18 soon may make their own account, which shows nothing before the birthday."""
    return is_nearly_of_age(pupil_date_of_birth, now=now) and any(
        row.relation == OWN_RELATION and row.barred_at is None and is_running(row, now=now) for row in guardianships
    )


def is_nearly_of_age(date_of_birth: date, *, now: datetime) -> bool:
    """Whether the pupil is an adult, or will be so soon that an account of their own can be made."""
    return is_of_age(date_of_birth, now=now + OWN_ACCOUNT_AHEAD)


def is_of_age(date_of_birth: date, *, now: datetime) -> bool:
    """Whether the pupil is an adult on the day that it is in Vietnam."""
    return vietnam_day(now) >= majority_day(date_of_birth)


def is_running(guardianship: Guardianship, *, now: datetime) -> bool:
    """Whether a guardianship has begun and has not ended, barred or not."""
    return _is_running(guardianship, vietnam_day(now))


def majority_day(date_of_birth: date) -> date:
    """The 18th birthday."""
    return birthday(date_of_birth, MAJORITY_YEARS)


def birthday(date_of_birth: date, years: int) -> date:
    """When somebody is so many years old. Whoever was born on 29 February is on 1 March of a common year."""
    year = date_of_birth.year + years
    if (date_of_birth.month, date_of_birth.day) == (2, 29) and not _is_leap(year):
        return date(year, 3, 1)
    return date_of_birth.replace(year=year)


def newest_birth_date_of_age(now: datetime) -> date:
    """Whoever was born on this day or before is an adult today: pupils born on 29 February included."""
    today = vietnam_day(now)
    year = today.year - MAJORITY_YEARS
    if (today.month, today.day) == (2, 29) and not _is_leap(year):
        return date(year, 2, 28)
    return today.replace(year=year)


def is_perhaps_one_person(name: str, code: str | None, other_name: str, other_code: str | None) -> bool:
    """Whether two guardians of one pupil have to be taken for the same person, for the sake of a bar.

    Names that differ only in capitals, tones and letter marks are one name here; two different personal codes are two
    people whatever their names.
    """
    if code is not None and other_code is not None:
        return code == other_code
    return _bare_letters(name) == _bare_letters(other_name)


def _bare_letters(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.casefold().replace("đ", "d").replace("ð", "d"))
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())


def _is_running(row: Guardianship, today: date) -> bool:
    return row.valid_from <= today and (row.valid_until is None or today <= row.valid_until)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
