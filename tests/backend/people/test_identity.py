from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import func, select

from backend.database import Database
from backend.messages import catalogue
from backend.people.errors import RosterRefusedError
from backend.people.guardianship import bar_guardian
from backend.people.identity import (
    IdentityRefusedError,
    PupilNotFoundError,
    change_civil_status,
    give_personal_code,
    merge_pupils,
)
from backend.people.matching.link_card import link_waiting_cards
from backend.people.matching.rules import CardIdentity, LinkedBy, PupilMatch
from backend.people.matching.store import Place, find_card_match, insert_card_link
from backend.people.missing_codes import missing_codes
from backend.people.readable import find_readable_card, readable_children
from backend.people.register_pupils import RegisteredPupil, RosterOutcome, register_pupils
from backend.people.roster import AlternativeId, AlternativeIdType, GuardianEntry, PupilEntry, Relation
from backend.people.tables import card_links, identity_changes, pupils, school_places

NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
MOTHER = GuardianEntry(name="Trần Thị Mai", relation=Relation.MOTHER, personal_code="999185000001")
FATHER = GuardianEntry(name="Nguyễn Văn Hùng", relation=Relation.FATHER, personal_code="999083000001")
CODE = "999315000001"
SCHOOL, OTHER_SCHOOL = "99900001", "99900002"
PLACE = (SCHOOL, "0001")
WORDS: dict[str, Any] = {"evidence": "Giấy khai sinh 12/2026", "changed_by": "Văn thư", "now": NOW}


def pupil(**changes: Any) -> PupilEntry:
    entry = PupilEntry(
        name="Nguyễn Ngọc Lan",
        date_of_birth=date(2015, 9, 5),
        school_code=SCHOOL,
        school_name="Trường Tiểu học Quang Trung",
        pupil_code="0001",
        class_group="4A",
        personal_code=None,
        alternative_id=AlternativeId(AlternativeIdType.TEMPORARY, "TAM-0001"),
        guardians=(MOTHER,),
    )
    return structs.replace(entry, **changes)


def register(database: Database, entry: PupilEntry) -> RegisteredPupil:
    (result,) = register_pupils(database, [entry], now=NOW)
    return result


def count_pupils(database: Database) -> int:
    with database.read() as connection:
        return connection.scalars(select(func.count()).select_from(pupils)).one()


def wait_card(database: Database, record_id: str, *, code: str | None, pupil_code: str, born: date) -> None:
    card = CardIdentity(
        record_id=record_id, personal_code=code, school_code=SCHOOL, pupil_code=pupil_code, date_of_birth=born
    )
    with database.write() as connection:
        insert_card_link(connection, card, PupilMatch(), now=NOW)


def test_given_code_keeps_the_pupil_and_finds_the_cards_that_waited_for_it(database: Database) -> None:
    registered = register(database, pupil())
    wait_card(database, "card", code=CODE, pupil_code="of another school", born=date(2015, 9, 5))
    with database.write() as connection:
        assert give_personal_code(connection, PLACE, CODE, **WORDS) == registered.pupil_id
        assert give_personal_code(connection, PLACE, CODE, **WORDS) == registered.pupil_id
        guardian_id = registered.guardian_ids[0]
        assert guardian_id is not None
        child = find_readable_card(connection, guardian_id=guardian_id, record_id="card", now=NOW)
        assert child.pupil_id == registered.pupil_id
        (change,) = connection.execute(select(identity_changes)).mappings()
    assert (change["kind"], change["evidence"], change["changed_by"]) == (
        "code_given",
        "Giấy khai sinh 12/2026",
        "Văn thư",
    )
    assert register(database, pupil(personal_code=CODE)).pupil_id == registered.pupil_id
    assert count_pupils(database) == 1


@pytest.mark.parametrize(
    ("place", "code", "change", "error", "reason"),
    [
        (PLACE, "12", {}, IdentityRefusedError, "personal_code_malformed"),
        ((SCHOOL, "nobody"), CODE, {}, PupilNotFoundError, "pupil_not_found"),
        (PLACE, "999315000009", {}, IdentityRefusedError, "personal_code_taken"),
        ((SCHOOL, "0009"), CODE, {}, IdentityRefusedError, "pupil_has_other_code"),
        (PLACE, CODE, {"evidence": " "}, IdentityRefusedError, "identity_evidence_missing"),
        (PLACE, CODE, {"changed_by": "x" * 501}, IdentityRefusedError, "identity_text_long"),
    ],
)
def test_code_that_cannot_be_this_pupils_is_refused(
    database: Database, place: Place, code: str, change: dict[str, str], error: type[Exception], reason: str
) -> None:
    register(database, pupil())
    register(database, pupil(pupil_code="0009", personal_code="999315000009", alternative_id=None))
    with database.write() as connection, pytest.raises(error, match=reason):
        give_personal_code(connection, place, code, **(WORDS | change))
    assert reason in catalogue("vi")


