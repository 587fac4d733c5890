"""Vietnam's time, UTC+7 all year, and the moments of the formats (whole seconds since 1970 UTC)."""

from datetime import date, datetime, timedelta, timezone

VIETNAM_TIME = timezone(timedelta(hours=7))

EARLIEST_SECOND = 1_577_836_800
"""2020-01-01: before the first digital card."""
LATEST_SECOND = 7_258_118_400
"""2200-01-01: keeps a hostile number from overflowing a calendar."""


def vietnam_day(now: datetime) -> date:
    """The calendar day in Vietnam at an aware instant: a guardianship, a lock and a deadline end with it.

    Raises:
        ValueError: the instant is naive; whose midnight ends something must never be guessed.
    """
    if now.tzinfo is None:
        raise ValueError("an aware instant is needed")
    return now.astimezone(VIETNAM_TIME).date()


def moment_of(unix_seconds: int) -> datetime:
    return datetime.fromtimestamp(unix_seconds, tz=VIETNAM_TIME)


def unix_seconds_of(moment: datetime) -> int:
    """Whole seconds; a naive moment is a programming error."""
    if moment.tzinfo is None:
        raise TypeError("a moment needs its time zone")
    return int(moment.timestamp())
