from datetime import UTC, date, datetime

import pytest

from backend.rights.rules import (
    RequestKind,
    RequestState,
    acknowledge_by,
    answer_by,
    is_overdue,
    may_become,
)


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("circumstance", "asked", "last_day"),
    [
        ("Monday", noon(2026, 6, 1), date(2026, 6, 3)),
        ("Thursday, over the weekend", noon(2026, 6, 4), date(2026, 6, 8)),
        ("Friday", noon(2026, 6, 5), date(2026, 6, 9)),
        ("Saturday", noon(2026, 6, 6), date(2026, 6, 9)),
        ("Sunday", noon(2026, 6, 7), date(2026, 6, 9)),
        ("Sunday in Greenwich is Monday in Vietnam", datetime(2026, 6, 7, 17, 0, tzinfo=UTC), date(2026, 6, 10)),
        ("before 30 April and 1 May, then a weekend", noon(2026, 4, 29), date(2026, 5, 5)),
        ("before Tet", noon(2026, 2, 13), date(2026, 2, 24)),
        ("before 1 and 2 September", noon(2026, 8, 31), date(2026, 9, 4)),
        ("New Year of a year for which nothing is announced yet", noon(2029, 12, 31), date(2030, 1, 3)),
    ],
)
def test_acknowledged_within_two_working_days(circumstance: str, asked: datetime, last_day: date) -> None:
    assert acknowledge_by(asked) == last_day, circumstance


@pytest.mark.parametrize(
    ("kind", "last_day"),
    [
        (RequestKind.CORRECTION, date(2026, 6, 11)),
        (RequestKind.COPY, date(2026, 6, 11)),
        (RequestKind.WITHDRAW_CONSENT, date(2026, 6, 16)),
        (RequestKind.RESTRICT, date(2026, 6, 16)),
        (RequestKind.OBJECT, date(2026, 6, 16)),
        (RequestKind.DELETE_ACCOUNT, date(2026, 6, 21)),
    ],
)
def test_answered_within_the_decrees_days(kind: RequestKind, last_day: date) -> None:
    assert answer_by(kind, noon(2026, 6, 1)) == last_day


@pytest.mark.parametrize(
    ("state", "today", "overdue"),
    [
        (RequestState.RECEIVED, date(2026, 6, 3), False),
        (RequestState.RECEIVED, date(2026, 6, 4), True),
        (RequestState.ACKNOWLEDGED, date(2026, 6, 4), False),
        (RequestState.ACKNOWLEDGED, date(2026, 6, 11), False),
        (RequestState.ACKNOWLEDGED, date(2026, 6, 12), True),
        (RequestState.ANSWERED, date(2026, 6, 12), False),
        (RequestState.REFUSED, date(2026, 6, 12), False),
        (RequestState.WITHDRAWN, date(2026, 6, 12), False),
    ],
)
def test_overdue_once_a_last_day_has_passed(state: RequestState, today: date, *, overdue: bool) -> None:
    moment = noon(today.year, today.month, today.day)
    found = is_overdue(state, acknowledge_until=date(2026, 6, 3), answer_until=date(2026, 6, 11), now=moment)
    assert found is overdue


def test_which_state_follows_which() -> None:
    ends = {RequestState.ANSWERED, RequestState.REFUSED, RequestState.WITHDRAWN}
    following = {state: {new for new in RequestState if may_become(state, new)} for state in RequestState}
    assert following == {
        RequestState.RECEIVED: {RequestState.ACKNOWLEDGED, *ends},
        RequestState.ACKNOWLEDGED: ends,
        **{state: set() for state in ends},
    }


def test_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        answer_by(RequestKind.COPY, datetime(2026, 6, 1))  # noqa: DTZ001  # that is the point
