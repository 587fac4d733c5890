"""What everybody may read: the installation's own words, and the signed lists."""

from datetime import datetime

from litestar import Controller, Response, get
from litestar.params import FromPath
from msgspec import Struct

from backend.errors import NotFoundError
from backend.http.authorise import PUBLIC
from backend.http.problems import problems
from backend.http.services import NowInjected, Services, ServicesInjected
from verifier.list_source import is_list_name
from verifier.registry import SUBJECT as SCHOOL_REGISTRY
from verifier.status import status_subject
from verifier.trust import SUBJECT as TRUST_LIST

LIST_MEDIA_TYPE = "application/cwt"
LIST_CACHE_SECONDS = 60
"""A withdrawal is known to whoever asks again after a minute."""


class BilingualName(Struct, frozen=True):
    """The same thing said in both languages."""

    vi: str
    en: str


class Configuration(Struct, frozen=True):
    """What the pages need to know of this installation."""

    mode: str
    trust_anchor: str | None
    public_url: str
    department: BilingualName


class ConfigurationController(Controller):
    """What the pages need to know before anything else."""

    path = "/api/configuration"
    tags = ("public",)
    opt = PUBLIC

    @get(
        sync_to_thread=True,
        operation_id="read_configuration",
        summary="Mode, trust anchor, address and department of this installation",
        responses=problems(503),
    )
    def configuration(self, services: ServicesInjected, now: NowInjected) -> Configuration:
        city = services.city
        trust = services.lists.opened(now).trust
        names = BilingualName(trust.department.vi, trust.department.en) if trust else BilingualName("", "")
        return Configuration(
            mode=city.settings.mode,
            trust_anchor=city.trust_anchor,
            public_url=services.public_url,
            department=names,
        )


class ListController(Controller):
    """Signed lists, as ``docs/formats/lists.md`` has them."""

    path = "/.well-known/hocba"
    tags = ("lists",)
    opt = PUBLIC

    @get(
        "/trust-list",
        sync_to_thread=True,
        media_type=LIST_MEDIA_TYPE,
        operation_id="fetch_trust_list",
        summary="The department's keys and accepted authorities, signed by the trust key",
        responses=problems(503),
    )
    def trust_list(self, services: ServicesInjected, now: NowInjected) -> Response[bytes]:
        return _list(TRUST_LIST, services, now)

    @get(
        "/school-registry",
        sync_to_thread=True,
        media_type=LIST_MEDIA_TYPE,
        operation_id="fetch_school_registry",
        summary="Schools and their approved certificates",
        responses=problems(503),
    )
    def school_registry(self, services: ServicesInjected, now: NowInjected) -> Response[bytes]:
        return _list(SCHOOL_REGISTRY, services, now)

    @get(
        "/status-list/{school_year:str}",
        sync_to_thread=True,
        media_type=LIST_MEDIA_TYPE,
        operation_id="fetch_status_list",
        summary="Withdrawn cards of a school year",
        responses=problems(400, 404, 503),
    )
    def status_list(self, school_year: FromPath[str], services: ServicesInjected, now: NowInjected) -> Response[bytes]:
        return _list(status_subject(school_year), services, now)


def _list(name: str, services: Services, now: datetime) -> Response[bytes]:
    if not is_list_name(name):
        raise NotFoundError("list_not_found")
    signed = services.city.publisher.current_list(name, now)
    headers = {
        "Cache-Control": f"public, max-age={LIST_CACHE_SECONDS}",
        # Whoever checks cards on a page of their own needs the lists too; they are public.
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Response(signed.content, media_type=LIST_MEDIA_TYPE, headers=headers)
