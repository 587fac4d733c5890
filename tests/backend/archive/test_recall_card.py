import unicodedata
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend.archive import store
from backend.archive.card import Recall
from backend.archive.keep_card import (
    CardInForceError,
    Kept,
    ReplacementRefusedError,
    keep_issued_card,
    keep_received_card,
)
from backend.archive.lock_days import Approval
from backend.archive.recall_card import (
    RecallRefusedError,
    approval_awaited,
    approve_recall,
    refuse_recall,
    request_recall,
)
from backend.archive.rules import CardState, IllegalTransitionError, RecallState
from backend.archive.withdraw_card import WithdrawalRefusedError
from backend.database import Database
from backend.errors import NotFoundError
from tests.backend.archive.cards import NOW, SCHOOL, add_school, find_withdrawal, received_card, sealed_card

LOCKED = NOW.replace(month=7, day=1, hour=0)
NEW_ID = "00000000-0000-4000-8000-000000000abc"


@pytest.fixture
def issued(database: Database) -> str:
    add_school(database)
    card = received_card()
    with database.write() as connection:
        keep_received_card(connection, card, NOW)
        keep_issued_card(connection, sealed_card(card.record_id))
    return card.record_id


def ask(database: Database, record_id: str, **changes: Any) -> Recall:
    words: dict[str, Any] = {
        "kind": "revoked",
        "reason": "Sai điểm môn Toán",
        "requested_by": "Trần Văn Bình",
        "now": NOW,
    }
    with database.write() as connection:
        return request_recall(connection, record_id, **(words | changes))


def agree(database: Database, recall: Recall, **changes: Any) -> Recall:
    words: dict[str, Any] = {"decided_as": Approval.DEPARTMENT, "decided_by": "Lê Thị Hoa", "now": NOW}
    with database.write() as connection:
        return approve_recall(connection, recall.recall_id, **(words | changes))


def refuse(database: Database, recall: Recall, **changes: Any) -> Recall:
    words: dict[str, Any] = {
        "decided_as": Approval.DEPARTMENT,
        "decided_by": "Lê Thị Hoa",
        "reason": "Điểm đúng",
        "now": NOW,
    }
    with database.write() as connection:
        return refuse_recall(connection, recall.recall_id, **(words | changes))


def state_of(database: Database, record_id: str) -> CardState:
    with database.read() as connection:
        card = store.find_card(connection, record_id)
    assert card is not None
    return card.state


def expect_replacement(database: Database, record_id: str, new_record_id: str = NEW_ID) -> Recall:
    recall = ask(database, record_id, kind="superseded", replaced_by=new_record_id)
    return agree(database, recall)


def agree_at_school(database: Database, record_id: str) -> Recall:
    recall = ask(database, record_id, kind="superseded", replaced_by=NEW_ID)
    return agree(database, recall, decided_as=Approval.SCHOOL)


def awaited(database: Database, recall_id: str) -> Approval | None:
    with database.read() as connection:
        recall = store.find_recall(connection, recall_id)
        assert recall is not None
        card = store.find_card(connection, recall.record_id)
    assert card is not None
    return approval_awaited(recall, card, LOCKED)


def test_agreed_recall_withdraws_the_card_with_who_asked_and_who_agreed(database: Database, issued: str) -> None:
    decided = agree(database, ask(database, issued), reason="Đã đối chiếu sổ điểm")
    assert state_of(database, issued) is CardState.REVOKED
    with database.read() as connection:
        withdrawal = find_withdrawal(connection, issued)
        assert store.find_recall(connection, decided.recall_id) == decided
        assert store.read_recalls(connection, school_code=SCHOOL, state=RecallState.AGREED) == (decided,)
        assert store.read_recalls(connection, school_code="another") == ()
    assert withdrawal is not None
    assert (withdrawal.requested_by, withdrawal.approved_by) == ("Trần Văn Bình", "Lê Thị Hoa")
    assert (decided.state, decided.decided_at, decided.decision_reason) == (
        RecallState.AGREED,
        NOW,
        "Đã đối chiếu sổ điểm",
    )