def test_two_rows_of_one_child_become_one_with_cards_guardians_and_places(database: Database) -> None:
    kept = register(database, pupil(school_code=OTHER_SCHOOL, pupil_code="77", personal_code=CODE, guardians=(FATHER,)))
    moved = register(database, pupil())
    assert count_pupils(database) == 2
    card = CardIdentity(
        record_id="card", personal_code=None, school_code=SCHOOL, pupil_code="0001", date_of_birth=date(2015, 9, 5)
    )
    with database.write() as connection:
        assert moved.pupil_id is not None
        match = PupilMatch(pupil_id=moved.pupil_id, linked_by=None)
        insert_card_link(connection, card, structs.replace(match, linked_by="pupil_code"), now=NOW)
    with database.write() as connection:
        assert merge_pupils(connection, PLACE, CODE, **WORDS) == kept.pupil_id
    assert count_pupils(database) == 1
    with database.read() as connection:
        places = {(row.school_code, row.pupil_code): row.pupil_id for row in connection.execute(select(school_places))}
        assert places == {PLACE: kept.pupil_id, (OTHER_SCHOOL, "77"): kept.pupil_id}
        assert connection.scalars(select(card_links.c.pupil_id)).one() == kept.pupil_id
        for guardian_id in (moved.guardian_ids[0], kept.guardian_ids[0]):
            assert guardian_id is not None
            (child,) = readable_children(connection, guardian_id=guardian_id, now=NOW)
            assert (child.pupil.school_code, child.record_ids) == (SCHOOL, ("card",))
        (change,) = connection.execute(select(identity_changes)).mappings()
    assert (change["kind"], change["merged_pupil_id"]) == ("merged", moved.pupil_id)


def test_guardian_who_was_barred_stays_barred_when_rows_become_one(database: Database) -> None:
    register(database, pupil(school_code=OTHER_SCHOOL, pupil_code="77", personal_code=CODE, guardians=(FATHER,)))
    moved = register(database, pupil(guardians=(FATHER,)))
    father_id = moved.guardian_ids[0]
    assert father_id is not None
    assert moved.pupil_id is not None
    bar_guardian(
        database,
        pupil_id=moved.pupil_id,
        guardian_id=father_id,
        reason="court_order",
        decision_reference="12/2026/QĐ-TA",
        now=NOW,
    )
    with database.write() as connection:
        merge_pupils(connection, PLACE, CODE, **WORDS)
        assert readable_children(connection, guardian_id=father_id, now=NOW) == []


@pytest.mark.parametrize(
    ("other", "place", "error", "reason"),
    [
        ({"date_of_birth": date(2015, 9, 6)}, PLACE, IdentityRefusedError, "merge_birth_dates_differ"),
        ({"personal_code": "999315000002"}, PLACE, PupilNotFoundError, "pupil_not_found"),
        ({}, (OTHER_SCHOOL, "77"), IdentityRefusedError, "merge_same_pupil"),
    ],
)
def test_rows_that_may_be_two_children_are_not_made_one(
    database: Database, other: dict[str, Any], place: Place, error: type[Exception], reason: str
) -> None:
    register(database, pupil())
    register(
        database,
        pupil(**({"school_code": OTHER_SCHOOL, "pupil_code": "77", "personal_code": CODE} | other)),
    )
    with database.write() as connection, pytest.raises(error, match=reason):
        merge_pupils(connection, place, CODE, **WORDS)
    assert count_pupils(database) == 2


def test_civil_status_decision_lets_the_corrected_card_find_its_pupil(database: Database) -> None:
    registered = register(database, pupil())
    born = date(2015, 9, 6)
    wait_card(database, "corrected", code=None, pupil_code="0001", born=born)
    with database.write() as connection:
        words = WORDS | {"evidence": "15/QĐ-UBND, 20/05/2026"}
        change_civil_status(connection, PLACE, name=" Nguyễn  Ngọc Liên", date_of_birth=born, **words)
        guardian_id = registered.guardian_ids[0]
        assert guardian_id is not None
        child = find_readable_card(connection, guardian_id=guardian_id, record_id="corrected", now=NOW)
    assert (child.pupil_id, child.name, child.date_of_birth) == (registered.pupil_id, "Nguyễn Ngọc Liên", born)


def test_civil_status_decision_without_a_change_or_with_anothers_code_is_refused(database: Database) -> None:
    register(database, pupil())
    register(database, pupil(pupil_code="0009", personal_code=CODE, alternative_id=None))
    with database.write() as connection, pytest.raises(IdentityRefusedError, match="civil_status_empty"):
        change_civil_status(connection, PLACE, name=" ", **WORDS)
    with database.write() as connection, pytest.raises(IdentityRefusedError, match="personal_code_taken"):
        change_civil_status(connection, PLACE, personal_code=CODE, **WORDS)


