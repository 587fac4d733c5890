import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors import city
from tests.verifier.strategies import record_ids
from verifier.errors import ListError
from verifier.status import (
    ENTRY_BYTES,
    CardState,
    StatusList,
    pack_entries,
    seal_status_list,
    status_entry,
    status_subject,
    verify_status_list,
)
from verifier.trust import verify_trust_list

TRUST = verify_trust_list(city.trust_list(), expected_trust_anchor=city.ANCHOR, now=city.NOW)
HEADER = city.header(status_subject(city.SCHOOL_YEAR), lifetime=timedelta(hours=24))


def read(data: bytes, *, school_year: str = city.SCHOOL_YEAR) -> StatusList:
    return verify_status_list(data, trust=TRUST, expected_school_year=school_year, now=city.NOW)


@given(st.sets(record_ids, max_size=30), st.sets(record_ids, max_size=30), record_ids)
def test_every_withdrawn_card_is_found_and_no_other(revoked: set[str], superseded: set[str], other: str) -> None:
    status = StatusList(HEADER, city.SCHOOL_YEAR, pack_entries(revoked), pack_entries(superseded))
    read_back = read(seal_status_list(status, key=city.STATUS, kid=city.STATUS_KID))
    assert {read_back.state_of(record_id) for record_id in revoked} <= {CardState.REVOKED}
    assert {read_back.state_of(record_id) for record_id in superseded - revoked} <= {CardState.SUPERSEDED}
    if other not in revoked | superseded:
        assert read_back.state_of(other) == CardState.IN_FORCE


def test_an_entry_tells_nothing_of_the_id_but_names_it() -> None:
    record_id = "3f2b8c1e-7a54-4d09-9c3e-5b1f0a6d2e87"
    entry = status_entry(record_id)
    assert len(entry) == ENTRY_BYTES
    assert entry == status_entry(record_id.upper())
    assert uuid.UUID(record_id).bytes[:4] not in entry


def test_a_card_named_twice_is_one_entry() -> None:
    record_id = str(uuid.uuid4())
    assert len(pack_entries([record_id, record_id])) == ENTRY_BYTES


def test_a_list_valid_too_long_is_not_sealed() -> None:
    header = city.header(status_subject(city.SCHOOL_YEAR), lifetime=timedelta(hours=24, seconds=1))
    with pytest.raises(ListError, match="list_validity_too_long"):
        seal_status_list(StatusList(header, city.SCHOOL_YEAR, b"", b""), key=city.STATUS, kid=city.STATUS_KID)


def test_a_list_of_another_year_than_its_subject_is_not_sealed() -> None:
    with pytest.raises(ListError, match="list_malformed"):
        seal_status_list(StatusList(HEADER, "2024-2025", b"", b""), key=city.STATUS, kid=city.STATUS_KID)


def test_another_years_list_answers_for_no_card_of_this_year() -> None:
    with pytest.raises(ListError, match="list_subject_unexpected"):
        read(city.status_list(), school_year="2024-2025")
