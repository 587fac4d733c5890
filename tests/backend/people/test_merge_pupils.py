from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import select

from backend.archive.card import Withdrawal
from backend.archive.store import insert_received_card, update_to_issued, update_to_withdrawn
from backend.database import Database
from backend.people.guardianship import bar_guardian
from backend.people.identity import IdentityRefusedError, merge_pupils
from backend.people.matching.rules import CardIdentity, LinkedBy, PupilMatch
from backend.people.matching.store import insert_card_link
from backend.people.readable import readable_children
from backend.people.register_pupils import RegisteredPupil, register_pupils
from backend.people.roster import AlternativeId, AlternativeIdType, GuardianEntry, PupilEntry, Relation
from backend.people.tables import guardianships, pupils
from backend.sharing.history.look import Look, LookedAt, Looker
from backend.sharing.history.look_book import LookBook
from backend.sharing.history.store import read_looks
from backend.sharing.make_share import make_share
from backend.sharing.store import find_share
from tests.backend.archive.cards import add_school, received_card, sealed_card
from tests.backend.sharing.families import TERMS

NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
MOTHER = GuardianEntry(name="Trần Thị Mai", relation=Relation.MOTHER, personal_code="999185000001")
FATHER = GuardianEntry(name="Nguyễn Văn Hùng", relation=Relation.FATHER, personal_code="999083000001")
FATHER_WITHOUT_CODE = structs.replace(FATHER, personal_code=None)
CODE = "999315000001"
SCHOOL = "99900001"
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
        guardians=(),
    )
    return structs.replace(entry, **changes)


@dataclass(frozen=True)
class TwoRows:
    """One child twice in the register: ``moved`` without a code at ``PLACE``, ``kept`` with ``CODE``."""

    moved: RegisteredPupil
    kept: RegisteredPupil


def register_twice(database: Database, *, of_moved: GuardianEntry, of_kept: GuardianEntry) -> TwoRows:
    moved, kept = register_pupils(
        database,
        [
            pupil(guardians=(of_moved,)),
            pupil(pupil_code="0077", personal_code=CODE, alternative_id=None, guardians=(of_kept,)),
        ],
        now=NOW,
    )
    return TwoRows(moved, kept)


def bar(database: Database, registered: RegisteredPupil) -> None:
    guardian_id = registered.guardian_ids[0]
    assert registered.pupil_id is not None
    assert guardian_id is not None
    bar_guardian(
        database,
        pupil_id=registered.pupil_id,
        guardian_id=guardian_id,
        reason="court_order",
        decision_reference="12/2026/QĐ-TA",
        now=NOW,
    )


def children_of(database: Database, registered: RegisteredPupil) -> int:
    guardian_id = registered.guardian_ids[0]
    assert guardian_id is not None
    with database.read() as connection:
        return len(readable_children(connection, guardian_id=guardian_id, now=NOW))


def merge(database: Database, **changes: Any) -> None:
    with database.write() as connection:
        merge_pupils(connection, PLACE, CODE, **(WORDS | changes))


@pytest.mark.parametrize("name", ["Nguyễn Văn Hùng", "NGUYEN  VAN HUNG"])
def test_bar_of_a_guardian_without_code_holds_for_the_same_person_with_one(database: Database, name: str) -> None:
    with_code = structs.replace(FATHER, name=name)
    rows = register_twice(database, of_moved=FATHER_WITHOUT_CODE, of_kept=with_code)
    bar(database, rows.moved)
    assert children_of(database, rows.kept) == 1
    merge(database)
    assert children_of(database, rows.kept) == 0
    with database.read() as connection:
        references = set(connection.scalars(select(guardianships.c.decision_reference)))
    assert references == {"12/2026/QĐ-TA"}


def test_bar_of_a_guardian_with_code_holds_for_the_row_without(database: Database) -> None:
    rows = register_twice(database, of_moved=FATHER_WITHOUT_CODE, of_kept=FATHER)
    bar(database, rows.kept)
    merge(database)
    assert children_of(database, rows.moved) == 0


def test_bar_says_nothing_of_another_person_with_a_code_of_their_own(database: Database) -> None:
    rows = register_twice(database, of_moved=FATHER, of_kept=structs.replace(FATHER, personal_code="999083000009"))
    bar(database, rows.moved)
    merge(database)
    assert (children_of(database, rows.moved), children_of(database, rows.kept)) == (0, 1)


