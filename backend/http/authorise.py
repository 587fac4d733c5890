"""The one guard that every request passes.

1. A route names its audience in ``opt``; without one it is refused: forgetting is safe.
2. Unsafe methods must come from our own pages: ``Origin`` equals the public origin. Only routes that use no cookie
   say ``FROM_ANYWHERE``.
3. ``PARENT``: the session cookie opens a session in force. Whose cards they may see is decided by ``people.rules``,
   through ``people.readable``, when a card or child is read. Before the school has confirmed an enrolment, only routes
   that say ``WHILE_WAITING`` are open.
4. ``STAFF``: the staff's own session cookie opens a session in force; the roles are read anew with each request. What
   they may do is decided by ``desk.rules``.
   A route that says ``step_up`` wants a passkey shown in the last five minutes besides, of either.
5. ``SCHOOL_SYSTEM``: the bearer token is a school's; tries are counted.
6. ``SHARE_VIEWER``: the cookie is of a browser in which a link stands open, and the link's maker may still show what
   it shows; requests are counted. What of it they may fetch is decided by ``sharing.rules``.
"""

from enum import StrEnum
from typing import Any, Final

from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope
from msgspec import Struct

from backend.access.attempts import count_attempt
from backend.access.await_confirmation import verify_open
from backend.access.limits import AttemptKind
from backend.access.session import OpenSession, Parent, resolve_session
from backend.access.step_up import require_step_up
from backend.desk.rules import Actor
from backend.desk.staff_lists import actor_of
from backend.desk.staff_realm import STAFF as STAFF_REALM
from backend.http.cookies import session_cookie_name, share_view_cookie_name
from backend.http.errors import AudienceMissingError, OriginRefusedError
from backend.http.services import NowInjected, Services, services_of
from backend.intake.errors import TokenRefusedError
from backend.intake.system_token import verify_token
from backend.sharing.share import ShareView
from backend.sharing.view_share import resolve_view
from verifier.http.admission import client_address

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_BEARER_CHARACTERS: Final = 200

Connection = ASGIConnection[Any, Any, Any, Any]


class Audience(StrEnum):
    """Who a route is for."""

    PUBLIC = "public"
    PARENT = "parent"
    STAFF = "staff"
    SCHOOL_SYSTEM = "school_system"
    SHARE_VIEWER = "share_viewer"


PUBLIC: Final = {"audience": Audience.PUBLIC}
"""For everybody: pages, lists, the beginnings of a login."""
PUBLIC_FROM_ANYWHERE: Final = {"audience": Audience.PUBLIC, "from_anywhere": True}
"""For everybody and every site, since no cookie is looked at."""
PARENT: Final = {"audience": Audience.PARENT}
PARENT_STEPPED_UP: Final = PARENT | {"step_up": True}
"""For parents who have just shown their passkey again."""
WHILE_WAITING: Final = {"while_waiting": True}
"""Open also to a parent whom the school has not confirmed: the account itself, and what ``people.readable`` decides."""
NOT_WAITING: Final = {"while_waiting": False}
"""For a single route of such a controller that is closed to them all the same."""
STAFF: Final = {"audience": Audience.STAFF}
SCHOOL_SYSTEM: Final = {"audience": Audience.SCHOOL_SYSTEM, "from_anywhere": True}
SHARE_VIEWER: Final = {"audience": Audience.SHARE_VIEWER}


class StaffMember(Struct, frozen=True):
    """Who of the staff is logged in, with their roles of this moment."""

    name: str
    actor: Actor

    @property
    def person_id(self) -> str:
        """Whose session it is."""
        return self.actor.label


