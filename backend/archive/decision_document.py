"""The civil-status decision behind a recall: attached by the school, kept with the recall, read by the department.

1. A recall that names a decision (1789, article 21.7) has the decision itself attached before anybody agrees to it.
2. It is a PDF or a photograph, by its first bytes and not by what the sender calls it. Nothing else is known of its
   content: it is never opened, rendered or shown here.
3. It is attached once. What people agreed to must not change; where the wrong paper was attached, the recall is refused
   and asked for anew.

The bytes are in the object store, under their SHA-256. No page, parent or stranger ever gets them.
"""

import hashlib
from datetime import datetime
from typing import ClassVar, Final

from sqlalchemy import Connection

from backend.archive import store
from backend.archive.card import DecisionDocument, Recall
from backend.archive.objects import Objects, decision_object_name
from backend.archive.recall_card import RecallRefusedError
from backend.archive.rules import IllegalTransitionError, RecallState
from backend.archive.withdraw_card import verify_withdrawal_words
from backend.errors import BackendError, NotFoundError

MAX_DECISION_BYTES: Final = 8 * 1024 * 1024
"""A page or two, scanned or photographed with a phone."""

_KINDS: Final = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class DecisionRefusedError(BackendError):
    """What was attached is no document that the department could read."""

    code: ClassVar[str] = "decision_document_unreadable"


def attach_decision(
    connection: Connection,
    objects: Objects,
    recall_id: str,
    content: bytes,
    *,
    attached_by: str,
    expected_school: str | None = None,
    now: datetime,
) -> DecisionDocument:
    """Keep the decision with the recall; the same bytes again change nothing.

    Args:
        connection: the caller's transaction.
        objects: where the bytes go.
        recall_id: the request, pending or agreed.
        content: PDF, PNG or JPEG.
        attached_by: who says that this is the decision.
        expected_school: the school of the token that asks; another school's recall is answered like none.
        now: when.

    Raises:
        NotFoundError: ``recall_not_found``.
        IllegalTransitionError: ``recall_already_decided``: it was refused.
        WithdrawalRefusedError: nobody is named, or the name is too long.
        DecisionRefusedError: ``decision_document_unreadable`` or ``decision_document_too_large``.
        RecallRefusedError: ``decision_not_named``: the recall follows none; ``decision_document_attached``: another
            one is there.
        ObjectStoreError: it cannot be kept now; nothing was.
    """
    recall = _recall(connection, recall_id, expected_school)
    if recall.state is RecallState.REFUSED:
        raise IllegalTransitionError("recall_already_decided", state=recall.state.value)
    verify_withdrawal_words(reason=recall.reason, people=(attached_by,))
    if recall.decision_reference is None:
        raise RecallRefusedError("decision_not_named")
    sha256 = hashlib.sha256(content).hexdigest()
    document = DecisionDocument(
        recall_id=recall.recall_id,
        sha256=sha256,
        object_name=decision_object_name(sha256),
        media_type=_media_type(content),
        attached_by=attached_by.strip(),
        attached_at=now,
    )
    if not store.insert_decision_document(connection, document):
        there = store.find_decision_document(connection, recall.recall_id)
        if there is None or there.sha256 != sha256:
            raise RecallRefusedError("decision_document_attached")
        return there
    # Before the commit: a row must never point at bytes that a power cut can take.
    objects.put(document.object_name, content)
    objects.settle([document.object_name])
    return document


def read_decision(connection: Connection, objects: Objects, recall_id: str) -> tuple[DecisionDocument, bytes]:
    """The attached decision, for those who decide.

    Raises:
        NotFoundError: ``recall_not_found`` or ``decision_document_not_found``.
        ObjectDamagedError: it is not what was attached any more.
        ObjectStoreError: the store does not answer.
    """
    recall = _recall(connection, recall_id, None)
    document = store.find_decision_document(connection, recall.recall_id)
    if document is None:
        raise NotFoundError("decision_document_not_found")
    return document, objects.get(document.object_name, expected_sha256=document.sha256)


def _recall(connection: Connection, recall_id: str, expected_school: str | None) -> Recall:
    recall = store.find_recall(connection, recall_id.lower())
    card = None if recall is None else store.find_card(connection, recall.record_id)
    if recall is None or card is None or expected_school not in {None, card.school_code}:
        raise NotFoundError("recall_not_found")
    return recall


def _media_type(content: bytes) -> str:
    if len(content) > MAX_DECISION_BYTES:
        raise DecisionRefusedError("decision_document_too_large", limit_mb=MAX_DECISION_BYTES // 1024**2)
    kind = next((kind for start, kind in _KINDS.items() if content.startswith(start)), None)
    if kind is None:
        raise DecisionRefusedError
    return kind
