import threading

import pytest

from backend.archive import store
from backend.archive.keep_card import CardInForceError, Kept, RecordIdUsedError, keep_issued_card, keep_received_card
from backend.archive.rules import CardState, IllegalTransitionError
from backend.archive.withdraw_card import withdraw_card
from backend.database import Database
from backend.errors import NotFoundError
from tests.backend.archive.cards import NOW, add_school, received_card, sealed_card


def test_received_card_is_kept_as_it_came(database: Database) -> None:
    add_school(database)
    card = received_card()
    with database.write() as connection:
        assert keep_received_card(connection, card, NOW) is Kept.NEW
    with database.read() as connection:
        stored = store.find_card(connection, card.record_id)
    assert stored is not None
    assert all(getattr(stored, field) == getattr(card, field) for field in card.__struct_fields__)
    assert (stored.state, stored.version, stored.replaces) == (CardState.MANAGER_SIGNED, 1, None)
    assert stored.received_at == NOW


def test_same_card_again_changes_nothing(database: Database) -> None:
    add_school(database)
    card = received_card()
    for kept in (Kept.NEW, Kept.ALREADY_THERE):
        with database.write() as connection:
            assert keep_received_card(connection, card, NOW) is kept
    with database.read() as connection:
        assert store.count_cards_by_state(connection) == {"manager_signed": 1}


def test_record_id_is_refused_for_other_bytes(database: Database) -> None:
    add_school(database)
    card = received_card()
    other = received_card(record_id=card.record_id, xml_sha256="cd" * 32)
    with database.write() as connection:
        keep_received_card(connection, card, NOW)
        with pytest.raises(RecordIdUsedError, match="record_id_already_used"):
            keep_received_card(connection, other, NOW)


def test_second_card_of_pupil_and_year_is_refused_while_the_first_is_in_force(database: Database) -> None:
    add_school(database)
    with database.write() as connection:
        keep_received_card(connection, received_card(), NOW)
        with pytest.raises(CardInForceError, match="card_in_force"):
            keep_received_card(connection, received_card(), NOW)
        keep_received_card(connection, received_card(school_year="2024-2025"), NOW)
        keep_received_card(connection, received_card(pupil_code="7900000002"), NOW)


def test_pupil_who_changed_schools_has_a_card_of_each(database: Database) -> None:
    add_school(database)
    add_school(database, "79000002")
    with database.write() as connection:
        keep_received_card(connection, received_card(), NOW)
        assert keep_received_card(connection, received_card(school_code="79000002"), NOW) is Kept.NEW


@pytest.mark.parametrize("kind", ["superseded", "revoked"])
def test_card_after_a_withdrawal_is_the_next_version(database: Database, kind: str) -> None:
    add_school(database)
    first, second = received_card(), received_card()
    with database.write() as connection:
        keep_received_card(connection, first, NOW)
        keep_issued_card(connection, sealed_card(first.record_id))
        withdraw_card(
            connection,
            first.record_id,
            kind="superseded" if kind == "superseded" else "revoked",
            reason="Sai điểm",
            requested_by="Trường",
            approved_by="Sở",
            now=NOW,
        )
        keep_received_card(connection, second, NOW)
        stored = store.find_card(connection, second.record_id)
    assert stored is not None
    assert stored.version == 2
    assert stored.replaces == (first.record_id if kind == "superseded" else None)


def test_withdrawn_card_that_comes_again_stays_withdrawn(database: Database) -> None:
    add_school(database)
    card = received_card()
    with database.write() as connection:
        keep_received_card(connection, card, NOW)
        keep_issued_card(connection, sealed_card(card.record_id))
        withdraw_card(
            connection,
            card.record_id,
            kind="revoked",
            reason="Nhầm học sinh",
            requested_by="Trường",
            approved_by="Sở",
            now=NOW,
        )
        # The place in force is free again, yet the id is not: the row itself says that it was here before.
        assert keep_received_card(connection, card, NOW) is Kept.ALREADY_THERE
        assert store.count_cards_by_state(connection) == {"revoked": 1}


def test_card_is_issued_once(database: Database) -> None:
    add_school(database)
    card = received_card()
    with database.write() as connection:
        keep_received_card(connection, card, NOW)
        keep_issued_card(connection, sealed_card(card.record_id))
        with pytest.raises(IllegalTransitionError, match="card_already_issued"):
            keep_issued_card(connection, sealed_card(card.record_id))
        stored = store.find_card(connection, card.record_id)
    assert stored is not None
    assert (stored.state, stored.pdf_sha256, stored.issued_at) == (CardState.ISSUED, "ab" * 32, NOW)


def test_unknown_card_is_not_issued(database: Database) -> None:
    with database.write() as connection, pytest.raises(NotFoundError, match="card_not_found"):
        keep_issued_card(connection, sealed_card("00000000-0000-4000-8000-000000000000"))


def test_one_of_two_cards_that_come_at_once_is_kept(database: Database) -> None:
    add_school(database)
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def keep() -> None:
        start.wait()
        with database.write() as connection:
            try:
                outcomes.append(keep_received_card(connection, received_card(), NOW).value)
            except CardInForceError as error:
                outcomes.append(error.reason)

    senders = [threading.Thread(target=keep) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(outcomes) == ["card_in_force"] * 3 + ["new"]
