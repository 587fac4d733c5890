from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.rights.public_holidays import is_working_day
from backend.rights.rules import ACKNOWLEDGE_WORKING_DAYS, acknowledge_by

DAYS_OFF = {
    2024: "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03",
    2025: "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02",
    2026: "01-01 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
}
"""Days from Monday to Friday on which offices were closed, as the government announced them for each year."""
SATURDAYS_WORKED = {2024: "05-04", 2025: "04-26", 2026: "08-22"}
FIXED_2027 = "01-01 02-04 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02"
"""What the law fixes of a year for which nothing is announced here: Tet is on Saturday 6 February, 1 May a Saturday."""
NEW_YEAR_OF_THE_MOON = {2028: (1, 26), 2029: (2, 13), 2030: (2, 2), 2031: (1, 23), 2044: (1, 30), 2053: (2, 18)}
"""In 2030 and 2053 it is a day before Beijing's."""


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=day) for day in range(366) if (year % 4 == 0 or day < 365)]


def written(days: list[date]) -> str:
    return " ".join(f"{day:%m-%d}" for day in days)


@pytest.mark.parametrize("year", DAYS_OFF)
def test_offices_are_closed_on_the_announced_days_and_no_others(year: int) -> None:
    days = days_of(year)
    assert written([day for day in days if day.weekday() < 5 and not is_working_day(day)]) == DAYS_OFF[year]
    assert written([day for day in days if day.weekday() >= 5 and is_working_day(day)]) == SATURDAYS_WORKED[year]


def test_year_to_come_has_what_the_law_fixes() -> None:
    closed = written([day for day in days_of(2027) if day.weekday() < 5 and not is_working_day(day)])
    assert set(FIXED_2027.split()) <= set(closed.split())


@pytest.mark.parametrize("year", NEW_YEAR_OF_THE_MOON)
def test_new_year_follows_the_moon_over_vietnam(year: int) -> None:
    first = date(year, *NEW_YEAR_OF_THE_MOON[year])
    assert not any(is_working_day(first + timedelta(days=day)) for day in range(-1, 4))
    assert any(is_working_day(first + timedelta(days=day)) for day in (-5, -4, -3))


@given(st.dates(date(2024, 1, 1), date(2098, 12, 31)))
def test_two_working_days_pass_until_the_last_day_and_it_is_one_of_them(asked: date) -> None:
    last_day = acknowledge_by(datetime(asked.year, asked.month, asked.day, 5, tzinfo=UTC))
    between = [asked + timedelta(days=day + 1) for day in range((last_day - asked).days)]
    assert [is_working_day(day) for day in between].count(True) == ACKNOWLEDGE_WORKING_DAYS
    assert is_working_day(last_day)
    assert len(between) <= 12


@given(st.integers(2024, 2098), st.sampled_from([(1, 1), (4, 30), (5, 1), (9, 2)]))
def test_holiday_on_a_weekend_is_made_up_for_on_the_next_working_day(year: int, of_the_year: tuple[int, int]) -> None:
    holiday = date(year, *of_the_year)
    assert not is_working_day(holiday)
    if holiday.weekday() >= 5:
        monday = holiday + timedelta(days=7 - holiday.weekday())
        assert not is_working_day(monday)
