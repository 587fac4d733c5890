from datetime import UTC, date, datetime, timedelta

import pytest

from backend.people.rules import (
    Guardianship,
    is_of_age,
    majority_day,
    may_enrol_ahead,
    may_read_card,
    reads_as_pupil,
)

NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
TODAY = date(2026, 5, 31)
CHILD = date(2015, 9, 5)
ADULT = date(2008, 5, 31)  # 18 today
DAY = timedelta(days=1)


def tie(
    start: date = date(2020, 9, 5),
    end: date | None = None,
    *,
    barred_at: datetime | None = None,
    consent_at: datetime | None = None,
    relation: str = "mother",
) -> Guardianship:
    return Guardianship(
        pupil_id="p",
        guardian_id="g",
        valid_from=start,
        valid_until=end,
        barred_at=barred_at,
        pupil_consent_at=consent_at,
        relation=relation,
    )


@pytest.mark.parametrize(
    ("circumstance", "ties", "born", "may"),
    [
        ("no tie", [], CHILD, False),
        ("open tie", [tie()], CHILD, True),
        ("begins today", [tie(TODAY)], CHILD, True),
        ("begins tomorrow", [tie(TODAY + DAY)], CHILD, False),
        ("last day is today", [tie(end=TODAY)], CHILD, True),
        ("ended yesterday", [tie(end=TODAY - DAY)], CHILD, False),
        ("ended, then begun again", [tie(end=date(2022, 1, 1)), tie(date(2025, 1, 1))], CHILD, True),
        ("barred just now", [tie(barred_at=NOW)], CHILD, False),
        ("barred from tomorrow on", [tie(barred_at=NOW + DAY)], CHILD, True),
        (
            "a bar on an ended tie outranks an open one",
            [tie(end=TODAY - DAY, barred_at=NOW - DAY), tie()],
            CHILD,
            False,
        ),
        ("17, the day before the birthday", [tie()], ADULT + DAY, True),
        ("18 today, no consent", [tie()], ADULT, False),
        ("18 with consent", [tie(consent_at=NOW - DAY)], ADULT, True),
        ("18, consent from tomorrow on", [tie(consent_at=NOW + DAY)], ADULT, False),
        ("18 with consent on an ended tie only", [tie(end=TODAY - DAY, consent_at=NOW - DAY), tie()], ADULT, False),
        ("18 with consent and barred", [tie(consent_at=NOW - DAY, barred_at=NOW)], ADULT, False),
        ("18, consent taken back, which leaves no moment", [tie(consent_at=None)], ADULT, False),
        ("18, consent given this moment", [tie(consent_at=NOW)], ADULT, True),
        ("the pupil, 18 today", [tie(TODAY, relation="self")], ADULT, True),
        ("the pupil, the day before the birthday", [tie(TODAY, relation="self")], ADULT + DAY, False),
        ("the pupil, a child who enrolled too early", [tie(relation="self")], CHILD, False),
        ("the pupil, whose account begins tomorrow", [tie(TODAY + DAY, relation="self")], ADULT, False),
        ("the pupil, whose account ended yesterday", [tie(end=TODAY - DAY, relation="self")], ADULT, False),
    ],
)
def test_who_may_read_a_card(circumstance: str, ties: list[Guardianship], born: date, *, may: bool) -> None:
    assert may_read_card(ties, pupil_date_of_birth=born, now=NOW) is may, circumstance


@pytest.mark.parametrize(
    ("born", "day", "reader"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), "mother"),
        (date(2008, 2, 29), date(2026, 3, 1), "self"),
        (date(2008, 5, 31), date(2026, 5, 30), "mother"),
        (date(2008, 5, 31), date(2026, 5, 31), "self"),
        (date(2008, 12, 31), date(2026, 12, 30), "mother"),
        (date(2008, 12, 31), date(2026, 12, 31), "self"),
    ],
)
def test_from_the_birthday_on_the_pupil_reads_and_the_parent_does_not(born: date, day: date, reader: str) -> None:
    midday = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    readers = {
        relation
        for relation in ("mother", "self")
        if may_read_card([tie(relation=relation)], pupil_date_of_birth=born, now=midday)
    }
    assert readers == {reader}


@pytest.mark.parametrize(
    ("circumstance", "ties", "days", "may"),
    [
        ("the pupil, eight months before", [tie(TODAY, relation="self")], 240, True),
        ("the pupil, a day too early", [tie(TODAY, relation="self")], 241, False),
        ("the pupil, whose account begins tomorrow", [tie(TODAY + DAY, relation="self")], 1, False),
        ("the pupil, whose account ended yesterday", [tie(end=TODAY - DAY, relation="self")], 1, False),
        ("the mother", [tie()], 1, False),
        ("nobody", [], 1, False),
    ],
)
def test_who_may_enrol_before_the_birthday(
    circumstance: str, ties: list[Guardianship], days: int, *, may: bool
) -> None:
    born = ADULT + timedelta(days=days)
    assert may_enrol_ahead(ties, pupil_date_of_birth=born, now=NOW) is may, circumstance
    assert may_read_card([one for one in ties if one.relation == "self"], pupil_date_of_birth=born, now=NOW) is False


def test_birthday_begins_at_midnight_in_vietnam() -> None:
    before, after = datetime(2026, 5, 30, 16, 59, tzinfo=UTC), datetime(2026, 5, 30, 17, 0, tzinfo=UTC)
    assert [is_of_age(ADULT, now=now) for now in (before, after)] == [False, True]


def test_parent_with_consent_does_not_read_as_the_pupil() -> None:
    parent = [tie(consent_at=NOW - DAY)]
    assert not reads_as_pupil(parent, pupil_date_of_birth=ADULT, now=NOW)
    assert reads_as_pupil([*parent, tie(relation="self")], pupil_date_of_birth=ADULT, now=NOW)


def test_born_on_29_february_comes_of_age_on_1_march() -> None:
    assert majority_day(date(2008, 2, 29)) == date(2026, 3, 1)
    assert majority_day(date(2008, 2, 28)) == date(2026, 2, 28)
