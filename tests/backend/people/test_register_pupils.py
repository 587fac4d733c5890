from datetime import UTC, date, datetime

import pytest
from msgspec import structs
from sqlalchemy import select

from backend.database import Database
from backend.people.errors import CardNotFoundError, GuardianNotFoundError, RosterRefusedError
from backend.people.guardianship import bar_guardian, end_guardianship
from backend.people.matching.rules import CardIdentity, PupilMatch
from backend.people.matching.store import insert_card_link
from backend.people.readable import find_readable_card, readable_children
from backend.people.register_pupils import RegisteredPupil, RosterOutcome, register_pupils
from backend.people.roster import (
    AlternativeId,
    AlternativeIdType,
    GuardianEntry,
    PendingAssessment,
    PendingReason,
    PupilEntry,
    Relation,
)
from backend.people.store import find_guardian_by_personal_code
from backend.people.tables import guardianships, pupils

NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
MOTHER = GuardianEntry(name="Trần Thị Mai", relation=Relation.MOTHER, personal_code="999185000001")
FATHER = GuardianEntry(name="Nguyễn Văn Hùng", relation=Relation.FATHER, personal_code="999083000001")


def pupil(
    name: str = "Nguyễn Ngọc Lan",
    *,
    code: str | None = "999315000001",
    pupil_code: str = "0001",
    school: str = "99900001",
    born: date = date(2015, 9, 5),
    guardians: tuple[GuardianEntry, ...] = (MOTHER,),
    pending: PendingAssessment | None = None,
) -> PupilEntry:
    return PupilEntry(
        name=name,
        date_of_birth=born,
        school_code=school,
        school_name="Trường Tiểu học Quang Trung",
        pupil_code=pupil_code,
        class_group="4A",
        personal_code=code,
        guardians=guardians,
        pending=pending,
    )


def register_one(database: Database, entry: PupilEntry) -> RegisteredPupil:
    (result,) = register_pupils(database, [entry], now=NOW)
    return result


def names_seen_by(database: Database, guardian_id: str | None) -> list[str]:
    assert guardian_id is not None
    with database.read() as connection:
        return [child.pupil.name for child in readable_children(connection, guardian_id=guardian_id, now=NOW)]


def test_a_roster_taken_twice_changes_nothing(database: Database) -> None:
    first = register_one(database, pupil(guardians=(MOTHER, FATHER)))
    again = register_one(database, pupil(guardians=(MOTHER, FATHER)))
    assert (first.outcome, again.outcome) == (RosterOutcome.REGISTERED, RosterOutcome.UPDATED)
    assert again.pupil_id == first.pupil_id
    assert again.guardian_ids == first.guardian_ids
    with database.read() as connection:
        assert len(connection.execute(select(guardianships.c.guardianship_id)).all()) == 2


def test_siblings_of_two_schools_share_their_mother_and_are_listed_by_given_name(database: Database) -> None:
    results = register_pupils(
        database,
        [pupil(), pupil("Nguyễn Hải Âu", code="999215000002", pupil_code="7", school="99900002")],
        now=NOW,
    )
    mothers = {result.guardian_ids[0] for result in results}
    assert len(mothers) == 1
    assert names_seen_by(database, mothers.pop()) == ["Nguyễn Hải Âu", "Nguyễn Ngọc Lan"]


def test_a_pupil_gets_the_personal_code_later_and_stays_one_pupil(database: Database) -> None:
    before = register_one(database, pupil(code=None))
    after = register_one(database, pupil())
    assert after.pupil_id == before.pupil_id
    with database.read() as connection:
        assert connection.scalars(select(pupils.c.personal_code)).all() == ["999315000001"]


def test_a_transferred_pupil_keeps_the_old_schools_place_and_cards(database: Database) -> None:
    registered = register_one(database, pupil())
    moved = register_one(database, pupil(school="99900002", pupil_code="77"))
    assert moved.pupil_id == registered.pupil_id
    third = register_one(database, pupil(code=None))
    assert third.pupil_id == registered.pupil_id


def test_another_birthday_under_the_same_code_is_a_conflict_and_changes_nothing(database: Database) -> None:
    register_one(database, pupil())
    result = register_one(database, pupil("Kẻ Khác", born=date(2014, 1, 1), guardians=(FATHER,)))
    assert result == RegisteredPupil(RosterOutcome.CONFLICT, None, (None,))
    with database.read() as connection:
        assert connection.scalars(select(pupils.c.name)).all() == ["Nguyễn Ngọc Lan"]


