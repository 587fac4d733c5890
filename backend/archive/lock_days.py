"""Until when a school year's cards are open, and who has to agree when one is recalled. Pure.

A year is closed twice (1789, article 21): on 30 June of the year in which it ends, and on 15 August for the pupils who
are assessed again over the summer. Both days still count as open. They are data, so that another regulation, another
year or an earlier day for the grades that go on to another school (5 and 9) is a row and not a change of code.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from verifier.vietnam_time import vietnam_day

MonthDay = tuple[int, int]


class LockRule(Struct, frozen=True, kw_only=True):
    """The last open days of the school years from ``since`` on; the last rule that fits counts."""

    since: str
    """First school year, "2025-2026"; empty for the beginning."""
    grades: frozenset[int] = frozenset(range(1, 13))
    first: MonthDay
    second: MonthDay


LOCK_RULES: tuple[LockRule, ...] = (LockRule(since="", first=(6, 30), second=(8, 15)),)


class LockDays(Struct, frozen=True):
    """Last days, in Vietnam, on which a school year is open."""

    first: date
    """For every pupil."""
    second: date
    """For pupils who are assessed again over the summer."""


class Approval(StrEnum):
    """Who has to agree to a recall."""

    SCHOOL = "school"
    DEPARTMENT = "department"


def lock_days(school_year: str, *, grade: int, rules: Sequence[LockRule] = LOCK_RULES) -> LockDays:
    """The two last open days of a school year ("2025-2026") for a grade.

    Raises:
        ValueError: none of ``rules`` is for that year and grade; the built-in ones are for every one.
    """
    fitting = [rule for rule in rules if rule.since <= school_year and grade in rule.grades]
    if not fitting:
        raise ValueError("a school year of some rule is needed")
    rule, year = fitting[-1], int(school_year[5:])
    return LockDays(date(year, *rule.first), date(year, *rule.second))


def locked_since(school_year: str, *, grade: int, now: datetime, rules: Sequence[LockRule] = LOCK_RULES) -> date | None:
    """The last day on which a card of the year was on time for any pupil; None as long as it is not over."""
    last_day = lock_days(school_year, grade=grade, rules=rules).second
    return last_day if is_over(last_day, now=now) else None


def approval_needed(school_year: str, *, grade: int, now: datetime, rules: Sequence[LockRule] = LOCK_RULES) -> Approval:
    """Who has to agree to a recall at ``now``: until the first lock the school, from then on the department."""
    open_until = lock_days(school_year, grade=grade, rules=rules).first
    return Approval.SCHOOL if not is_over(open_until, now=now) else Approval.DEPARTMENT


def is_over(last_day: date, *, now: datetime) -> bool:
    """Whether the day has ended in Vietnam.

    Raises:
        ValueError: ``now`` is naive.
    """
    return vietnam_day(now) > last_day
