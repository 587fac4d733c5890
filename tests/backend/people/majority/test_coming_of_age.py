from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.database import Database
from backend.people.confirmations.rules import ConfirmationReason
from backend.people.confirmations.store import open_confirmation
from backend.people.guardianship import bar_guardian, end_guardianship
from backend.people.majority.coming_of_age import Birthday, ComingOfAge, coming_of_age
from backend.people.majority.consent import set_consent
from tests.backend.people.majority.grown_pupil import NOW, GrownPupil, pupil
from verifier.vietnam_time import vietnam_day

NOTHING = ComingOfAge()


def told(database: Database, guardian_id: str, *, days: int = 0) -> ComingOfAge:
    with database.read() as connection:
        return coming_of_age(connection, guardian_id=guardian_id, now=NOW + timedelta(days=days))


def birthday(family: GrownPupil) -> Birthday:
    return Birthday(pupil_id=family.pupil_id, name=pupil().name, day=vietnam_day(NOW))


def test_guardian_hears_of_the_birthday_eight_weeks_before_and_from_then_on(database: Database) -> None:
    family = GrownPupil(database, now=NOW - timedelta(days=100))
    one = birthday(family)
    assert told(database, family.mother, days=-57) == NOTHING
    assert told(database, family.mother, days=-56) == ComingOfAge(soon=(one,))
    assert told(database, family.mother, days=-1) == ComingOfAge(soon=(one,))
    assert told(database, family.mother) == ComingOfAge(grown=(one,))
    assert told(database, family.father, days=400) == ComingOfAge(grown=(one,))


def test_pupil_hears_from_which_day_the_account_shows_something(database: Database) -> None:
    family = GrownPupil(database, now=NOW - timedelta(days=100))
    assert told(database, family.own, days=-100) == ComingOfAge(own_from=vietnam_day(NOW))
    assert told(database, family.own) == NOTHING


def test_guardian_with_consent_hears_nothing_more(database: Database) -> None:
    family = GrownPupil(database)
    consent: dict[str, Any] = {"reader_id": family.own, "pupil_id": family.pupil_id, "guardian_id": family.mother}
    with database.write() as connection:
        set_consent(connection, **consent, granted=True, now=NOW)
    assert told(database, family.mother) == NOTHING
    with database.write() as connection:
        set_consent(connection, **consent, granted=False, now=NOW)
    assert told(database, family.mother) == ComingOfAge(grown=(birthday(family),))


@pytest.mark.parametrize("circumstance", ["barred", "ended", "waiting"])
@pytest.mark.parametrize("days", [-1, 0])
def test_who_may_not_know_hears_nothing(database: Database, circumstance: str, days: int) -> None:
    before: datetime = NOW - timedelta(days=100)
    family = GrownPupil(database, now=before)
    of: dict[str, Any] = {"pupil_id": family.pupil_id, "guardian_id": family.mother}
    if circumstance == "barred":
        bar_guardian(database, **of, reason="court_order", decision_reference="12/2026/QĐ-TA", now=before)
    elif circumstance == "ended":
        end_guardianship(database, **of, last_day=vietnam_day(before))
    else:
        with database.write() as connection:
            open_confirmation(connection, guardian_id=family.mother, reason=ConfirmationReason.RE_ENROLMENT, now=before)
    assert told(database, family.mother, days=days) == NOTHING
