from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import delete

from backend.archive.keep_card import keep_issued_card, keep_received_card
from backend.archive.publish_lists import REFRESH_AFTER, DemoTrustListError, ListPublisher, TrustListMissingError
from backend.archive.store import read_newest_lists
from backend.archive.tables import signed_lists
from backend.archive.withdraw_card import withdraw_card
from backend.database import Database
from backend.errors import NotFoundError
from backend.signing.file_keys import load_organisation_keys
from backend.signing.key_settings import Mode
from tests.backend.archive.cards import received_card, sealed_card
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, SCHOOL_CODE, SmallCity, small_city
from verifier.cose import parse_cose
from verifier.errors import ListError
from verifier.signed_list import MAX_SEQUENCE
from verifier.status import CardState, StatusList
from verifier.vietnam_time import unix_seconds_of

YEAR = "2025-2026"
STATUS = f"status-list/{YEAR}"


@pytest.fixture
def city(database: Database, tmp_path: Path) -> WorkingCity:
    city = WorkingCity(small_city(), database, tmp_path)
    city.open()
    return city


def _issue(city: WorkingCity) -> str:
    record_id = str(uuid4())
    card = received_card(record_id=record_id, school_code=SCHOOL_CODE, pupil_code=record_id)
    with city.database.write() as connection:
        keep_received_card(connection, card, NOW)
        keep_issued_card(connection, sealed_card(card.record_id, now=NOW))
    return record_id


def _withdraw(city: WorkingCity, record_id: str, kind: str = "revoked") -> None:
    with city.database.write() as connection:
        withdraw_card(
            connection,
            record_id,
            kind="revoked" if kind == "revoked" else "superseded",
            reason="Sai",
            requested_by="Trường",
            approved_by="Sở",
            now=NOW,
        )


def _status(city: WorkingCity) -> StatusList:
    return city.publisher.verified_lists(NOW).lists.statuses[YEAR]


def test_lists_verify_as_the_public_verifies_them(city: WorkingCity) -> None:
    _issue(city)
    verified = city.publisher.verified_lists(NOW)
    by_the_clock = unix_seconds_of(NOW)
    made = {STATUS, "status-list/2024-2025", "status-list/2023-2024", "school-registry"}
    assert verified.sequences == {"trust-list": 1, **dict.fromkeys(made, by_the_clock)}
    assert verified.stale == frozenset()
    assert verified.lists.registry is not None
    school = verified.lists.registry.find(SCHOOL_CODE)
    assert school is not None
    assert {entry.role for entry in school.certificates} == {"school", "manager"}


def test_list_stays_the_same_until_something_changes_or_it_grows_old(city: WorkingCity) -> None:
    _issue(city)
    first = city.publisher.current_list(STATUS, NOW)
    assert city.publisher.current_list(STATUS, NOW + REFRESH_AFTER - timedelta(seconds=1)) == first
    refreshed = city.publisher.current_list(STATUS, NOW + REFRESH_AFTER)
    assert refreshed.sequence == first.sequence + REFRESH_AFTER.total_seconds()
    assert refreshed.expires_at - refreshed.made_at == timedelta(hours=24)


@pytest.mark.parametrize(("kind", "state"), [("revoked", CardState.REVOKED), ("superseded", CardState.SUPERSEDED)])
def test_withdrawn_card_stands_in_the_next_list_at_once(city: WorkingCity, kind: str, state: CardState) -> None:
    withdrawn, kept = _issue(city), _issue(city)
    assert _status(city).state_of(withdrawn) is CardState.IN_FORCE
    _withdraw(city, withdrawn, kind)
    status = _status(city)
    assert status.header.sequence == unix_seconds_of(NOW) + 1
    assert status.state_of(withdrawn) is state
    assert status.state_of(kept) is CardState.IN_FORCE


def test_new_approval_makes_a_new_registry(city: WorkingCity) -> None:
    first = city.publisher.current_list("school-registry", NOW)
    city.approve(city.small.teacher, "manager")
    assert city.publisher.current_list("school-registry", NOW).sequence == first.sequence + 1


def test_old_lists_are_not_kept_yet_sequence_only_grows(city: WorkingCity) -> None:
    _issue(city)
    made = [city.publisher.current_list(STATUS, NOW + timedelta(hours=hours)).sequence for hours in range(0, 50, 5)]
    assert made == sorted(set(made))
    assert city.publisher.current_list(STATUS, NOW + timedelta(hours=46)).sequence == made[-1]
    with city.database.read() as connection:
        assert [kept.sequence for kept in read_newest_lists(connection) if kept.name == STATUS] == made[-1:]


