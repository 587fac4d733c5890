"""Requests: who asks, and the school that answers."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from backend.http.authorise import PARENT, SCHOOL_SYSTEM, WHOSE_SYSTEM, ParentInjected, SchoolCodeInjected
from backend.http.problems import problems
from backend.http.rights_wire import (
    Acknowledgement,
    NewRequest,
    RequestAnswer,
    RequestList,
    SchoolAnswer,
    SchoolRequest,
    SchoolRequestList,
)
from backend.http.services import NowInjected, Services, ServicesInjected
from backend.rights.answer_request import (
    RequestToAnswer,
    acknowledge_request,
    answer_request,
    requests_to_answer,
)
from backend.rights.make_request import make_request, requests_of, withdraw_request
from backend.rights.rules import is_overdue
from backend.rights.store import Request


class RequestController(Controller):
    """What the reader asks, and what has become of it."""

    path = "/api/requests"
    tags = ("rights",)
    opt = PARENT

    @get(
        sync_to_thread=True,
        operation_id="list_requests",
        summary="What the reader has asked, with the legal days and the answers",
        security=[{"session": []}],
        responses=problems(401, 403),
    )
    def list_requests(self, parent: ParentInjected, services: ServicesInjected, now: NowInjected) -> RequestList:
        with services.city.database.read() as connection:
            found = requests_of(connection, guardian_id=parent.guardian_id, now=now)
        return RequestList([_answer(request, now) for request in found])

    @post(
        status_code=201,
        sync_to_thread=True,
        operation_id="make_request",
        summary="Ask for a correction or a copy, withdraw consent, restrict, object",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 404, 409, 413, 422),
    )
    def make(
        self, data: JSONBody[NewRequest], parent: ParentInjected, services: ServicesInjected, now: NowInjected
    ) -> RequestAnswer:
        with services.city.database.write() as connection:
            request = make_request(
                connection,
                guardian_id=parent.guardian_id,
                kind=data.kind,
                pupil_id=None if data.pupil_id is None else str(data.pupil_id),
                record_id=None if data.record_id is None else str(data.record_id),
                field=data.field,
                text=data.text,
                now=now,
            )
        return _answer(request, now)

    @post(
        "/{request_id:uuid}/withdraw",
        status_code=200,
        sync_to_thread=True,
        operation_id="withdraw_request",
        summary="Take a request back that nobody has answered",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 404, 409),
    )
    def withdraw(
        self, request_id: FromPath[UUID], parent: ParentInjected, services: ServicesInjected, now: NowInjected
    ) -> RequestAnswer:
        with services.city.database.write() as connection:
            request = withdraw_request(connection, guardian_id=parent.guardian_id, request_id=str(request_id), now=now)
        return _answer(request, now)


class SchoolRequestController(Controller):
    """Requests to the token's own school; another school's are answered like ones that never were."""

    path = "/api/school-requests"
    tags = ("rights",)
    opt = SCHOOL_SYSTEM
    dependencies = WHOSE_SYSTEM

    @get(
        sync_to_thread=True,
        operation_id="list_school_requests",
        summary="Requests to the school, the soonest answer first",
        security=[{"school_system": []}],
        responses=problems(401, 429),
    )
    def list_requests(
        self, school_code: SchoolCodeInjected, services: ServicesInjected, now: NowInjected
    ) -> SchoolRequestList:
        with services.city.database.read() as connection:
            found = requests_to_answer(connection, school_code=school_code, now=now)
        return SchoolRequestList([_to_answer(one, now) for one in found])

    @post(
        "/{request_id:uuid}/acknowledge",
        status_code=200,
        sync_to_thread=True,
        operation_id="acknowledge_request",
        summary="Say that somebody looks at a request",
        security=[{"school_system": []}],
        responses=problems(400, 401, 404, 409, 413, 422, 429),
    )
    def acknowledge(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[Acknowledgement],
        school_code: SchoolCodeInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> RequestAnswer:
        with services.city.database.write() as connection:
            request = acknowledge_request(
                connection, str(request_id), acknowledged_by=data.by, expected_school=school_code, now=now
            )
        return _answer(request, now)

    @post(
        "/{request_id:uuid}/answer",
        status_code=200,
        sync_to_thread=True,
        operation_id="answer_request",
        summary="Say what was done about a request",
        security=[{"school_system": []}],
        responses=problems(400, 401, 404, 409, 413, 422, 429),
    )
    def answer(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[SchoolAnswer],
        school_code: SchoolCodeInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> RequestAnswer:
        return _end(services, str(request_id), data, school_code, now, refused=False)

    @post(
        "/{request_id:uuid}/refuse",
        status_code=200,
        sync_to_thread=True,
        operation_id="refuse_request",
        summary="Refuse a request, with the reason",
        security=[{"school_system": []}],
        responses=problems(400, 401, 404, 409, 413, 422, 429),
    )
    def refuse(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[SchoolAnswer],
        school_code: SchoolCodeInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> RequestAnswer:
        return _end(services, str(request_id), data, school_code, now, refused=True)


def _end(
    services: Services, request_id: str, data: SchoolAnswer, school_code: str, now: datetime, *, refused: bool
) -> RequestAnswer:
    with services.city.database.write() as connection:
        request = answer_request(
            connection,
            request_id,
            answer=data.answer,
            answered_by=data.by,
            refused=refused,
            expected_school=school_code,
            now=now,
        )
    return _answer(request, now)


def _to_answer(one: RequestToAnswer, now: datetime) -> SchoolRequest:
    return SchoolRequest(
        request=_answer(one.found.request, now),
        guardian=one.found.guardian,
        pupil=one.found.pupil or "",
        class_group=one.found.class_group or "",
        still_entitled=one.still_entitled,
    )


def _answer(request: Request, now: datetime) -> RequestAnswer:
    overdue = is_overdue(
        request.state, acknowledge_until=request.acknowledge_by, answer_until=request.answer_by, now=now
    )
    return RequestAnswer(
        request_id=request.request_id,
        kind=request.kind,
        pupil_id=request.pupil_id,
        record_id=request.record_id,
        field=request.field,
        text=request.text,
        state=request.state,
        created_at=request.created_at,
        acknowledge_by=request.acknowledge_by,
        answer_by=request.answer_by,
        overdue=overdue,
        answer=request.answer,
        answered_at=request.answered_at,
    )
