from datetime import date, timedelta

import pytest

from backend.database import Database
from backend.people import store
from backend.people.errors import ChildNotFoundError, GuardianNotFoundError
from backend.people.guardianship import bar_guardian, end_guardianship
from backend.people.identity import merge_pupils
from backend.people.majority.consent import guardians_to_decide_on, set_consent
from backend.people.majority.own_account import open_own_account
from backend.people.majority.tables import consent_changes
from backend.people.readable import readable_children
from backend.people.register_pupils import register_pupils
from tests.backend.people.majority.grown_pupil import CODE, MOTHER, NOW, PLACE, WORDS, GrownPupil, pupil


def decide(database: Database, grown: GrownPupil, guardian_id: str, *, granted: bool, reader: str = "") -> None:
    with database.write() as connection:
        set_consent(
            connection,
            reader_id=reader or grown.own,
            pupil_id=grown.pupil_id,
            guardian_id=guardian_id,
            granted=granted,
            now=NOW,
        )


def may_see(database: Database, guardian_id: str) -> bool:
    with database.read() as connection:
        return bool(readable_children(connection, guardian_id=guardian_id, now=NOW))


def test_consent_opens_at_once_and_taking_it_back_closes_at_once(database: Database) -> None:
    grown = GrownPupil(database)
    decide(database, grown, grown.mother, granted=True)
    assert (may_see(database, grown.mother), may_see(database, grown.father)) == (True, False)
    decide(database, grown, grown.mother, granted=False)
    assert not may_see(database, grown.mother)


def test_every_change_is_kept_and_a_repetition_is_none(database: Database) -> None:
    grown = GrownPupil(database)
    for granted in (False, True, True, False):
        decide(database, grown, grown.mother, granted=granted)
    with database.read() as connection:
        kept = connection.execute(consent_changes.select()).all()
    assert sorted((row.granted, row.guardian_id, row.changed_at) for row in kept) == [
        (False, grown.mother, NOW),
        (True, grown.mother, NOW),
    ]


def test_pupil_sees_guardians_of_today_by_name(database: Database) -> None:
    grown = GrownPupil(database)
    decide(database, grown, grown.mother, granted=True)
    with database.read() as connection:
        found = guardians_to_decide_on(connection, reader_id=grown.own, pupil_id=grown.pupil_id, now=NOW)
    assert [(one.guardian_id, one.relation, one.consented_at) for one in found] == [
        (grown.father, "father", None),
        (grown.mother, "mother", NOW),
    ]


@pytest.mark.parametrize("reader", ["mother", "mother with consent", "nobody"])
def test_only_the_pupil_decides(database: Database, reader: str) -> None:
    grown = GrownPupil(database)
    if reader == "mother with consent":
        decide(database, grown, grown.mother, granted=True)
    who = "nobody" if reader == "nobody" else grown.mother
    with pytest.raises(ChildNotFoundError, match="child_not_found"):
        decide(database, grown, grown.father, granted=True, reader=who)
    with database.read() as connection, pytest.raises(ChildNotFoundError, match="child_not_found"):
        guardians_to_decide_on(connection, reader_id=who, pupil_id=grown.pupil_id, now=NOW)


def test_mother_of_a_child_decides_nothing(database: Database) -> None:
    register_pupils(database, [pupil(date_of_birth=date(2008, 6, 1))], now=NOW)
    mother = mother_id(database)
    with database.read() as connection:
        (child,) = readable_children(connection, guardian_id=mother, now=NOW)
        assert child.own is False
        with pytest.raises(ChildNotFoundError, match="child_not_found"):
            guardians_to_decide_on(connection, reader_id=mother, pupil_id=child.pupil.pupil_id, now=NOW)


def mother_id(database: Database) -> str:
    with database.read() as connection:
        (mother,) = store.guardians_by_personal_code(connection, [MOTHER.personal_code or ""]).values()
    return mother.guardian_id


@pytest.mark.parametrize("circumstance", ["barred", "ended", "the pupil"])
def test_nobody_else_is_let_in(database: Database, circumstance: str) -> None:
    grown = GrownPupil(database)
    if circumstance == "barred":
        bar_guardian(
            database,
            pupil_id=grown.pupil_id,
            guardian_id=grown.mother,
            reason="court_order",
            decision_reference="12/2026/QĐ-TA",
            now=NOW,
        )
    if circumstance == "ended":
        yesterday = date(2026, 5, 30)
        end_guardianship(database, pupil_id=grown.pupil_id, guardian_id=grown.mother, last_day=yesterday)
    guardian_id = grown.own if circumstance == "the pupil" else grown.mother
    with pytest.raises(GuardianNotFoundError, match="guardian_not_found"):
        decide(database, grown, guardian_id, granted=True)
    with database.read() as connection:
        found = guardians_to_decide_on(connection, reader_id=grown.own, pupil_id=grown.pupil_id, now=NOW)
    assert guardian_id not in {one.guardian_id for one in found}


def test_merged_rows_keep_the_account_and_the_consents(database: Database) -> None:
    register_pupils(
        database,
        [pupil(personal_code=None), pupil(pupil_code="0077", guardians=())],
        now=NOW - timedelta(days=1),
    )
    with database.write() as connection:
        own = open_own_account(connection, PLACE, **WORDS, now=NOW)
    mother = mother_id(database)
    with database.write() as connection:
        set_consent(
            connection, reader_id=own.guardian_id, pupil_id=own.pupil_id, guardian_id=mother, granted=True, now=NOW
        )
        kept = merge_pupils(connection, PLACE, CODE, evidence="Giấy khai sinh", changed_by="Văn thư", now=NOW)
        found = guardians_to_decide_on(connection, reader_id=own.guardian_id, pupil_id=kept, now=NOW)
        assert [one.consented_at for one in found if one.guardian_id == mother] == [NOW]
        assert connection.execute(consent_changes.select()).one().pupil_id == kept