def test_refused_recall_leaves_the_card_in_force_and_may_be_asked_for_again(database: Database, issued: str) -> None:
    refused = refuse(database, ask(database, issued))
    assert (refused.state, refused.decision_reason) == (RecallState.REFUSED, "Điểm đúng")
    assert state_of(database, issued) is CardState.ISSUED
    agree(database, ask(database, issued))
    assert state_of(database, issued) is CardState.REVOKED


def test_school_agrees_by_itself_only_until_the_first_lock(database: Database, issued: str) -> None:
    recall = ask(database, issued)
    with pytest.raises(RecallRefusedError, match="recall_needs_department"):
        agree(database, recall, decided_as=Approval.SCHOOL, now=LOCKED)
    assert agree(database, recall, decided_as=Approval.SCHOOL, now=LOCKED - timedelta(seconds=1)).state == "agreed"


def test_department_agrees_after_the_lock(database: Database, issued: str) -> None:
    agree(database, ask(database, issued, now=LOCKED), now=LOCKED)
    assert state_of(database, issued) is CardState.REVOKED


def test_recall_is_decided_once(database: Database, issued: str) -> None:
    recall = ask(database, issued)
    refuse(database, recall)
    for decide in (agree, refuse):
        with pytest.raises(IllegalTransitionError, match="recall_already_decided"):
            decide(database, recall)


def test_agreed_recall_is_not_taken_back_once_the_card_is_withdrawn(database: Database, issued: str) -> None:
    recall = agree(database, ask(database, issued))
    with pytest.raises(IllegalTransitionError, match="recall_already_decided"):
        refuse(database, recall)


def test_agreed_replacement_may_be_refused_until_its_card_has_come(database: Database, issued: str) -> None:
    refused = refuse(database, expect_replacement(database, issued), reason="Trường không gửi học bạ mới")
    assert refused.decision_reason is not None
    assert refused.decision_reason.startswith("Trường không gửi học bạ mới (trước đó Lê Thị Hoa đã đồng ý: 2026-")
    with database.write() as connection, pytest.raises(CardInForceError, match="card_in_force"):
        keep_received_card(connection, received_card(record_id=NEW_ID), NOW)
    again = expect_replacement(database, issued)
    with database.write() as connection:
        keep_received_card(connection, received_card(record_id=NEW_ID), NOW)
    with pytest.raises(IllegalTransitionError, match="recall_already_decided"):
        refuse(database, again)


@pytest.mark.parametrize(
    "name",
    [
        "trần văn bình",
        "Trần  Văn\u00a0Bình ",
        unicodedata.normalize("NFD", "TRẦN VĂN BÌNH"),
        "Trần Văn Bi\u0300nh",
        "Trần Văn\u200b Bình",
    ],
)
def test_nobody_agrees_to_their_own_request_however_they_write_their_name(
    database: Database, issued: str, name: str
) -> None:
    with pytest.raises(WithdrawalRefusedError, match="withdrawal_same_person"):
        agree(database, ask(database, issued), decided_by=name)


def test_name_of_invisible_signs_is_nobodys(database: Database, issued: str) -> None:
    with pytest.raises(WithdrawalRefusedError, match="withdrawal_person_missing"):
        agree(database, ask(database, issued), decided_by="\u200b")


def test_schools_own_agreement_ends_with_the_lock_before_the_new_card_comes(database: Database, issued: str) -> None:
    recall = agree_at_school(database, issued)
    with database.write() as connection, pytest.raises(RecallRefusedError, match="recall_needs_department"):
        keep_received_card(connection, received_card(record_id=NEW_ID), LOCKED)
    assert awaited(database, recall.recall_id) is Approval.DEPARTMENT
    again = agree(database, recall, decided_by="Đỗ Văn Sở", now=LOCKED)
    assert (again.decided_as, again.decided_by, again.decided_at) == (Approval.DEPARTMENT, "Đỗ Văn Sở", LOCKED)
    assert again.decision_reason is not None
    assert again.decision_reason.startswith("(trước đó Lê Thị Hoa đã đồng ý: 2026-06-01")
    assert awaited(database, recall.recall_id) is None
    with database.write() as connection:
        assert keep_received_card(connection, received_card(record_id=NEW_ID), LOCKED) is Kept.NEW


