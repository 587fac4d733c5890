"""Enrolment, login, logout of staff."""

from litestar import Controller, Response, post
from litestar.params import JSONBody

from backend.http.access_wire import (
    CeremonyOptions,
    EnrolmentBegin,
    EnrolmentFinish,
    LoginBegin,
    LoginFinish,
    SessionBegun,
)
from backend.http.any_request import AnyRequest
from backend.http.authorise import PUBLIC
from backend.http.ceremonies import (
    MAX_CEREMONY_BYTES,
    answer_enrolment_begin,
    answer_enrolment_finish,
    answer_login_begin,
    answer_login_finish,
    answer_logout,
)
from backend.http.problems import NO_CONTENT, problems
from backend.http.services import NowInjected, ServicesInjected


class StaffAccessController(Controller):
    """How a member of staff comes in and goes out."""

    path = "/api/staff"
    tags = ("staff access",)
    opt = PUBLIC
    request_max_body_size = MAX_CEREMONY_BYTES

    @post(
        "/enrolment/begin",
        status_code=200,
        sync_to_thread=True,
        operation_id="staff_begin_enrolment",
        summary="Hand in activation code and personal code, get options for a new passkey",
        responses=problems(400, 401, 403, 413, 429),
    )
    def begin_enrolment(
        self, request: AnyRequest, data: JSONBody[EnrolmentBegin], services: ServicesInjected, now: NowInjected
    ) -> Response[CeremonyOptions]:
        return answer_enrolment_begin(request, data, services.staff_access, now)

    @post(
        "/enrolment/finish",
        status_code=201,
        sync_to_thread=True,
        operation_id="staff_finish_enrolment",
        summary="Hand in the new passkey, get a session",
        responses=problems(400, 401, 403, 409, 413, 422),
    )
    def finish_enrolment(
        self, request: AnyRequest, data: JSONBody[EnrolmentFinish], services: ServicesInjected, now: NowInjected
    ) -> Response[SessionBegun]:
        return answer_enrolment_finish(request, data, services.staff_access, now)

    @post(
        "/login/begin",
        status_code=200,
        sync_to_thread=True,
        operation_id="staff_begin_login",
        summary="Hand in a personal code, get options for the passkey; known and unknown codes are answered alike",
        responses=problems(400, 403, 413, 429),
    )
    def begin_login(
        self, request: AnyRequest, data: JSONBody[LoginBegin], services: ServicesInjected, now: NowInjected
    ) -> Response[CeremonyOptions]:
        return answer_login_begin(request, data, services.staff_access, now)

    @post(
        "/login/finish",
        status_code=200,
        sync_to_thread=True,
        operation_id="staff_finish_login",
        summary="Hand in the passkey's answer, get a session",
        responses=problems(400, 401, 403, 409, 413, 422),
    )
    def finish_login(
        self, request: AnyRequest, data: JSONBody[LoginFinish], services: ServicesInjected, now: NowInjected
    ) -> Response[SessionBegun]:
        return answer_login_finish(request, data, services.staff_access, now)

    @post(
        "/logout",
        status_code=204,
        sync_to_thread=True,
        operation_id="staff_log_out",
        summary="End the session of this browser, if there is one",
        responses=problems(403) | NO_CONTENT,
    )
    def log_out(self, request: AnyRequest, services: ServicesInjected) -> Response[None]:
        return answer_logout(request, services.staff_access)
