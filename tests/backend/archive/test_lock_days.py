from datetime import UTC, date, datetime, timedelta

import pytest

from backend.archive.lock_days import (
    Approval,
    LockDays,
    LockRule,
    approval_needed,
    is_over,
    lock_days,
    locked_since,
)


@pytest.mark.parametrize("grade", range(1, 13))
@pytest.mark.parametrize("school_year", ["2019-2020", "2025-2026"])
def test_article_21_of_1789_locks_on_30_june_and_15_august(school_year: str, grade: int) -> None:
    year = int(school_year[5:])
    assert lock_days(school_year, grade=grade) == LockDays(date(year, 6, 30), date(year, 8, 15))


@pytest.mark.parametrize(
    ("now", "approval"),
    [
        (datetime(2026, 6, 30, 16, 59, 59, tzinfo=UTC), Approval.SCHOOL),  # one second before midnight in Vietnam
        (datetime(2026, 6, 30, 17, 0, tzinfo=UTC), Approval.DEPARTMENT),
        (datetime(2026, 8, 16, tzinfo=UTC), Approval.DEPARTMENT),
    ],
)
def test_school_agrees_until_the_first_lock_and_the_department_after_it(now: datetime, approval: Approval) -> None:
    assert approval_needed("2025-2026", grade=3, now=now) is approval


def test_article_21_2_of_1789_takes_cards_on_time_until_the_end_of_15_august() -> None:
    last_moment = datetime(2026, 8, 15, 16, 59, 59, tzinfo=UTC)
    assert locked_since("2025-2026", grade=3, now=last_moment) is None
    assert locked_since("2025-2026", grade=3, now=last_moment + timedelta(seconds=1)) == date(2026, 8, 15)
    assert locked_since("2026-2027", grade=3, now=last_moment + timedelta(seconds=1)) is None


def test_another_year_or_grade_may_close_earlier_as_data() -> None:
    rules = (
        LockRule(since="", first=(6, 30), second=(8, 15)),
        LockRule(since="2026-2027", grades=frozenset({5, 9}), first=(5, 31), second=(8, 15)),
    )
    assert lock_days("2026-2027", grade=9, rules=rules).first == date(2027, 5, 31)
    assert lock_days("2026-2027", grade=8, rules=rules).first == date(2027, 6, 30)
    assert lock_days("2025-2026", grade=9, rules=rules).first == date(2026, 6, 30)


def test_a_year_without_a_rule_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="some rule"):
        lock_days("2025-2026", grade=1, rules=())


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        is_over(date(2026, 8, 15), now=datetime(2026, 8, 16))  # noqa: DTZ001  # the fault that is tested
