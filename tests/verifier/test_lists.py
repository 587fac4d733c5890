from datetime import timedelta

import pytest

from tests.vectors import city
from verifier.errors import ListError
from verifier.lists import VerifiedLists, verify_lists
from verifier.status import status_subject

STATUS = status_subject(city.SCHOOL_YEAR)


def verify(*, stored_sequences: dict[str, int] | None = None, later: timedelta = timedelta(0)) -> VerifiedLists:
    return verify_lists(
        trust=city.trust_list(),
        registry=city.school_registry(),
        statuses={city.SCHOOL_YEAR: city.status_list()},
        expected_trust_anchor=city.ANCHOR,
        stored_sequences=stored_sequences or {},
        now=city.NOW + later,
    )


def test_lists_come_with_their_ages_and_sequence_numbers() -> None:
    verified = verify()
    assert verified.lists.trust is not None
    assert verified.lists.registry is not None
    assert set(verified.lists.statuses) == {city.SCHOOL_YEAR}
    assert verified.sequences == {"trust-list": 7, "school-registry": 7, STATUS: 7}
    assert verified.ages_seconds[STATUS] == 2 * 3600
    assert verified.stale == frozenset()


def test_expired_lists_are_kept_and_said_to_be_stale() -> None:
    assert verify(later=timedelta(days=2)).stale == {STATUS}
    assert verify(later=timedelta(days=365)).stale == {"trust-list", "school-registry", STATUS}


@pytest.mark.parametrize("subject", ["trust-list", "school-registry", STATUS])
def test_a_list_older_than_seen_is_refused(subject: str) -> None:
    with pytest.raises(ListError, match="list_older_than_seen") as caught:
        verify(stored_sequences={subject: 8})
    assert caught.value.details["list"] == subject


def test_the_registry_may_be_missing() -> None:
    verified = verify_lists(
        trust=city.trust_list(),
        statuses={},
        expected_trust_anchor=city.ANCHOR,
        stored_sequences={"school-registry": 99},
        now=city.NOW,
    )
    assert verified.lists.registry is None
    assert verified.sequences == {"trust-list": 7}


def test_a_list_issued_after_now_is_refused() -> None:
    with pytest.raises(ListError, match="list_not_yet_issued"):
        verify(later=-timedelta(days=60))