def test_schools_own_agreement_ends_with_the_lock_before_the_new_card_is_issued(
    database: Database, issued: str
) -> None:
    recall = agree_at_school(database, issued)
    with database.write() as connection:
        keep_received_card(connection, received_card(record_id=NEW_ID), LOCKED - timedelta(seconds=1))
    with database.write() as connection, pytest.raises(RecallRefusedError, match="recall_needs_department"):
        keep_issued_card(connection, sealed_card(NEW_ID, now=LOCKED))
    assert (state_of(database, issued), state_of(database, NEW_ID)) == (CardState.ISSUED, CardState.MANAGER_SIGNED)
    agree(database, recall, decided_by="Đỗ Văn Sở", now=LOCKED)
    with database.write() as connection:
        keep_issued_card(connection, sealed_card(NEW_ID, now=LOCKED))
    assert (state_of(database, issued), state_of(database, NEW_ID)) == (CardState.SUPERSEDED, CardState.ISSUED)


def test_replacement_issued_before_the_lock_needs_nobody_after_it(database: Database, issued: str) -> None:
    recall = agree_at_school(database, issued)
    with database.write() as connection:
        keep_received_card(connection, received_card(record_id=NEW_ID), NOW)
        keep_issued_card(connection, sealed_card(NEW_ID))
    assert awaited(database, recall.recall_id) is None
    with pytest.raises(IllegalTransitionError, match="recall_already_decided"):
        agree(database, recall, decided_by="Đỗ Văn Sở", now=LOCKED)


def test_before_the_lock_and_by_the_same_people_nothing_is_agreed_to_anew(database: Database, issued: str) -> None:
    recall = agree_at_school(database, issued)
    with pytest.raises(IllegalTransitionError, match="recall_already_decided"):
        agree(database, recall, decided_by="Đỗ Văn Sở")
    with pytest.raises(RecallRefusedError, match="recall_needs_department"):
        agree(database, recall, decided_as=Approval.SCHOOL, decided_by="Đỗ Văn Sở", now=LOCKED)
    with pytest.raises(WithdrawalRefusedError, match="withdrawal_same_person"):
        agree(database, recall, now=LOCKED)


def test_departments_agreement_outlasts_the_lock(database: Database, issued: str) -> None:
    expect_replacement(database, issued)
    with database.write() as connection:
        keep_received_card(connection, received_card(record_id=NEW_ID), LOCKED)
        keep_issued_card(connection, sealed_card(NEW_ID, now=LOCKED))
    assert state_of(database, issued) is CardState.SUPERSEDED


def test_one_request_stands_at_a_time(database: Database, issued: str) -> None:
    ask(database, issued)
    with pytest.raises(RecallRefusedError, match="recall_pending"):
        ask(database, issued)


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"reason": " "}, WithdrawalRefusedError, "withdrawal_reason_missing"),
        ({"requested_by": ""}, WithdrawalRefusedError, "withdrawal_person_missing"),
        ({"decision_reference": "x" * 501}, WithdrawalRefusedError, "withdrawal_text_long"),
        ({"replaced_by": NEW_ID}, RecallRefusedError, "replacement_not_expected"),
        ({"kind": "superseded", "replaced_by": "abc"}, RecallRefusedError, "replacement_id_malformed"),
        ({"expected_school": "79000002"}, NotFoundError, "card_not_found"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    database: Database, issued: str, change: dict[str, Any], error: type[Exception], code: str
) -> None:
    with pytest.raises(error, match=code):
        ask(database, issued, **change)


def test_card_that_is_not_issued_or_not_there_is_not_recalled(database: Database) -> None:
    add_school(database)
    card = received_card()
    with database.write() as connection:
        keep_received_card(connection, card, NOW)
    with pytest.raises(IllegalTransitionError, match="card_not_issued"):
        ask(database, card.record_id)
    with pytest.raises(NotFoundError, match="card_not_found"):
        ask(database, str(uuid4()))
    with database.write() as connection, pytest.raises(NotFoundError, match="recall_not_found"):
        refuse_recall(
            connection, str(uuid4()), decided_as=Approval.DEPARTMENT, decided_by="Lê Thị Hoa", reason="-", now=NOW
        )


