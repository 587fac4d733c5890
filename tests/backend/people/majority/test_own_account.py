from datetime import date, datetime, timedelta
from typing import Any

import pytest

from backend.database import Database
from backend.people import store
from backend.people.errors import GuardianNotFoundError, OwnAccountRefusedError
from backend.people.guardianship import bar_guardian
from backend.people.identity import (
    IdentityRefusedError,
    PupilNotFoundError,
    change_civil_status,
    give_personal_code,
)
from backend.people.majority.own_account import open_own_account, open_own_accounts
from backend.people.readable import readable_children
from backend.people.register_pupils import register_pupils
from backend.people.roster import GuardianEntry, Relation
from tests.backend.people.majority.grown_pupil import CODE, MOTHER, NOW, PLACE, SCHOOL, WORDS, GrownPupil, pupil

CHANGE: dict[str, Any] = {"evidence": "Quyết định 3/2026", "changed_by": "Văn thư", "now": NOW}


def seen_by(database: Database, guardian_id: str, *, now: datetime = NOW) -> list[tuple[str, bool]]:
    with database.read() as connection:
        children = readable_children(connection, guardian_id=guardian_id, now=now)
    return [(child.pupil.pupil_id, child.own) for child in children]


def test_pupil_of_18_takes_over(database: Database) -> None:
    grown = GrownPupil(database)
    assert seen_by(database, grown.own) == [(grown.pupil_id, True)]
    assert seen_by(database, grown.mother) == []


def test_opening_twice_is_once(database: Database) -> None:
    grown = GrownPupil(database)
    with database.write() as connection:
        again = open_own_account(connection, PLACE, **WORDS, now=NOW)
        assert again.guardian_id == grown.own
        assert len(store.ties_of_pupils(connection, [grown.pupil_id])[grown.pupil_id]) == 3


def test_more_than_eight_months_ahead_is_refused_and_unknown_pupil_is_not_found(database: Database) -> None:
    register_pupils(database, [pupil()], now=NOW)
    with database.write() as connection:
        with pytest.raises(OwnAccountRefusedError, match="own_account_under_age"):
            open_own_account(connection, PLACE, **WORDS, now=NOW - timedelta(days=241))
        with pytest.raises(PupilNotFoundError, match="pupil_not_found"):
            open_own_account(connection, (SCHOOL, "0099"), **WORDS, now=NOW)
        with pytest.raises(IdentityRefusedError, match="identity_evidence_missing"):
            open_own_account(connection, PLACE, evidence=" ", opened_by="Văn thư", now=NOW)


def test_birthday_that_was_corrected_closes_the_account_until_then(database: Database) -> None:
    grown = GrownPupil(database)
    with database.write() as connection:
        change_civil_status(connection, PLACE, date_of_birth=date(2008, 6, 1), **CHANGE)
    assert seen_by(database, grown.own) == []
    assert seen_by(database, grown.mother) == [(grown.pupil_id, False)]
    assert seen_by(database, grown.own, now=NOW + timedelta(days=1)) == [(grown.pupil_id, True)]


def test_pupil_who_is_a_parent_too_has_one_account(database: Database) -> None:
    parent = GuardianEntry(name=pupil().name, relation=Relation.FATHER, personal_code=CODE)
    child = pupil(name="Bé", personal_code=None, pupil_code="0002", date_of_birth=date(2025, 1, 1), guardians=(parent,))
    (registered,) = register_pupils(database, [child], now=NOW)
    grown = GrownPupil(database)
    assert grown.own == registered.guardian_ids[0]
    assert sorted(own for _, own in seen_by(database, grown.own)) == [False, True]


