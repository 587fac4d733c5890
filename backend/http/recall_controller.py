"""A school's system asks for recalls and sees what was decided."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from backend.archive import store
from backend.archive.card import Recall
from backend.archive.decision_document import MAX_DECISION_BYTES, attach_decision
from backend.archive.lock_days import Approval
from backend.archive.recall_card import approval_awaited, approve_recall, request_recall
from backend.database import Connection
from backend.errors import NotFoundError
from backend.http.authorise import SCHOOL_SYSTEM, WHOSE_SYSTEM, SchoolCodeInjected
from backend.http.problems import problems
from backend.http.school_system_wire import DecisionAttachment, RecallAnswer, RecallList, RecallRequest
from backend.http.services import NowInjected, ServicesInjected

MAX_REQUEST_BYTES = MAX_DECISION_BYTES * 4 // 3 + 16 * 1024
"""A decision in base64, and the words around it."""


class RecallController(Controller):
    """Only of the token's own school; another school's card is answered like one that never was."""

    path = "/api/recalls"
    tags = ("recall",)
    opt = SCHOOL_SYSTEM
    dependencies = WHOSE_SYSTEM
    request_max_body_size = MAX_REQUEST_BYTES

    @post(
        status_code=201,
        sync_to_thread=True,
        operation_id="request_recall",
        summary="Ask for a card's recall or replacement",
        security=[{"school_system": []}],
        responses=problems(400, 401, 404, 409, 413, 422, 429, 503),
    )
    def request(
        self,
        data: JSONBody[RecallRequest],
        school_code: SchoolCodeInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> RecallAnswer:
        replaced_by = None if data.replaced_by is None else str(data.replaced_by)
        with services.city.database.write() as connection:
            recall = request_recall(
                connection,
                str(data.record_id),
                kind="superseded" if data.superseded or replaced_by else "revoked",
                reason=data.reason,
                requested_by=data.requested_by,
                replaced_by=replaced_by,
                decision_reference=data.decision_reference,
                expected_school=school_code,
                now=now,
            )
            if data.decision_document is not None:
                attach_decision(
                    connection,
                    services.city.objects,
                    recall.recall_id,
                    data.decision_document,
                    attached_by=data.requested_by,
                    now=now,
                )
            if data.approved_by is not None:
                recall = approve_recall(
                    connection, recall.recall_id, decided_as=Approval.SCHOOL, decided_by=data.approved_by, now=now
                )
            return _answer(connection, recall, now)

    @post(
        "/{recall_id:uuid}/decision",
        status_code=200,
        sync_to_thread=True,
        operation_id="attach_decision",
        summary="Attach the civil-status decision that a recall names",
        security=[{"school_system": []}],
        responses=problems(400, 401, 404, 409, 413, 422, 429, 503),
    )
    def attach(
        self,
        recall_id: FromPath[UUID],
        data: JSONBody[DecisionAttachment],
        school_code: SchoolCodeInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> RecallAnswer:
        with services.city.database.write() as connection:
            attach_decision(
                connection,
                services.city.objects,
                str(recall_id),
                data.document,
                attached_by=data.attached_by,
                expected_school=school_code,
                now=now,
            )
            recall = store.find_recall(connection, str(recall_id))
            if recall is None:
                raise NotFoundError("recall_not_found")
            return _answer(connection, recall, now)

    @get(
        sync_to_thread=True,
        operation_id="list_recalls",
        summary="The school's requests and what was decided",
        security=[{"school_system": []}],
        responses=problems(401, 429),
    )
    def list_recalls(self, school_code: SchoolCodeInjected, services: ServicesInjected, now: NowInjected) -> RecallList:
        with services.city.database.read() as connection:
            found = store.read_recalls(connection, school_code=school_code)
            return RecallList([_answer(connection, recall, now) for recall in found])


def _answer(connection: Connection, recall: Recall, now: datetime) -> RecallAnswer:
    card = store.find_card(connection, recall.record_id)
    document = store.find_decision_document(connection, recall.recall_id)
    return RecallAnswer(
        recall_id=recall.recall_id,
        record_id=recall.record_id,
        kind=recall.kind,
        replaced_by=recall.replaced_by,
        reason=recall.reason,
        decision_reference=recall.decision_reference,
        decision_sha256=None if document is None else document.sha256,
        requested_by=recall.requested_by,
        requested_at=recall.requested_at,
        state=recall.state,
        state_number=recall.state.number,
        approval_needed=None if card is None else approval_awaited(recall, card, now),
        decided_by=recall.decided_by,
        decided_at=recall.decided_at,
        decision_reason=recall.decision_reason,
    )