def test_civil_status_change_keeps_its_decision(database: Database, issued: str) -> None:
    recall = ask(database, issued, kind="superseded", replaced_by=NEW_ID, decision_reference=" 15/QĐ-UBND, 02/06/2026 ")
    with database.read() as connection:
        assert store.find_recall(connection, recall.recall_id) == recall
    assert recall.decision_reference == "15/QĐ-UBND, 02/06/2026"


def test_old_card_is_superseded_at_the_moment_the_new_one_is_issued(database: Database, issued: str) -> None:
    expect_replacement(database, issued)
    later = NOW + timedelta(hours=1)
    with database.write() as connection:
        assert keep_received_card(connection, received_card(record_id=NEW_ID), NOW) is Kept.NEW
    assert state_of(database, issued) is CardState.ISSUED
    with database.write() as connection:
        keep_issued_card(connection, sealed_card(NEW_ID, now=later))
    assert (state_of(database, issued), state_of(database, NEW_ID)) == (CardState.SUPERSEDED, CardState.ISSUED)
    with database.read() as connection:
        new, withdrawal = store.find_card(connection, NEW_ID), find_withdrawal(connection, issued)
        replacement = store.find_replacement(connection, issued)
    assert new is not None
    assert (new.replaces, new.version) == (issued, 2)
    assert replacement == new
    assert withdrawal is not None
    assert (withdrawal.kind, withdrawal.withdrawn_at) == ("superseded", later)
    with database.write() as connection:
        assert keep_received_card(connection, received_card(record_id=NEW_ID), NOW) is Kept.ALREADY_THERE


def test_beside_a_card_in_force_only_the_agreed_one_may_come(database: Database, issued: str) -> None:
    ask(database, issued, kind="superseded", replaced_by=NEW_ID)  # asked for, not agreed
    with database.write() as connection, pytest.raises(CardInForceError, match="card_in_force"):
        keep_received_card(connection, received_card(record_id=NEW_ID), NOW)


def test_only_one_card_waits_in_the_place_of_another(database: Database, issued: str) -> None:
    expect_replacement(database, issued)
    with database.write() as connection:
        keep_received_card(connection, received_card(record_id=NEW_ID), NOW)
    with database.write() as connection, pytest.raises(CardInForceError, match="card_in_force"):
        keep_received_card(connection, received_card(), NOW)


@pytest.mark.parametrize("change", [{"pupil_code": "7900000002"}, {"school_year": "2024-2025"}])
def test_card_of_another_pupil_or_year_does_not_come_in_its_place(
    database: Database, issued: str, change: dict[str, str]
) -> None:
    expect_replacement(database, issued)
    with database.write() as connection, pytest.raises(ReplacementRefusedError, match="replacement_of_other_card"):
        keep_received_card(connection, received_card(record_id=NEW_ID, **change), NOW)
    assert state_of(database, issued) is CardState.ISSUED


def test_record_id_that_is_in_the_archive_replaces_nothing(database: Database, issued: str) -> None:
    with pytest.raises(RecallRefusedError, match="replacement_id_used"):
        expect_replacement(database, issued, issued)


def test_retained_pupil_has_a_card_of_the_same_grade_for_each_year(database: Database, issued: str) -> None:
    again = received_card(school_year="2026-2027")
    with database.write() as connection:
        assert keep_received_card(connection, again, NOW) is Kept.NEW
        keep_issued_card(connection, sealed_card(again.record_id))
    assert (state_of(database, issued), state_of(database, again.record_id)) == (CardState.ISSUED, CardState.ISSUED)


def test_id_that_another_pupils_card_took_meanwhile_replaces_nothing(database: Database, issued: str) -> None:
    recall = ask(database, issued, kind="superseded", replaced_by=NEW_ID)
    other = received_card(record_id=NEW_ID, pupil_code="another pupil")
    with database.write() as connection:
        assert keep_received_card(connection, other, NOW) is Kept.NEW

    with pytest.raises(RecallRefusedError, match="replacement_id_used"):
        agree(database, recall)

    with database.write() as connection:
        keep_issued_card(connection, sealed_card(NEW_ID))
    assert state_of(database, issued) is CardState.ISSUED
    refuse(database, recall)