@pytest.mark.parametrize(
    ("guardian", "of", "reason"),
    [
        (GuardianEntry(name="Lê Văn Khác", relation=Relation.FATHER, personal_code=CODE), "0002", "other_name"),
        (GuardianEntry(name=pupil().name, relation=Relation.FATHER, personal_code=CODE), "0001", "of_guardian"),
    ],
)
def test_code_that_the_register_knows_as_somebody_elses_is_looked_at_first(
    database: Database, guardian: GuardianEntry, of: str, reason: str
) -> None:
    without_code = pupil(personal_code=None, guardians=())
    first = pupil(personal_code=None, pupil_code=of, guardians=(guardian,))
    register_pupils(database, [without_code, first], now=NOW)
    with database.write() as connection:
        give_personal_code(connection, PLACE, CODE, **CHANGE)
        with pytest.raises(OwnAccountRefusedError, match=f"own_account_{reason}"):
            open_own_account(connection, PLACE, **WORDS, now=NOW)
        opened, doubtful = open_own_accounts(connection, SCHOOL, **WORDS, now=NOW)
    assert (doubtful, len(opened)) == (["0001"], 0 if of == "0001" else 1)


def test_barring_a_father_of_the_same_name_leaves_the_pupil_in(database: Database) -> None:
    grown = GrownPupil(database)
    words: dict[str, Any] = {"reason": "court_order", "decision_reference": "12/2026/QĐ-TA", "now": NOW}
    bar_guardian(database, pupil_id=grown.pupil_id, guardian_id=grown.father, **words)
    assert seen_by(database, grown.own) == [(grown.pupil_id, True)]
    with pytest.raises(GuardianNotFoundError, match="guardian_not_found"):
        bar_guardian(database, pupil_id=grown.pupil_id, guardian_id=grown.own, **words)


def test_roster_makes_no_parent_of_the_pupils_own_account(database: Database) -> None:
    grown = GrownPupil(database)
    namesake = GuardianEntry(name=pupil().name, relation=Relation.GUARDIAN, personal_code=None)
    with_own_code = GuardianEntry(
        name=pupil().name, relation=Relation.GUARDIAN, personal_code=CODE, valid_until=date(2026, 1, 1)
    )
    results = register_pupils(
        database, [pupil(guardians=(namesake,)), pupil(personal_code=None, guardians=(with_own_code,))], now=NOW
    )
    assert results[0].guardian_ids == (grown.father,)
    assert results[1].guardian_ids == (None,)
    assert seen_by(database, grown.own) == [(grown.pupil_id, True)]


def test_own_account_follows_name_and_code(database: Database) -> None:
    grown = GrownPupil(database)
    with database.write() as connection:
        change_civil_status(connection, PLACE, name="Nguyễn Hà An", personal_code="999308000009", **CHANGE)
        found = store.find_guardian(connection, grown.own)
    assert found == store.Guardian(grown.own, "Nguyễn Hà An", "999308000009")
    with database.write() as connection, pytest.raises(IdentityRefusedError, match="personal_code_taken"):
        change_civil_status(connection, PLACE, personal_code=MOTHER.personal_code, **CHANGE)


def test_code_that_comes_later_reaches_the_own_account(database: Database) -> None:
    register_pupils(database, [pupil(personal_code=None)], now=NOW)
    with database.write() as connection:
        own = open_own_account(connection, PLACE, **WORDS, now=NOW).guardian_id
        give_personal_code(connection, PLACE, CODE, **CHANGE)
        assert store.guardians_by_personal_code(connection, [CODE])[CODE].guardian_id == own


@pytest.mark.parametrize(
    ("born", "today", "count"),
    [
        (date(2008, 5, 31), date(2026, 5, 31), 1),
        (date(2009, 1, 26), date(2026, 5, 31), 1),
        (date(2009, 1, 27), date(2026, 5, 31), 0),
        (date(2008, 2, 29), date(2025, 7, 3), 0),
        (date(2008, 2, 29), date(2025, 7, 4), 1),
        (date(2010, 2, 28), date(2027, 7, 4), 1),
        (date(2010, 3, 1), date(2027, 7, 4), 0),
    ],
)
def test_a_schools_pupils_are_found_eight_months_before_their_birthday(
    database: Database, born: date, today: date, count: int
) -> None:
    now = NOW.replace(year=today.year, month=today.month, day=today.day)
    register_pupils(database, [pupil(date_of_birth=born), pupil(school_code="99900009", personal_code=None)], now=NOW)
    with database.write() as connection:
        opened, doubtful = open_own_accounts(connection, SCHOOL, **WORDS, now=now)
        assert (len(opened), doubtful) == (count, [])
        assert open_own_accounts(connection, SCHOOL, **WORDS, now=now) == ([], [])