def test_list_made_after_its_predecessors_were_lost_is_newer_than_they_were(city: WorkingCity) -> None:
    _issue(city)
    seen = [city.publisher.current_list(STATUS, NOW + timedelta(hours=hours)).sequence for hours in (0, 5, 10)]
    with city.database.write() as connection:  # as a restored backup has it
        connection.execute(delete(signed_lists).where(signed_lists.c.name == STATUS))
    assert city.publisher.current_list(STATUS, NOW + timedelta(hours=11)).sequence > max(seen)


def test_clock_put_back_does_not_make_a_list_older(city: WorkingCity) -> None:
    withdrawn = _issue(city)
    first = city.publisher.current_list(STATUS, NOW + timedelta(hours=1))
    _withdraw(city, withdrawn)
    assert city.publisher.current_list(STATUS, NOW).sequence == first.sequence + 1


def test_list_is_made_anew_as_soon_as_the_city_has_another_key(city: WorkingCity) -> None:
    _issue(city)
    city.publisher.publish(NOW)
    keys = load_organisation_keys(city.key_folder, mode=Mode.DEMO)
    changed = replace(keys, status=keys.registry, registry=keys.status)
    restarted = ListPublisher(city.database, changed, trust_anchor=city.trust_anchor, demo_accepted=True)
    for name, key in ((STATUS, changed.status), ("school-registry", changed.registry)):
        first = restarted.current_list(name, NOW)
        assert parse_cose(first.content, max_bytes=10_000).kid == key.kid
        assert restarted.current_list(name, NOW) == first


def test_recent_years_have_a_list_before_there_is_a_card(city: WorkingCity) -> None:
    """A page that keeps lists for times without a network asks for them, and no answer is an error."""
    september = datetime(2026, 9, 1, tzinfo=UTC)
    for year in ("2026-2027", "2025-2026", "2024-2025"):
        assert city.publisher.current_list(f"status-list/{year}", september).sequence > 0
    for year in ("2027-2028", "2023-2024"):
        with pytest.raises(NotFoundError, match="list_not_found"):
            city.publisher.current_list(f"status-list/{year}", september)


@pytest.mark.parametrize("name", ["status-list/1999-2000", "status-list/", "status-list/../trust-list", "nonsense"])
def test_list_of_no_name_is_not_found(city: WorkingCity, name: str) -> None:
    with pytest.raises(NotFoundError, match="list_not_found"):
        city.publisher.current_list(name, NOW)


def test_nothing_is_published_without_a_trust_list(database: Database, tmp_path: Path) -> None:
    city = WorkingCity(small_city(), database, tmp_path)
    for name in ("trust-list", "school-registry"):
        with pytest.raises(TrustListMissingError, match="trust_list_missing"):
            city.publisher.current_list(name, NOW)


def test_newer_trust_list_takes_the_place_of_the_older(city: WorkingCity) -> None:
    city.publisher.take_trust_list(city.trust_list(sequence=2), NOW)
    assert city.publisher.current_list("trust-list", NOW).sequence == 2
    with pytest.raises(ListError, match="list_older_than_seen"):
        city.publisher.take_trust_list(city.trust_list(sequence=1), NOW)


def test_largest_sequence_of_the_format_is_kept(city: WorkingCity) -> None:
    city.publisher.take_trust_list(city.trust_list(sequence=MAX_SEQUENCE), NOW)
    assert city.publisher.current_list("trust-list", NOW).sequence == MAX_SEQUENCE


def test_trust_list_of_another_anchor_is_refused(city: WorkingCity, tmp_path: Path) -> None:
    stranger = WorkingCity(SmallCity(), city.database, tmp_path / "stranger")
    with pytest.raises(ListError, match="trust_anchor_mismatch"):
        city.publisher.take_trust_list(stranger.trust_list(sequence=3), NOW)


def test_trust_list_with_a_demos_authorities_is_taken_in_a_demo_only(city: WorkingCity) -> None:
    keys = load_organisation_keys(city.key_folder, mode=Mode.DEMO)
    strict = ListPublisher(city.database, keys, trust_anchor=city.trust_anchor)
    with pytest.raises(DemoTrustListError, match="trust_list_of_demo"):
        strict.take_trust_list(city.trust_list(sequence=2), NOW)
    with pytest.raises(DemoTrustListError, match="trust_list_of_demo"):
        strict.verified_lists(NOW)
