from datetime import UTC, date, datetime

import pytest

from verifier.vietnam_time import vietnam_day


def test_days_end_at_midnight_in_vietnam_not_in_greenwich() -> None:
    assert vietnam_day(datetime(2026, 5, 31, 16, 59, tzinfo=UTC)) == date(2026, 5, 31)
    assert vietnam_day(datetime(2026, 5, 31, 17, 0, tzinfo=UTC)) == date(2026, 6, 1)


def test_a_naive_moment_is_refused_instead_of_guessed() -> None:
    with pytest.raises(ValueError, match="aware"):
        vietnam_day(datetime(2026, 5, 31))  # noqa: DTZ001  # that is the point
