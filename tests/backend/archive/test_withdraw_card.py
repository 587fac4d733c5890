import pytest

from backend.archive import store
from backend.archive.card import Withdrawal
from backend.archive.keep_card import keep_issued_card, keep_received_card
from backend.archive.rules import CardState, IllegalTransitionError
from backend.archive.withdraw_card import WithdrawalRefusedError, withdraw_card
from backend.database import Database
from backend.errors import NotFoundError
from tests.backend.archive.cards import NOW, add_school, find_withdrawal, received_card, sealed_card

WORDS = {"reason": "Sai điểm môn Toán", "requested_by": "Trần Văn Bình", "approved_by": "Lê Thị Hoa"}


def _issued_card(database: Database) -> str:
    add_school(database)
    card = received_card()
    with database.write() as connection:
        keep_received_card(connection, card, NOW)
        keep_issued_card(connection, sealed_card(card.record_id))
    return card.record_id


def test_withdrawal_is_kept_with_who_and_why(database: Database) -> None:
    record_id = _issued_card(database)
    with database.write() as connection:
        withdraw_card(connection, record_id.upper(), kind="revoked", **WORDS, now=NOW)
    with database.read() as connection:
        card = store.find_card(connection, record_id)
        withdrawal = find_withdrawal(connection, record_id)
    assert card is not None
    assert card.state is CardState.REVOKED
    assert withdrawal == Withdrawal(record_id=record_id, kind="revoked", **WORDS, withdrawn_at=NOW)


def test_card_is_withdrawn_once(database: Database) -> None:
    record_id = _issued_card(database)
    with database.write() as connection:
        withdraw_card(connection, record_id, kind="superseded", **WORDS, now=NOW)
        with pytest.raises(IllegalTransitionError, match="card_already_withdrawn"):
            withdraw_card(connection, record_id, kind="revoked", **WORDS, now=NOW)


def test_card_that_was_never_issued_is_not_withdrawn(database: Database) -> None:
    add_school(database)
    card = received_card()
    with database.write() as connection:
        keep_received_card(connection, card, NOW)
        with pytest.raises(IllegalTransitionError, match="card_not_issued"):
            withdraw_card(connection, card.record_id, kind="revoked", **WORDS, now=NOW)


def test_unknown_card_is_not_withdrawn(database: Database) -> None:
    with database.write() as connection, pytest.raises(NotFoundError, match="card_not_found"):
        withdraw_card(connection, "00000000-0000-4000-8000-000000000000", kind="revoked", **WORDS, now=NOW)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": " "}, "withdrawal_reason_missing"),
        ({"requested_by": ""}, "withdrawal_person_missing"),
        ({"approved_by": ""}, "withdrawal_person_missing"),
        ({"approved_by": "trần văn bình "}, "withdrawal_same_person"),
        ({"reason": "x" * 501}, "withdrawal_text_long"),
    ],
)
def test_withdrawal_needs_a_reason_and_two_people(database: Database, change: dict[str, str], code: str) -> None:
    record_id = _issued_card(database)
    with database.write() as connection, pytest.raises(WithdrawalRefusedError, match=code):
        withdraw_card(connection, record_id, kind="revoked", **(WORDS | change), now=NOW)
