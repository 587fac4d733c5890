"""The demo's people in the register: who may see whose card once rosters, letters and courts have had their say."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backend.access.context import Access
from backend.access.keys import AccessKeys
from backend.access.passkeys import RelyingParty
from backend.database import Database
from backend.demo.city_files import CityFiles
from backend.demo.families import BARRED_FAMILY, ENDED_FAMILY, family_at
from backend.demo.pupils import pupil_at
from backend.demo.register_people import (
    Letter,
    RosterConflictError,
    apply_decisions,
    register_rosters,
    replace_letter,
    write_letters,
)
from backend.demo.schools import schools_of
from backend.demo.standing import PENDING_PUPILS
from backend.people import store
from backend.people.readable import readable_children
from backend.people.rules import is_of_age
from backend.people.tables import guardians, guardianships, pupils
from backend.settings import load_settings

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SEED = 7
PUPILS = 50


class People:
    """A city's people in one database."""

    def __init__(self, database: Database, data: Path) -> None:
        settings = load_settings({"HOCBA_MODE": "demo", "HOCBA_DATA": str(data)})
        self.database = database
        self.files = CityFiles(settings)
        self.files.make_folder()
        self.access = Access(
            database=database,
            keys=AccessKeys.from_secret(settings.secret),
            relying_party=RelyingParty(settings.public_url, "hocba"),
        )
        self.letters: tuple[Letter, ...] = ()

    def register(self) -> None:
        register_rosters(
            self.database, schools_of(PUPILS), seed=SEED, pupils=PUPILS, on_school=lambda _pupils: None, now=NOW
        )
        self.letters = write_letters(self.access, self.files, seed=SEED, now=NOW)
        apply_decisions(self.database, seed=SEED, pupils=PUPILS, now=NOW)

    def children_seen_by(self, personal_code: str) -> set[str]:
        with self.database.read() as connection:
            found = store.guardians_by_personal_code(connection, {personal_code})[personal_code]
            return {one.pupil.name for one in readable_children(connection, guardian_id=found.guardian_id, now=NOW)}

    def count(self) -> tuple[int, ...]:
        with self.database.read() as connection:
            return tuple(
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (pupils, guardians, guardianships)
            )


@pytest.fixture
def people(database: Database, tmp_path: Path) -> People:
    registered = People(database, tmp_path)
    registered.register()
    return registered


def test_every_pupil_is_registered_with_their_guardians(people: People) -> None:
    expected = {one.personal_code for n in range(PUPILS) for one in pupil_at(SEED, n).family.guardians}
    own = [letter for letter in people.letters if letter.situation == "of_age"]
    assert people.count()[:2] == (PUPILS, len(expected) + len(own))


def test_pupil_of_age_sees_their_own_cards_and_the_parents_see_none(people: People) -> None:
    adults = [pupil for pupil in (pupil_at(SEED, n) for n in range(PUPILS)) if is_of_age(pupil.date_of_birth, now=NOW)]
    letters = [letter for letter in people.letters if letter.situation == "of_age"]
    assert [letter.personal_code for letter in letters] == [
        pupil.personal_code for pupil in adults if pupil.personal_code
    ]
    assert letters
    for letter in letters:
        assert people.children_seen_by(letter.personal_code) == {letter.name}
        for parent in pupil_at(SEED, letter.pupils[0]).family.guardians:
            assert letter.name not in people.children_seen_by(parent.personal_code)


def test_parent_of_two_children_sees_both(people: People) -> None:
    letter = next(one for one in people.letters if one.situation == "two_children")
    assert people.children_seen_by(letter.personal_code) == {pupil_at(SEED, 0).name, pupil_at(SEED, 1).name}
    assert letter.pupils == (0, 1)


def test_barred_father_holds_a_letter_and_sees_nothing(people: People) -> None:
    letter = next(one for one in people.letters if one.situation == "barred")
    assert letter.pupils[0] == BARRED_FAMILY
    assert people.children_seen_by(letter.personal_code) == set()


def test_mother_beside_the_barred_father_sees_the_child(people: People) -> None:
    mother = family_at(SEED, BARRED_FAMILY).guardians[0]
    assert people.children_seen_by(mother.personal_code) == {pupil_at(SEED, BARRED_FAMILY).name}


def test_guardian_whose_time_has_ended_sees_nothing(people: People) -> None:
    letter = next(one for one in people.letters if one.situation == "ended")
    assert letter.pupils[0] == ENDED_FAMILY
    assert people.children_seen_by(letter.personal_code) == set()


def test_pending_pupils_say_why_and_until_when(people: People) -> None:
    with people.database.read() as connection:
        rows = connection.execute(
            select(pupils.c.pupil_code, pupils.c.pending_reason, pupils.c.pending_until).where(
                pupils.c.pending_reason.is_not(None)
            )
        ).all()
    assert {row.pupil_code for row in rows} >= {pupil_at(SEED, number).pupil_code for number in PENDING_PUPILS}
    assert {row.pending_until for row in rows} == {date(2026, 8, 15)}
    assert {row.pending_reason for row in rows} >= {"supplementary_lessons"}


def test_pupils_without_a_code_have_a_passport_or_a_temporary_code(people: People) -> None:
    with people.database.read() as connection:
        rows = connection.execute(
            select(pupils.c.alternative_id_type).where(pupils.c.personal_code.is_(None))
        ).scalars()
        assert {"passport", "temporary"} <= set(rows)


def test_no_parent_gets_a_letter_for_a_pupil_who_is_of_age(people: People) -> None:
    of_age = {n for n in range(PUPILS) if pupil_at(SEED, n).date_of_birth <= date(2008, 11, 24)}
    assert of_age
    parents = [letter for letter in people.letters if letter.situation != "of_age"]
    assert not any(set(letter.pupils) <= of_age for letter in parents)


def test_second_run_changes_nothing(people: People) -> None:
    before, letters = people.count(), people.letters
    people.register()
    assert people.count() == before
    assert people.letters == letters


def test_letter_is_replaced_by_one_with_a_new_code(people: People) -> None:
    letter = next(one for one in people.letters if one.situation == "one_child")
    later = NOW.replace(month=12, day=20)
    new = replace_letter(people.access, letter, now=later)
    assert new.activation_code != letter.activation_code
    assert new.expires_at > later
    assert (new.name, new.pupils) == (letter.name, letter.pupils)


def test_database_of_another_city_is_refused(people: People) -> None:
    with pytest.raises(RosterConflictError, match="demo_roster_conflict"):
        register_rosters(
            people.database,
            schools_of(PUPILS * 4),
            seed=SEED + 1,
            pupils=PUPILS * 4,
            on_school=lambda _pupils: None,
            now=NOW,
        )
