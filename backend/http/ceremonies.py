"""Enrolment, login and logout over HTTP, the same for every realm: use cases of ``access`` and their two cookies."""

from datetime import datetime

import msgspec
from litestar import Response
from litestar.datastructures import Cookie

from backend.access.ceremony import BegunCeremony
from backend.access.context import Access
from backend.access.device import describe_device
from backend.access.enrol import begin_enrolment, finish_enrolment
from backend.access.log_in import begin_login, finish_login
from backend.access.own_passkeys.change_passkeys import begin_new_passkey, finish_new_passkey
from backend.access.session import NewSession, OpenSession, Parent, end_session
from backend.access.step_up import begin_step_up, finish_step_up
from backend.http.access_wire import (
    CeremonyOptions,
    EnrolmentBegin,
    EnrolmentFinish,
    LoginBegin,
    LoginFinish,
    SessionBegun,
    SteppedUp,
    StepUpFinish,
    confirmation_of,
)
from backend.http.account_wire import Passkey, PasskeyFinish, passkey_of
from backend.http.any_request import AnyRequest
from backend.http.cookies import ceremony_cookie, ceremony_cookie_name, session_cookie, session_cookie_name
from verifier.http.admission import client_address

MAX_CEREMONY_BYTES = 65_536
"""A registration with the largest attestation that we take is under 8 kB."""


def answer_enrolment_begin(
    request: AnyRequest, data: EnrolmentBegin, access: Access, now: datetime
) -> Response[CeremonyOptions]:
    """Options for a new passkey."""
    begun = begin_enrolment(
        access,
        claimed_activation_code=data.activation_code,
        claimed_personal_code=data.personal_code.strip(),
        address=client_address(request),
        now=now,
    )
    return _begun(begun, access)


def answer_enrolment_finish(
    request: AnyRequest, data: EnrolmentFinish, access: Access, now: datetime
) -> Response[SessionBegun]:
    """The first session of a new passkey."""
    session = finish_enrolment(
        access,
        claimed_browser_token=_ceremony_token(request, access),
        credential=msgspec.to_builtins(data.credential),
        passkey_name=data.name,
        device=describe_device(request.headers.get("user-agent", "")),
        replaced_session_token=_session_token(request, access),
        now=now,
    )
    return _session(session, access, status_code=201)


def answer_login_begin(
    request: AnyRequest, data: LoginBegin, access: Access, now: datetime
) -> Response[CeremonyOptions]:
    """Options for a login; known and unknown codes are answered alike."""
    begun = begin_login(
        access,
        claimed_personal_code=None if data.personal_code is None else data.personal_code.strip(),
        address=client_address(request),
        now=now,
    )
    return _begun(begun, access)


def answer_login_finish(
    request: AnyRequest, data: LoginFinish, access: Access, now: datetime
) -> Response[SessionBegun]:
    """A session."""
    session = finish_login(
        access,
        claimed_browser_token=_ceremony_token(request, access),
        credential=msgspec.to_builtins(data.credential),
        device=describe_device(request.headers.get("user-agent", "")),
        replaced_session_token=_session_token(request, access),
        now=now,
    )
    return _session(session, access, status_code=200)


def answer_step_up_begin(
    request: AnyRequest, session: OpenSession, access: Access, now: datetime
) -> Response[CeremonyOptions]:
    """Options for showing a passkey of this account again."""
    return _begun(begin_step_up(access, session=session, address=client_address(request), now=now), access)


def answer_step_up_finish(
    request: AnyRequest, data: StepUpFinish, session: OpenSession, access: Access, now: datetime
) -> Response[SteppedUp]:
    """The session's fresh token, and how long it counts as stepped up."""
    stepped_up = finish_step_up(
        access,
        session=session,
        claimed_browser_token=_ceremony_token(request, access),
        credential=msgspec.to_builtins(data.credential),
        now=now,
    )
    return Response(SteppedUp(stepped_up.until), status_code=200, cookies=_session_cookies(stepped_up.token, access))


def answer_passkey_begin(parent: Parent, access: Access, now: datetime) -> Response[CeremonyOptions]:
    """Options for one more passkey."""
    return _begun(begin_new_passkey(access, parent, now=now), access)


def answer_passkey_finish(
    request: AnyRequest, data: PasskeyFinish, parent: Parent, access: Access, now: datetime
) -> Response[Passkey]:
    """The passkey as it is kept."""
    own = finish_new_passkey(
        access,
        parent,
        claimed_browser_token=_ceremony_token(request, access),
        credential=msgspec.to_builtins(data.credential),
        name=data.name,
        now=now,
    )
    used_up = ceremony_cookie("", public_url=access.relying_party.origin, realm=access.realm)
    return Response(passkey_of(own, parent), status_code=201, cookies=[used_up])


def answer_logout(request: AnyRequest, access: Access) -> Response[None]:
    """The session is ended, if there was one."""
    end_session(access, _session_token(request, access))
    cookie = session_cookie("", public_url=access.relying_party.origin, realm=access.realm)
    return Response(None, status_code=204, cookies=[cookie])


def _begun(begun: BegunCeremony, access: Access) -> Response[CeremonyOptions]:
    cookie = ceremony_cookie(begun.browser_token, public_url=access.relying_party.origin, realm=access.realm)
    return Response(CeremonyOptions(begun.options), status_code=200, cookies=[cookie])


def _session(session: NewSession, access: Access, *, status_code: int) -> Response[SessionBegun]:
    answer = SessionBegun(name=session.name, ends_at=session.ends_at, confirmation=confirmation_of(session.waiting))
    return Response(answer, status_code=status_code, cookies=_session_cookies(session.token, access))


def _session_cookies(token: str, access: Access) -> list[Cookie]:
    url, realm = access.relying_party.origin, access.realm
    return [session_cookie(token, public_url=url, realm=realm), ceremony_cookie("", public_url=url, realm=realm)]


def _ceremony_token(request: AnyRequest, access: Access) -> str | None:
    return request.cookies.get(ceremony_cookie_name(access.relying_party.origin, realm=access.realm))


def _session_token(request: AnyRequest, access: Access) -> str | None:
    return request.cookies.get(session_cookie_name(access.relying_party.origin, realm=access.realm))
