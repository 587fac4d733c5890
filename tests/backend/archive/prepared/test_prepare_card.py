import hashlib
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from msgspec import structs

from backend.archive.keep_card import CardInForceError, Kept, RecordIdUsedError, keep_issued_card, keep_received_card
from backend.archive.lock_days import Approval
from backend.archive.prepared import store
from backend.archive.prepared.card import OF_THE_SUMMER, Missing, PreparedCard
from backend.archive.prepared.prepare_card import PreparationRefusedError, PupilsYear, announce_card, prepare_card
from backend.archive.recall_card import approve_recall, request_recall
from backend.archive.rules import CardState, IllegalTransitionError
from backend.database import Database
from backend.errors import NotFoundError
from backend.signing.sign_xml import sign_card
from tests.backend.archive.cards import NOW, SCHOOL, add_school, received_card, sealed_card
from tests.verifier.small_city import SCHOOL_CODE, TEACHER_CODE, a_record, small_city
from verifier.errors import MalformedInputError
from verifier.record.card_document import SignerRole
from verifier.record.record import Record


def announce(database: Database, *missing: Missing, prepared_by: str = "Phạm Thị Mai", **changes: Any) -> PreparedCard:
    year: dict[str, Any] = {
        "school_code": SCHOOL,
        "pupil_code": "7900000001",
        "school_year": "2025-2026",
        "grade": 3,
        "class_group": "3A",
    }
    with database.write() as connection:
        return announce_card(
            connection, PupilsYear(**(year | changes)), missing=set(missing), prepared_by=prepared_by, now=NOW
        )


def prepare(database: Database, record: Record, *missing: Missing) -> PreparedCard:
    with database.write() as connection:
        return prepare_card(connection, record, missing=missing, prepared_by="workbook", now=NOW)


def found(database: Database, record_id: str) -> PreparedCard | None:
    with database.read() as connection:
        return store.find_prepared(connection, record_id)


def sign(database: Database, card: PreparedCard, state: CardState = CardState.TEACHER_SIGNED) -> bytes:
    """Put other bytes of the same content there, as a signature does."""
    assert card.xml is not None
    signed = sign_card(
        card.xml, role=SignerRole.HOMEROOM_TEACHER, key=small_city().teacher, personal_code=TEACHER_CODE, now=NOW
    )
    with database.write() as connection:
        assert store.put_signed_xml(
            connection,
            card.record_id,
            expected_xml_sha256=hashlib.sha256(card.xml).digest(),
            xml=signed,
            state=state,
        )
    return signed


def waiting(database: Database, school_code: str = SCHOOL) -> tuple[PreparedCard, ...]:
    with database.read() as connection:
        return store.read_waiting(connection, school_code=school_code)


def with_new_id(record: Record, **changes: Any) -> Record:
    transcript = structs.replace(record.transcript, record_id=str(uuid4()), **changes)
    return structs.replace(record, transcript=transcript)


@pytest.mark.parametrize(
    ("missing", "until"),
    [
        ([Missing.PERSONAL_CODE], date(2026, 6, 30)),
        ([Missing.SUPPLEMENTARY_LESSONS], date(2026, 8, 15)),
        ([Missing.PERSONAL_CODE, Missing.SUPPLEMENTARY_LESSONS], date(2026, 8, 15)),
    ],
)
def test_card_waits_with_what_is_missing_until_the_lock(
    database: Database, missing: list[Missing], until: date
) -> None:
    add_school(database)
    prepared = announce(database, *missing)
    assert (prepared.state, prepared.waits_until) == (CardState.PENDING_SUPPLEMENTARY, until)
    assert waiting(database) == (prepared,)
    first_moment_after = NOW.replace(year=until.year, month=until.month, day=until.day, hour=0) + timedelta(days=1)
    assert prepared.is_overdue(first_moment_after)
    assert not prepared.is_overdue(first_moment_after - timedelta(seconds=1))


def test_with_nothing_missing_any_more_it_is_a_draft(database: Database) -> None:
    add_school(database)
    announce(database, Missing.SUPPLEMENTARY_LESSONS)
    assert announce(database).state is CardState.DRAFT
    assert waiting(database) == ()
    assert announce(database, Missing.PERSONAL_CODE).state is CardState.PENDING_SUPPLEMENTARY


def test_signed_card_after_the_summer_ends_the_waiting(database: Database) -> None:
    add_school(database)
    announce(database, Missing.SUPPLEMENTARY_LESSONS)
    card = received_card()
    with database.write() as connection:
        assert keep_received_card(connection, card, NOW) is Kept.NEW
    assert waiting(database) == ()
    with database.read() as connection:
        assert store.read_prepared(connection, school_code=SCHOOL, school_year="2025-2026") == ()