async def authorise(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let a request pass, or raise.

    Raises:
        AudienceMissingError: the route names no audience.
        OriginRefusedError: an unsafe request from elsewhere.
        SessionEndedError: no session.
        AccountWaitsError: the school has not confirmed who it is.
        StepUpRequiredError: a session, and the route wants its owner's passkey shown again.
        TokenRefusedError: no token of a school's system.
        ShareViewEndedError: no link stands open in this browser.
        TooManyAttemptsError: too many tries with tokens.
    """
    services = services_of(connection)
    if connection.scope.get("method") not in SAFE_METHODS and not handler.opt.get("from_anywhere"):
        _verify_origin(connection, services)
    match handler.opt.get("audience"):
        case Audience.PUBLIC:
            return
        case Audience.PARENT:
            claimed_token = connection.cookies.get(session_cookie_name(services.public_url))
            connection.scope["state"]["parent"] = await _resolve_parent(services, claimed_token, handler)
        case Audience.STAFF:
            claimed_token = connection.cookies.get(session_cookie_name(services.public_url, realm=STAFF_REALM))
            connection.scope["state"]["staff"] = await _resolve_staff(services, claimed_token, handler)
        case Audience.SCHOOL_SYSTEM:
            connection.scope["state"]["school_code"] = await sync_to_thread(
                _verify_system, services, _bearer_token(connection), client_address(connection)
            )
        case Audience.SHARE_VIEWER:
            connection.scope["state"]["share_view"] = await sync_to_thread(
                resolve_view,
                services.access,
                connection.cookies.get(share_view_cookie_name(services.public_url)),
                address=client_address(connection),
                now=services.clock(),
            )
        case _:
            raise AudienceMissingError


def provide_parent(scope: Scope, now: NowInjected) -> Parent:  # noqa: ARG001  # see below
    """Dependency ``parent`` of routes for parents.

    It needs no ``now``. But dependencies that do not need each other are resolved in a group of tasks, which costs more
    than all of them; one after the other they cost next to nothing.
    """
    parent: Parent = scope["state"]["parent"]
    return parent


def provide_staff(scope: Scope) -> StaffMember:
    """Dependency ``staff`` of routes for staff."""
    member: StaffMember = scope["state"]["staff"]
    return member


def provide_school_code(scope: Scope) -> str:
    """Dependency ``school_code`` of routes for schools' systems."""
    school_code: str = scope["state"]["school_code"]
    return school_code


def provide_share_view(scope: Scope) -> ShareView:
    """Dependency ``view`` of routes for receivers of links."""
    view: ShareView = scope["state"]["share_view"]
    return view


ParentInjected = NamedDependency[Parent]
"""A handler's argument ``parent``."""
StaffInjected = NamedDependency[StaffMember]
"""A handler's argument ``staff``."""
SchoolCodeInjected = NamedDependency[str]
"""A handler's argument ``school_code``."""
ViewInjected = NamedDependency[ShareView]
"""A handler's argument ``view``."""
WHO_ASKS: Final = {
    "parent": Provide(provide_parent, sync_to_thread=False),
    "staff": Provide(provide_staff, sync_to_thread=False),
    "view": Provide(provide_share_view, sync_to_thread=False),
}
"""Dependencies of every route: who asks, as the guard found them. A route of another audience that wants one fails."""
WHOSE_SYSTEM: Final = {"school_code": Provide(provide_school_code, sync_to_thread=False)}
"""Dependency of controllers for schools' systems; elsewhere a school's code may stand in the address."""


def _verify_origin(connection: Connection, services: Services) -> None:
    if connection.headers.get("origin") != services.public_url:
        raise OriginRefusedError


async def _resolve_parent(services: Services, claimed_token: str | None, handler: BaseRouteHandler) -> Parent:
    session = await resolve_session(services.access, claimed_token, now=services.clock())
    if not handler.opt.get("while_waiting"):
        await verify_open(services.city.database, session.owner_id)
    _verify_step_up(session, handler, services)
    return Parent(session.owner_id, session.name, session)


async def _resolve_staff(services: Services, claimed_token: str | None, handler: BaseRouteHandler) -> StaffMember:
    session = await resolve_session(services.staff_access, claimed_token, now=services.clock())
    _verify_step_up(session, handler, services)
    return await sync_to_thread(_member, services, session)


def _member(services: Services, session: OpenSession) -> StaffMember:
    with services.city.database.read() as connection:
        return StaffMember(session.name, actor_of(connection, session.owner_id))


def _verify_step_up(session: OpenSession, handler: BaseRouteHandler, services: Services) -> None:
    if handler.opt.get("step_up"):
        require_step_up(session, now=services.clock())


def _verify_system(services: Services, claimed_token: str, address: str) -> str:
    now = services.clock()
    count_attempt(services.access, AttemptKind.INTAKE, claimed_code=claimed_token, address=address, now=now)
    with services.city.database.read() as connection:
        return verify_token(connection, claimed_token, now)


def _bearer_token(connection: Connection) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= MAX_BEARER_CHARACTERS:
        raise TokenRefusedError
    return token.strip()
