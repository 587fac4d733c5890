"""Enrolment, login, logout."""

from typing import Any

import msgspec
from litestar import Controller, Request, Response, post
from litestar.params import JSONBody

from backend.access.ceremony import BegunCeremony
from backend.access.enrol_parent import begin_enrolment, finish_enrolment
from backend.access.log_in_parent import begin_login, finish_login
from backend.access.session import NewSession, end_session
from backend.http.authorise import PUBLIC, client_address
from backend.http.cookies import ceremony_cookie, ceremony_cookie_name, session_cookie, session_cookie_name
from backend.http.problems import problems
from backend.http.services import NowInjected, Services, ServicesInjected
from backend.http.wire import (
    CeremonyOptions,
    EnrolmentBegin,
    EnrolmentFinish,
    LoginBegin,
    LoginFinish,
    SessionBegun,
)

AnyRequest = Request[Any, Any, Any]
MAX_BODY_BYTES = 65_536
"""A registration with the largest attestation that we take is under 8 kB."""


class AccessController(Controller):
    """How a guardian comes in and goes out."""

    path = "/api/access"
    tags = ("access",)
    opt = PUBLIC
    request_max_body_size = MAX_BODY_BYTES

    @post(
        "/enrolment/begin",
        status_code=200,
        sync_to_thread=True,
        operation_id="begin_enrolment",
        summary="Hand in activation code and personal code, get options for a new passkey",
        responses=problems(400, 401, 403, 413, 429),
    )
    def begin_enrolment(
        self, request: AnyRequest, data: JSONBody[EnrolmentBegin], services: ServicesInjected, now: NowInjected
    ) -> Response[CeremonyOptions]:
        begun = begin_enrolment(
            services.access,
            claimed_activation_code=data.activation_code,
            claimed_personal_code=data.personal_code.strip(),
            address=client_address(request),
            now=now,
        )
        return _begun(begun, services)

    @post(
        "/enrolment/finish",
        status_code=201,
        sync_to_thread=True,
        operation_id="finish_enrolment",
        summary="Hand in the new passkey, get a session",
        responses=problems(400, 401, 403, 409, 413, 422),
    )
    def finish_enrolment(
        self,
        request: AnyRequest,
        data: JSONBody[EnrolmentFinish],
        services: ServicesInjected,
        now: NowInjected,
    ) -> Response[SessionBegun]:
        session = finish_enrolment(
            services.access,
            claimed_browser_token=_ceremony_token(request, services),
            credential=msgspec.to_builtins(data.credential),
            passkey_name=data.name,
            replaced_session_token=_session_token(request, services),
            now=now,
        )
        return _session(session, services, status_code=201)

    @post(
        "/login/begin",
        status_code=200,
        sync_to_thread=True,
        operation_id="begin_login",
        summary="Hand in a personal code, get options for the passkey; known and unknown codes are answered alike",
        responses=problems(400, 403, 413, 429),
    )
    def begin_login(
        self, request: AnyRequest, data: JSONBody[LoginBegin], services: ServicesInjected, now: NowInjected
    ) -> Response[CeremonyOptions]:
        begun = begin_login(
            services.access,
            claimed_personal_code=data.personal_code.strip(),
            address=client_address(request),
            now=now,
        )
        return _begun(begun, services)

    @post(
        "/login/finish",
        status_code=200,
        sync_to_thread=True,
        operation_id="finish_login",
        summary="Hand in the passkey's answer, get a session",
        responses=problems(400, 401, 403, 409, 413, 422),
    )
    def finish_login(
        self, request: AnyRequest, data: JSONBody[LoginFinish], services: ServicesInjected, now: NowInjected
    ) -> Response[SessionBegun]:
        session = finish_login(
            services.access,
            claimed_browser_token=_ceremony_token(request, services),
            credential=msgspec.to_builtins(data.credential),
            replaced_session_token=_session_token(request, services),
            now=now,
        )
        return _session(session, services, status_code=200)

    @post(
        "/logout",
        status_code=204,
        sync_to_thread=True,
        operation_id="log_out",
        summary="End the session of this browser, if there is one",
        responses=problems(403),
    )
    def log_out(self, request: AnyRequest, services: ServicesInjected) -> Response[None]:
        end_session(services.access, _session_token(request, services))
        return Response(None, status_code=204, cookies=[session_cookie("", public_url=services.public_url)])


def _begun(begun: BegunCeremony, services: Services) -> Response[CeremonyOptions]:
    cookie = ceremony_cookie(begun.browser_token, public_url=services.public_url)
    return Response(CeremonyOptions(begun.options), status_code=200, cookies=[cookie])


def _session(session: NewSession, services: Services, *, status_code: int) -> Response[SessionBegun]:
    cookies = [
        session_cookie(session.token, public_url=services.public_url),
        ceremony_cookie("", public_url=services.public_url),
    ]
    answer = SessionBegun(name=session.parent_name, ends_at=session.ends_at)
    return Response(answer, status_code=status_code, cookies=cookies)


def _ceremony_token(request: AnyRequest, services: Services) -> str | None:
    return request.cookies.get(ceremony_cookie_name(services.public_url))


def _session_token(request: AnyRequest, services: Services) -> str | None:
    return request.cookies.get(session_cookie_name(services.public_url))