def test_passport_means_the_same_pupil_at_the_next_school(database: Database) -> None:
    passport = AlternativeId(AlternativeIdType.PASSPORT, "C12345678")
    first = register(database, pupil(alternative_id=passport))
    moved = register(database, pupil(alternative_id=passport, school_code=OTHER_SCHOOL, pupil_code="77"))
    assert (moved.outcome, moved.pupil_id) == (RosterOutcome.UPDATED, first.pupil_id)
    stranger = pupil(alternative_id=passport, pupil_code="0002", date_of_birth=date(2014, 1, 1))
    assert register(database, stranger).outcome is RosterOutcome.CONFLICT
    assert count_pupils(database) == 1


def test_temporary_code_of_two_schools_is_two_pupils(database: Database) -> None:
    register(database, pupil())
    assert register(database, pupil(school_code=OTHER_SCHOOL)).outcome is RosterOutcome.REGISTERED


def test_school_sees_whose_codes_are_missing_by_class_and_name(database: Database) -> None:
    register(database, pupil(pupil_code="1", name="Đỗ Văn Đông", class_group="4B"))
    register(database, pupil(pupil_code="2", name="Lê Thị Ánh"))
    register(database, pupil(pupil_code="3", name="Trần An", alternative_id=None))
    register(database, pupil(pupil_code="4", personal_code=CODE))
    register(database, pupil(pupil_code="5", school_code=OTHER_SCHOOL))
    with database.read() as connection:
        found = missing_codes(connection, school_code=SCHOOL)
    assert [(row.pupil_code, row.alternative_id) for row in found] == [
        ("3", None),
        ("2", "TAM-0001"),
        ("1", "TAM-0001"),
    ]


def alternative_of(database: Database) -> list[tuple[str | None, str | None]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(select(pupils.c.alternative_id_type, pupils.c.alternative_id))]


@pytest.mark.parametrize("named", [None, AlternativeId(AlternativeIdType.TEMPORARY, "TAM-0007")])
def test_roster_takes_no_passport_away(database: Database, named: AlternativeId | None) -> None:
    register(database, pupil(alternative_id=AlternativeId(AlternativeIdType.PASSPORT, "C12345678")))
    register(database, pupil(alternative_id=named))
    assert alternative_of(database) == [("passport", "C12345678")]


def test_real_code_finds_the_pupil_of_the_schools_temporary_code_under_a_new_pupil_code(database: Database) -> None:
    first = register(database, pupil())
    second = register(database, pupil(pupil_code="2026-17", personal_code=CODE))
    assert (second.outcome, second.pupil_id) == (RosterOutcome.UPDATED, first.pupil_id)
    assert count_pupils(database) == 1
    with database.read() as connection:
        (change,) = connection.execute(select(identity_changes)).mappings()
    assert (change["kind"], change["pupil_id"], change["evidence"]) == ("code_given", first.pupil_id, "roster")


def test_temporary_code_that_a_school_gave_again_is_somebody_to_look_at(database: Database) -> None:
    register(database, pupil())
    stranger = pupil(pupil_code="0002", date_of_birth=date(2014, 1, 1))
    assert register(database, stranger).outcome is RosterOutcome.CONFLICT


def test_card_with_the_real_code_finds_the_pupil_who_had_none(database: Database) -> None:
    registered = register(database, pupil())
    wait_card(database, "card", code=CODE, pupil_code="0001", born=date(2015, 9, 5))
    with database.write() as connection:
        link_waiting_cards(connection, personal_codes=[CODE], places=[PLACE], now=NOW)
        match = find_card_match(connection, "card")
    assert match == PupilMatch(pupil_id=registered.pupil_id, linked_by=LinkedBy.PUPIL_CODE)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "Nguyễn\x00 Lan"}, "name"),
        ({"name": "Nguyễn\u202e Lan"}, "name"),
        ({"class_group": "4A\u200b"}, "class_group"),
        ({"guardians": (structs.replace(MOTHER, name="Trần\ue000 Mai"),)}, "guardian.name"),
    ],
)
def test_letters_that_nobody_sees_are_refused_with_row_and_field(
    database: Database, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(RosterRefusedError, match="roster_letter_unseen") as refused:
        register(database, pupil(**change))
    assert (refused.value.details["row"], refused.value.details["field"]) == (1, field)
    assert count_pupils(database) == 0


def test_names_in_another_encoding_are_named(database: Database) -> None:
    entry = pupil(name="NguyÔn Ngọc Lan", guardians=(structs.replace(MOTHER, name="Ðỗ Thị Mai"),))
    assert register(database, entry).warnings == ("legacy_encoding_tcvn3", "eth_letter")
