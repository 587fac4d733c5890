import hashlib
from pathlib import Path
from uuid import uuid4

import pytest

from backend.archive.card import DecisionDocument, Recall
from backend.archive.decision_document import (
    MAX_DECISION_BYTES,
    DecisionRefusedError,
    attach_decision,
    read_decision,
)
from backend.archive.keep_card import keep_issued_card, keep_received_card
from backend.archive.lock_days import Approval
from backend.archive.objects import ObjectDamagedError, Objects
from backend.archive.recall_card import RecallRefusedError, approve_recall, refuse_recall, request_recall
from backend.archive.rules import IllegalTransitionError, RecallState
from backend.archive.withdraw_card import WithdrawalRefusedError
from backend.database import Database
from backend.errors import NotFoundError
from tests.backend.archive.cards import NOW, add_school, received_card, sealed_card

PDF = b"%PDF-1.7 the decision"


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects((tmp_path / "objects").as_uri())


def ask(database: Database, decision_reference: str | None = "15/QĐ-UBND, 02/06/2026") -> Recall:
    add_school(database)
    card = received_card()
    with database.write() as connection:
        keep_received_card(connection, card, NOW)
        keep_issued_card(connection, sealed_card(card.record_id))
        return request_recall(
            connection,
            card.record_id,
            kind="superseded",
            reason="Cải chính họ tên",
            requested_by="Trần Văn Bình",
            replaced_by=str(uuid4()),
            decision_reference=decision_reference,
            now=NOW,
        )


def attach(
    database: Database, objects: Objects, recall: Recall, content: bytes = PDF, by: str = "Trần Văn Bình"
) -> DecisionDocument:
    with database.write() as connection:
        return attach_decision(connection, objects, recall.recall_id, content, attached_by=by, now=NOW)


def agree(database: Database, recall: Recall) -> Recall:
    with database.write() as connection:
        return approve_recall(
            connection, recall.recall_id, decided_as=Approval.DEPARTMENT, decided_by="Lê Thị Hoa", now=NOW
        )


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n picture", "image/png"),
        (b"\xff\xd8\xff\xe0 picture", "image/jpeg"),
    ],
    ids=["PDF", "PNG", "JPEG"],
)
def test_decision_is_kept_with_the_recall_as_it_came(
    database: Database, objects: Objects, content: bytes, media_type: str
) -> None:
    recall = ask(database)
    kept = attach(database, objects, recall, content, by=" Trần Văn Bình ")
    assert (kept.sha256, kept.media_type) == (hashlib.sha256(content).hexdigest(), media_type)
    assert (kept.attached_by, kept.attached_at) == ("Trần Văn Bình", NOW)
    with database.read() as connection:
        assert read_decision(connection, objects, recall.recall_id) == (kept, content)


def test_article_21_7_of_1789_nobody_agrees_before_the_decision_is_attached(
    database: Database, objects: Objects
) -> None:
    recall = ask(database)
    with pytest.raises(RecallRefusedError, match="decision_document_missing"):
        agree(database, recall)
    attach(database, objects, recall)
    assert agree(database, recall).state is RecallState.AGREED


def test_decision_is_never_exchanged(database: Database, objects: Objects) -> None:
    recall = ask(database)
    kept = attach(database, objects, recall)
    assert attach(database, objects, recall, by="Another person") == kept
    with pytest.raises(RecallRefusedError, match="decision_document_attached"):
        attach(database, objects, recall, PDF + b" of somebody else")
    with database.read() as connection:
        assert read_decision(connection, objects, recall.recall_id) == (kept, PDF)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "decision_document_unreadable"),
        (b"PK\x03\x04 a Word file", "decision_document_unreadable"),
        (b" %PDF-1.7", "decision_document_unreadable"),
        (b"%PDF-" + bytes(MAX_DECISION_BYTES - 4), "decision_document_too_large"),
    ],
    ids=["nothing", "another kind", "a PDF inside of something", "one byte too much"],
)
def test_what_the_department_cannot_read_is_refused(
    database: Database, objects: Objects, content: bytes, code: str
) -> None:
    recall = ask(database)
    with pytest.raises(DecisionRefusedError, match=code):
        attach(database, objects, recall, content)
    with database.read() as connection, pytest.raises(NotFoundError, match="decision_document_not_found"):
        read_decision(connection, objects, recall.recall_id)


def test_largest_decision_is_taken(database: Database, objects: Objects) -> None:
    attach(database, objects, ask(database), b"%PDF-" + bytes(MAX_DECISION_BYTES - 5))


def test_decision_without_a_recall_a_name_or_a_number_is_refused(database: Database, objects: Objects) -> None:
    recall = ask(database, decision_reference=None)
    with pytest.raises(RecallRefusedError, match="decision_not_named"):
        attach(database, objects, recall)
    with pytest.raises(WithdrawalRefusedError, match="withdrawal_person_missing"):
        attach(database, objects, recall, by=" ")
    with database.write() as connection:
        refuse_recall(
            connection, recall.recall_id, decided_as=Approval.DEPARTMENT, decided_by="Hoa", reason="-", now=NOW
        )
    with pytest.raises(IllegalTransitionError, match="recall_already_decided"):
        attach(database, objects, recall)
    with database.read() as connection, pytest.raises(NotFoundError, match="recall_not_found"):
        read_decision(connection, objects, str(uuid4()))


def test_changed_decision_is_noticed(database: Database, objects: Objects) -> None:
    recall = ask(database)
    kept = attach(database, objects, recall)
    objects.put(kept.object_name, PDF + b" with another name")
    with database.read() as connection, pytest.raises(ObjectDamagedError, match="object_damaged"):
        read_decision(connection, objects, recall.recall_id)
