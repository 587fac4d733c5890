"""Enrolments of parents that wait for their school, for the school's own system."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from backend.access.decide_enrolment import confirm_enrolment, refuse_enrolment
from backend.access.waiting_enrolments import waiting_enrolments
from backend.http.account_wire import EnrolmentConfirmed, EnrolmentDecision, EnrolmentsWaiting
from backend.http.authorise import SCHOOL_SYSTEM, WHOSE_SYSTEM, SchoolCodeInjected
from backend.http.problems import problems
from backend.http.services import NowInjected, ServicesInjected


class EnrolmentController(Controller):
    """Only what concerns pupils of the token's own school."""

    path = "/api/enrolments"
    tags = ("enrolments",)
    opt = SCHOOL_SYSTEM
    dependencies = WHOSE_SYSTEM

    @get(
        sync_to_thread=True,
        operation_id="list_waiting_enrolments",
        summary="What waits for the school: who says to be which guardian of which pupil, and why it is asked",
        security=[{"school_system": []}],
        responses=problems(401, 429),
    )
    def waiting(
        self, school_code: SchoolCodeInjected, services: ServicesInjected, now: NowInjected
    ) -> EnrolmentsWaiting:
        with services.city.database.read() as connection:
            return EnrolmentsWaiting(waiting_enrolments(connection, school_code=school_code, now=now))

    @post(
        "/{enrolment_id:uuid}/confirm",
        status_code=200,
        sync_to_thread=True,
        operation_id="confirm_enrolment",
        summary="The school has seen the person and their papers: the guardian may see what is theirs",
        security=[{"school_system": []}],
        responses=problems(400, 401, 404, 409, 413, 429),
    )
    def confirm(
        self,
        enrolment_id: FromPath[UUID],
        data: JSONBody[EnrolmentDecision],
        school_code: SchoolCodeInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> EnrolmentConfirmed:
        state = confirm_enrolment(
            services.access,
            enrolment_id=str(enrolment_id),
            school_code=school_code,
            confirmed_by=data.decided_by,
            now=now,
        )
        return EnrolmentConfirmed(state)

    @post(
        "/{enrolment_id:uuid}/refuse",
        status_code=204,
        sync_to_thread=True,
        operation_id="refuse_enrolment",
        summary="It is not that guardian: passkeys and sessions of the enrolment end",
        security=[{"school_system": []}],
        responses=problems(400, 401, 404, 413, 429),
    )
    def refuse(
        self,
        enrolment_id: FromPath[UUID],
        data: JSONBody[EnrolmentDecision],
        school_code: SchoolCodeInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> None:
        refuse_enrolment(
            services.access,
            enrolment_id=str(enrolment_id),
            school_code=school_code,
            refused_by=data.decided_by,
            now=now,
        )