def test_a_mistyped_guardian_code_never_ties_a_stranger(database: Database) -> None:
    mine = register_one(database, pupil())
    mistyped = GuardianEntry(name="Lê Thị Đào", relation=Relation.MOTHER, personal_code=MOTHER.personal_code)
    other = register_one(database, pupil("Lê Văn Sơn", code="999215000005", pupil_code="9", guardians=(mistyped,)))
    assert other.guardian_ids == (None,)
    assert names_seen_by(database, mine.guardian_ids[0]) == ["Nguyễn Ngọc Lan"]


def test_guardians_without_a_code_are_never_merged_across_families(database: Database) -> None:
    nameless = GuardianEntry(name="Nguyễn Thị Hoa", relation=Relation.MOTHER, personal_code=None)
    first = register_one(database, pupil(guardians=(nameless,)))
    same = register_one(database, pupil(guardians=(nameless,)))
    other = register_one(database, pupil("Lê Văn Sơn", code="999215000005", pupil_code="9", guardians=(nameless,)))
    assert first.guardian_ids == same.guardian_ids
    assert first.guardian_ids != other.guardian_ids


def test_a_guardian_gets_the_personal_code_later_and_stays_one_person(database: Database) -> None:
    codeless = structs.replace(MOTHER, personal_code=None)
    first = register_one(database, pupil(guardians=(codeless, FATHER)))
    again = register_one(database, pupil(guardians=(structs.replace(MOTHER, name="TRẦN THỊ MAI"), FATHER)))
    assert again.guardian_ids == first.guardian_ids
    with database.read() as connection:
        guardian = find_guardian_by_personal_code(connection, str(MOTHER.personal_code))
    assert guardian is not None
    assert guardian.guardian_id == first.guardian_ids[0]


def test_a_code_goes_to_nobody_of_another_relation_or_with_a_code_of_their_own(database: Database) -> None:
    grandmother = GuardianEntry(name=MOTHER.name, relation=Relation.GUARDIAN, personal_code=None)
    other_code = structs.replace(MOTHER, personal_code="999185000077")
    first = register_one(database, pupil(guardians=(grandmother, other_code)))
    again = register_one(database, pupil(guardians=(MOTHER,)))
    assert again.guardian_ids[0] not in first.guardian_ids


def test_a_code_that_comes_later_opens_nothing_for_a_barred_guardian(database: Database) -> None:
    codeless = structs.replace(FATHER, personal_code=None)
    result = register_one(database, pupil(guardians=(MOTHER, codeless)))
    (_, father), pupil_id = result.guardian_ids, result.pupil_id
    assert father is not None
    assert pupil_id is not None
    bar_guardian(
        database,
        pupil_id=pupil_id,
        guardian_id=father,
        reason="court_order",
        decision_reference="12/2026/QĐ-TA",
        now=NOW,
    )
    again = register_one(database, pupil(guardians=(MOTHER, FATHER)))
    assert again.guardian_ids == result.guardian_ids
    assert names_seen_by(database, father) == []


def test_a_barred_guardian_sees_nothing_and_a_roster_does_not_lift_the_bar(database: Database) -> None:
    result = register_one(database, pupil(guardians=(MOTHER, FATHER)))
    mother, father = result.guardian_ids
    assert result.pupil_id is not None
    assert father is not None
    bar_guardian(
        database,
        pupil_id=result.pupil_id,
        guardian_id=father,
        reason="court_order",
        decision_reference="12/2026/QĐ-TA",
        now=NOW,
    )
    register_one(database, pupil(guardians=(MOTHER, FATHER)))
    assert names_seen_by(database, father) == []
    assert names_seen_by(database, mother) == ["Nguyễn Ngọc Lan"]


def test_an_ended_guardianship_is_not_opened_again_by_the_same_roster(database: Database) -> None:
    result = register_one(database, pupil())
    (mother,) = result.guardian_ids
    assert result.pupil_id is not None
    assert mother is not None
    end_guardianship(database, pupil_id=result.pupil_id, guardian_id=mother, last_day=date(2026, 5, 30))
    register_one(database, pupil())
    assert names_seen_by(database, mother) == []


