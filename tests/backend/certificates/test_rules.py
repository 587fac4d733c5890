from datetime import UTC, datetime

import pytest

from backend.certificates.errors import CertificateRefusedError
from backend.certificates.rules import (
    CertificateState,
    last_moment_before,
    verify_approval_time,
    verify_transition,
)

ALLOWED = {
    ("registered", "approved"),
    ("registered", "refused"),
    ("approved", "ended"),
    ("approved", "withdrawn"),
    ("ended", "withdrawn"),
}
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
INSIDE = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("current", list(CertificateState))
@pytest.mark.parametrize("wanted", list(CertificateState))
def test_only_the_steps_of_the_table_are_taken(current: CertificateState, wanted: CertificateState) -> None:
    if (current.value, wanted.value) in ALLOWED:
        verify_transition(current, wanted)
        return
    with pytest.raises(CertificateRefusedError, match="certificate_state_forbids"):
        verify_transition(current, wanted)


@pytest.mark.parametrize(
    ("since", "until", "reason"),
    [
        (FIRST, LAST, None),
        (INSIDE, None, None),
        (datetime(2025, 12, 31, tzinfo=UTC), None, "approval_outside_validity"),
        (datetime(2027, 1, 2, tzinfo=UTC), None, "approval_outside_validity"),
        (INSIDE, datetime(2027, 1, 2, tzinfo=UTC), "approval_outside_validity"),
        (INSIDE, FIRST, "approval_ends_before_it_begins"),
    ],
)
def test_approval_lies_within_the_certificates_validity(
    since: datetime, until: datetime | None, reason: str | None
) -> None:
    if reason is None:
        verify_approval_time(since, until, valid_from=FIRST, valid_until=LAST)
        return
    with pytest.raises(CertificateRefusedError, match=reason):
        verify_approval_time(since, until, valid_from=FIRST, valid_until=LAST)


def test_withdrawal_leaves_the_second_before_it() -> None:
    moment = datetime(2026, 6, 1, 8, 0, 0, 999, tzinfo=UTC)
    assert last_moment_before(moment) == datetime(2026, 6, 1, 7, 59, 59, tzinfo=UTC)