def test_guardian_who_may_be_the_barred_one_has_to_be_looked_at_first(database: Database) -> None:
    other_name = structs.replace(FATHER, name="Nguyễn Hùng")
    rows = register_twice(database, of_moved=FATHER_WITHOUT_CODE, of_kept=other_name)
    bar(database, rows.moved)
    with pytest.raises(IdentityRefusedError, match="merge_barred_unclear"):
        merge(database)
    merge(database, bars_checked=True)
    assert children_of(database, rows.kept) == 1


def test_roster_does_not_open_what_is_barred_under_a_name_without_code(database: Database) -> None:
    (first,) = register_pupils(database, [pupil(guardians=(FATHER_WITHOUT_CODE,))], now=NOW)
    bar(database, first)
    (second,) = register_pupils(database, [pupil(guardians=(FATHER,))], now=NOW)
    assert children_of(database, second) == 0


def keep_card(database: Database, registered: RegisteredPupil, pupil_code: str, **changes: object) -> str:
    card = received_card(school_code=SCHOOL, pupil_code=pupil_code, personal_code=None, **changes)
    assert registered.pupil_id is not None
    identity = CardIdentity(
        record_id=card.record_id,
        personal_code=None,
        school_code=SCHOOL,
        pupil_code=pupil_code,
        date_of_birth=date(2015, 9, 5),
    )
    with database.write() as connection:
        insert_received_card(connection, card, version=1, replaces=None, now=NOW)
        update_to_issued(connection, sealed_card(card.record_id))
        match = PupilMatch(pupil_id=registered.pupil_id, linked_by=LinkedBy.PUPIL_CODE)
        insert_card_link(connection, identity, match, now=NOW)
    return card.record_id


def test_two_cards_in_force_of_one_year_keep_two_rows_apart_until_one_is_recalled(database: Database) -> None:
    add_school(database, SCHOOL)
    rows = register_twice(database, of_moved=MOTHER, of_kept=MOTHER)
    wrong = keep_card(database, rows.moved, "0001")
    keep_card(database, rows.kept, "0077")
    with pytest.raises(IdentityRefusedError, match="merge_two_cards") as refused:
        merge(database)
    assert refused.value.details == {"school_code": SCHOOL, "school_year": "2025-2026"}
    with database.write() as connection:
        update_to_withdrawn(
            connection,
            Withdrawal(
                record_id=wrong, kind="revoked", reason="x", requested_by="a", approved_by="b", withdrawn_at=NOW
            ),
        )
    merge(database)
    assert children_of(database, rows.kept) == 1


def test_cards_of_two_years_come_together(database: Database) -> None:
    add_school(database, SCHOOL)
    rows = register_twice(database, of_moved=MOTHER, of_kept=MOTHER)
    keep_card(database, rows.moved, "0001", school_year="2024-2025")
    keep_card(database, rows.kept, "0077")
    merge(database)


def test_bar_holds_at_once_for_the_same_person_under_another_row(database: Database) -> None:
    rows = register_twice(database, of_moved=FATHER_WITHOUT_CODE, of_kept=FATHER)
    merge(database)
    kept = RegisteredPupil(rows.kept.outcome, rows.kept.pupil_id, rows.moved.guardian_ids)
    bar(database, kept)
    assert (children_of(database, rows.moved), children_of(database, rows.kept)) == (0, 0)


def test_temporary_code_takes_no_passports_place_when_rows_become_one(database: Database) -> None:
    passport = AlternativeId(AlternativeIdType.PASSPORT, "C12345678")
    register_pupils(database, [pupil(), pupil(pupil_code="0077", personal_code=CODE, alternative_id=passport)], now=NOW)
    merge(database)
    with database.read() as connection:
        assert connection.scalars(select(pupils.c.alternative_id)).one() == "C12345678"


def test_links_and_looks_follow_the_pupil(database: Database) -> None:
    rows = register_twice(database, of_moved=MOTHER, of_kept=FATHER)
    assert rows.moved.pupil_id is not None
    assert rows.kept.pupil_id is not None
    made = make_share(
        database,
        guardian_id=rows.moved.guardian_ids[0] or "",
        pupil_id=rows.moved.pupil_id,
        record_ids=None,
        terms=TERMS,
        now=NOW,
    )
    look = Look(
        pupil_id=rows.moved.pupil_id, record_id=None, what=LookedAt.LIST, looker=Looker.SHARE, looker_id="a link"
    )
    LookBook(database).note(look, now=NOW)
    merge(database)
    with database.read() as connection:
        share = find_share(connection, made.listed.share.share_id)
        looks = read_looks(connection, pupil_id=rows.kept.pupil_id, reader_id="", before=None, limit=10)
    assert share is not None
    assert share.pupil_id == rows.kept.pupil_id
    assert len(looks) == 1