def test_a_new_stretch_of_time_begins_with_an_explicit_day(database: Database) -> None:
    result = register_one(database, pupil())
    (mother,) = result.guardian_ids
    assert result.pupil_id is not None
    assert mother is not None
    end_guardianship(database, pupil_id=result.pupil_id, guardian_id=mother, last_day=date(2026, 5, 29))
    again = GuardianEntry(
        name=MOTHER.name,
        relation=Relation.MOTHER,
        personal_code=MOTHER.personal_code,
        valid_from=date(2026, 5, 31),
    )
    register_one(database, pupil(guardians=(again,)))
    assert names_seen_by(database, mother) == ["Nguyễn Ngọc Lan"]


def test_ending_or_barring_people_who_were_never_tied_is_refused(database: Database) -> None:
    with pytest.raises(GuardianNotFoundError, match="guardian_not_found"):
        end_guardianship(database, pupil_id="nobody", guardian_id="nobody", last_day=date(2026, 5, 30))
    with pytest.raises(GuardianNotFoundError, match="guardian_not_found"):
        bar_guardian(
            database, pupil_id="nobody", guardian_id="nobody", reason="court_order", decision_reference="1", now=NOW
        )


def test_a_card_that_came_before_its_pupil_finds_them(database: Database) -> None:
    card = CardIdentity(
        record_id="card-1",
        personal_code=None,
        school_code="99900001",
        pupil_code="0001",
        date_of_birth=date(2015, 9, 5),
    )
    stranger = CardIdentity(
        record_id="card-2",
        personal_code=None,
        school_code="99900001",
        pupil_code="0001",
        date_of_birth=date(2015, 9, 6),
    )
    with database.write() as connection:
        insert_card_link(connection, card, PupilMatch(), now=NOW)
        insert_card_link(connection, stranger, PupilMatch(), now=NOW)
    (mother,) = register_one(database, pupil()).guardian_ids
    assert mother is not None
    with database.read() as connection:
        found = find_readable_card(connection, guardian_id=mother, record_id="card-1", now=NOW)
        assert found.name == "Nguyễn Ngọc Lan"
        for record_id in ("card-2", "card-3"):
            with pytest.raises(CardNotFoundError, match="card_not_found"):
                find_readable_card(connection, guardian_id=mother, record_id=record_id, now=NOW)


def test_a_year_left_open_is_kept_and_closed_again(database: Database) -> None:
    pending = PendingAssessment(PendingReason.REEXAMINATION, date(2026, 8, 15))
    (mother,) = register_one(database, pupil(pending=pending)).guardian_ids
    assert mother is not None
    with database.read() as connection:
        (child,) = readable_children(connection, guardian_id=mother, now=NOW)
    assert (child.pupil.pending_until, child.pupil.pending_reason) == (date(2026, 8, 15), "reexamination")
    register_one(database, pupil())
    with database.read() as connection:
        (child,) = readable_children(connection, guardian_id=mother, now=NOW)
    assert child.pupil.pending_until is None


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (pupil(code="99931500000"), "roster_code_malformed"),
        (
            structs.replace(pupil(), alternative_id=AlternativeId(AlternativeIdType.TEMPORARY, "0001")),
            "roster_alternative_id_malformed",
        ),
        (
            structs.replace(pupil(), alternative_id=AlternativeId(AlternativeIdType.PASSPORT, " ")),
            "roster_alternative_id_malformed",
        ),
        (pupil(code="٩٩٩٣١٥٠٠٠٠٠١"), "roster_code_malformed"),
        (pupil(" "), "roster_field_empty"),
        (pupil(guardians=(MOTHER, MOTHER)), "roster_code_twice"),
        (pupil(guardians=(FATHER,) * 21), "roster_too_many_guardians"),
    ],
)
def test_a_roster_with_an_impossible_entry_is_refused_whole(database: Database, entry: PupilEntry, code: str) -> None:
    with pytest.raises(RosterRefusedError, match=code):
        register_pupils(database, [pupil("Lê Văn Sơn", code="999215000005", pupil_code="9"), entry], now=NOW)
    with database.read() as connection:
        assert connection.scalars(select(pupils.c.name)).all() == []
