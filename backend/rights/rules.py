"""What may be asked, by when it is answered, and which state follows which. Pure.

Law 91/2025/QH15, article 4, gives the rights; Decree 356/2025, article 5, the days: a request is acknowledged within
two working days; a correction or a copy takes 10 days, withdrawing consent, restricting and objecting 15, deletion 20.
A day is counted from the day after the request.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from backend.rights.public_holidays import is_working_day
from verifier.vietnam_time import vietnam_day

ACKNOWLEDGE_WORKING_DAYS: Final = 2


class RequestKind(StrEnum):
    """Which right is used."""

    CORRECTION = "correction"
    COPY = "copy"
    WITHDRAW_CONSENT = "withdraw_consent"
    RESTRICT = "restrict"
    OBJECT = "object"
    DELETE_ACCOUNT = "delete_account"


class RequestState(StrEnum):
    """What has become of a request."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN: Final = frozenset({RequestState.RECEIVED, RequestState.ACKNOWLEDGED})
"""Somebody still has to answer."""

ANSWER_DAYS: Final = {
    RequestKind.CORRECTION: 10,
    RequestKind.COPY: 10,
    RequestKind.WITHDRAW_CONSENT: 15,
    RequestKind.RESTRICT: 15,
    RequestKind.OBJECT: 15,
    RequestKind.DELETE_ACCOUNT: 20,
}
"""Days of the calendar."""


def acknowledge_by(now: datetime) -> date:
    """Last day, in Vietnam, on which a request made at ``now`` is acknowledged in time."""
    day = vietnam_day(now)
    for _ in range(ACKNOWLEDGE_WORKING_DAYS):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def answer_by(kind: RequestKind, now: datetime) -> date:
    """Last day, in Vietnam, on which a request made at ``now`` is answered in time."""
    return vietnam_day(now) + timedelta(days=ANSWER_DAYS[kind])


def is_overdue(state: RequestState, *, acknowledge_until: date, answer_until: date, now: datetime) -> bool:
    """Whether somebody should have acknowledged or answered by now."""
    today = vietnam_day(now)
    return state in OPEN and (today > answer_until or (state is RequestState.RECEIVED and today > acknowledge_until))


def may_become(state: RequestState, new: RequestState) -> bool:
    """Whether a request in ``state`` can be brought into ``new``; a request that has ended stays as it is."""
    if new is RequestState.ACKNOWLEDGED:
        return state is RequestState.RECEIVED
    return state in OPEN and new not in OPEN