def test_signed_card_still_without_the_code_that_it_waits_for_is_refused(database: Database) -> None:
    add_school(database)
    announce(database, Missing.PERSONAL_CODE)
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
        announce(database)
    add_school(database)
    for words in ({"prepared_by": " "}, {"class_group": ""}, {"pupil_code": ""}):
        with pytest.raises(PreparationRefusedError, match="preparation_word_missing"):
            announce(database, **words)
    with pytest.raises(PreparationRefusedError, match="preparation_text_long"):
        announce(database, prepared_by="x" * 501)
    with pytest.raises(MalformedInputError, match="TEN_NAM_HOC"):
        announce(database, school_year="2025")
    with database.write() as connection:
        keep_received_card(connection, received_card(), NOW)
    with pytest.raises(CardInForceError, match="card_in_force"):
        announce(database, Missing.SUPPLEMENTARY_LESSONS)


@pytest.mark.database
def test_content_that_comes_again_keeps_the_record_id_and_only_other_content_takes_signatures_away(
    database: Database,
) -> None:
    add_school(database, SCHOOL_CODE)
    first = prepare(database, a_record())
    assert first.state is CardState.DRAFT
    signed = sign(database, first)
    again = prepare(database, with_new_id(a_record()))
    assert (again.record_id, again.state, again.xml) == (first.record_id, CardState.TEACHER_SIGNED, signed)
    mended = prepare(database, with_new_id(a_record(), name="Nguyễn Văn Bình"))
    assert (mended.record_id, mended.state, mended.name) == (first.record_id, CardState.DRAFT, "Nguyễn Văn Bình")
    assert mended.xml is not None
    assert b"Signature" not in mended.xml
    assert found(database, first.record_id) == mended


def test_announcing_keeps_the_content_and_says_anew_what_is_missing(database: Database) -> None:
    add_school(database, SCHOOL_CODE)
    record = a_record()
    before = prepare(database, record, Missing.PERSONAL_CODE)
    assert waiting(database, SCHOOL_CODE) == (before,)
    complete = announce(database, school_code=SCHOOL_CODE, pupil_code=record.pupil.pupil_code)
    assert (complete.record_id, complete.xml, complete.state) == (before.record_id, before.xml, CardState.DRAFT)


def test_signed_card_does_not_go_back_to_waiting(database: Database) -> None:
    add_school(database, SCHOOL_CODE)
    record = a_record()
    sign(database, prepare(database, record))
    with pytest.raises(IllegalTransitionError, match="card_state_forbids"):
        announce(database, Missing.SUPPLEMENTARY_LESSONS, school_code=SCHOOL_CODE, pupil_code=record.pupil.pupil_code)


@pytest.mark.database
def test_agreed_replacement_is_prepared_beside_the_card_in_force_with_the_agreed_record_id(database: Database) -> None:
    add_school(database)
    card, to_come = received_card(), str(uuid4())
    with database.write() as connection:
        keep_received_card(connection, card, NOW)
        keep_issued_card(connection, sealed_card(card.record_id))
        recall = request_recall(
            connection,
            card.record_id,
            kind="superseded",
            reason="Sai điểm môn Toán",
            requested_by="Phạm Thị Mai",
            replaced_by=to_come,
            now=NOW,
        )
    with pytest.raises(CardInForceError, match="card_in_force"):
        announce(database)
    with database.write() as connection:
        approve_recall(connection, recall.recall_id, decided_as=Approval.SCHOOL, decided_by="Trần Văn Đức", now=NOW)
    assert announce(database).record_id == to_come
    with database.write() as connection:
        assert keep_received_card(connection, received_card(record_id=to_come), NOW) is Kept.NEW
    assert found(database, to_come) is None


def test_record_id_that_a_card_to_come_has_is_no_other_pupils(database: Database) -> None:
    add_school(database)
    prepared = announce(database)
    other = received_card(record_id=prepared.record_id, pupil_code="7900000002", personal_code="999317000002")
    with database.write() as connection, pytest.raises(RecordIdUsedError, match="record_id_already_used"):
        keep_received_card(connection, other, NOW)


@pytest.mark.parametrize(
    ("grade", "missing"),
    [(5, Missing.REEXAMINATION), (5, Missing.SUMMER_TRAINING), (6, Missing.SUPPLEMENTARY_LESSONS)],
)
def test_card_waits_only_for_what_its_grade_knows(database: Database, grade: int, missing: Missing) -> None:
    add_school(database)
    with pytest.raises(PreparationRefusedError, match="preparation_not_of_grade"):
        announce(database, missing, grade=grade)
    for fitting in {Missing.PERSONAL_CODE, *OF_THE_SUMMER} - {missing}:
        if (fitting is Missing.SUPPLEMENTARY_LESSONS) is (grade == 5) or fitting is Missing.PERSONAL_CODE:
            assert announce(database, fitting, grade=grade).missing == (fitting,)
