from datetime import date, timedelta
from typing import Any

import pytest

from backend.archive import store
from backend.archive.keep_card import CardInForceError, Kept, keep_received_card
from backend.archive.prepare_card import prepare_card
from backend.archive.prepared_card import Missing, PreparedCard
from backend.archive.rules import CardState, IllegalTransitionError
from backend.archive.withdraw_card import WithdrawalRefusedError
from backend.database import Database
from backend.errors import NotFoundError
from tests.backend.archive.cards import NOW, SCHOOL, add_school, received_card
from verifier.errors import MalformedInputError


def prepare(database: Database, *missing: Missing, **changes: Any) -> PreparedCard:
    words: dict[str, Any] = {
        "school_code": SCHOOL,
        "pupil_code": "7900000001",
        "school_year": "2025-2026",
        "grade": 3,
        "class_group": "3A",
        "prepared_by": "Phạm Thị Mai",
        "now": NOW,
    }
    with database.write() as connection:
        return prepare_card(connection, missing=set(missing), **(words | changes))


def waiting(database: Database) -> tuple[PreparedCard, ...]:
    with database.read() as connection:
        return store.read_waiting_prepared(connection, school_code=SCHOOL)


@pytest.mark.parametrize(
    ("missing", "until"),
    [
        ([Missing.PERSONAL_CODE], date(2026, 6, 30)),
        ([Missing.SUPPLEMENTARY_LESSONS], date(2026, 8, 15)),
        ([Missing.PERSONAL_CODE, Missing.REEXAMINATION], date(2026, 8, 15)),
        ([Missing.SUMMER_TRAINING], date(2026, 8, 15)),
    ],
)
def test_card_waits_with_what_is_missing_until_the_lock(
    database: Database, missing: list[Missing], until: date
) -> None:
    add_school(database)
    prepared = prepare(database, *missing)
    assert (prepared.state, prepared.waits_until) == (CardState.PENDING_SUPPLEMENTARY, until)
    assert waiting(database) == (prepared,)
    first_moment_after = NOW.replace(year=until.year, month=until.month, day=until.day, hour=0) + timedelta(days=1)
    assert prepared.is_overdue(first_moment_after)
    assert not prepared.is_overdue(first_moment_after - timedelta(seconds=1))


def test_with_nothing_missing_any_more_it_is_a_draft(database: Database) -> None:
    add_school(database)
    prepare(database, Missing.REEXAMINATION)
    assert prepare(database).state is CardState.DRAFT
    assert waiting(database) == ()
    assert prepare(database, Missing.PERSONAL_CODE).state is CardState.PENDING_SUPPLEMENTARY


def test_signed_card_after_the_summer_ends_the_waiting(database: Database) -> None:
    add_school(database)
    prepare(database, Missing.REEXAMINATION)
    card = received_card()
    with database.write() as connection:
        assert keep_received_card(connection, card, NOW) is Kept.NEW
        found = store.find_prepared_card(
            connection, school_code=SCHOOL, pupil_code=card.pupil_code, school_year="2025-2026"
        )
    assert waiting(database) == ()
    assert found is not None
    assert (found.record_id, found.state) == (card.record_id, CardState.DRAFT)


def test_signed_card_still_without_the_code_that_it_waits_for_is_refused(database: Database) -> None:
    add_school(database)
    prepare(database, Missing.PERSONAL_CODE)
    with database.write() as connection, pytest.raises(IllegalTransitionError, match="card_still_waiting"):
        keep_received_card(connection, received_card(personal_code=None), NOW)
    with database.write() as connection:
        assert keep_received_card(connection, received_card(), NOW) is Kept.NEW


def test_pupil_for_whom_no_code_is_awaited_is_not_left_without_a_card(database: Database) -> None:
    add_school(database)
    with database.write() as connection:
        assert keep_received_card(connection, received_card(personal_code=None), NOW) is Kept.NEW


def test_what_cannot_be_prepared_is_refused(database: Database) -> None:
    with pytest.raises(NotFoundError, match="school_not_found"):
        prepare(database)
    add_school(database)
    with pytest.raises(WithdrawalRefusedError, match="withdrawal_person_missing"):
        prepare(database, prepared_by=" ")
    with pytest.raises(MalformedInputError, match="TEN_NAM_HOC"):
        prepare(database, school_year="2025")
    with database.write() as connection:
        keep_received_card(connection, received_card(), NOW)
    with pytest.raises(CardInForceError, match="card_in_force"):
        prepare(database, Missing.REEXAMINATION)
