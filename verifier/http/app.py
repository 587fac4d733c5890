"""The stand-alone verifier: the public check, the lists, and the page that uses them. It has no database.

``create_app`` takes everything as arguments; ``app_from_environment`` is what a server starts:
``granian --interface asgi --factory verifier.http.app:app_from_environment``.
"""

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from litestar import Litestar, MediaType, Response, get
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.static_files import create_static_files_router
from msgspec import Struct

from verifier.check_service import CheckService, utc_now
from verifier.http.admission import Admission, provide_admission
from verifier.http.problems import ProblemError, answer_problem
from verifier.http.verify_controller import CheckServiceInjected, VerifyController, provide_check_service
from verifier.list_cache import ListCache
from verifier.list_source import MEDIA_TYPE, WELL_KNOWN
from verifier.registry import SUBJECT as REGISTRY
from verifier.sealed_lists import SealedLists, open_lists
from verifier.settings import VerifierSettings, list_source, load_verifier_settings
from verifier.status import status_subject
from verifier.trust import SUBJECT as TRUST
from verifier.worker import CheckWorkers

LIST_CACHE_SECONDS = 60
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; media-src 'self' blob:; "
    "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class DepartmentName(Struct, frozen=True):
    """Name of the department whose lists are used."""

    vi: str
    en: str


class Configuration(Struct, frozen=True):
    """What the page needs to know."""

    mode: str
    trust_anchor: str
    public_url: str | None
    department: DepartmentName | None


class Health(Struct, frozen=True):
    """Whether checks can conclude."""

    status: str


def create_app(settings: VerifierSettings, *, clock: Callable[[], datetime] = utc_now) -> Litestar:
    """The service. Processes are started with the application and ended with it."""
    lists = ListCache(trust_anchor=settings.trust_anchor, source=list_source(settings.lists), folder=settings.cache)

    @asynccontextmanager
    async def run(app: Litestar) -> AsyncIterator[None]:
        service = CheckService(CheckWorkers(), lists, public_url=settings.public_url, clock=clock)
        app.state.check_service = service
        try:
            yield
        finally:
            await sync_to_thread(service.close)

    handlers: list[Any] = [VerifyController, trust_list, school_registry, status_list, health, configuration]
    if settings.pages is not None:
        handlers += [_verify_page(settings.pages), create_static_files_router("/", [settings.pages], html_mode=True)]
    return Litestar(
        handlers,
        dependencies={
            "check_service": Provide(provide_check_service, sync_to_thread=False),
            "admission": Provide(provide_admission, sync_to_thread=False),
        },
        exception_handlers={Exception: answer_problem},
        lifespan=[run],
        state=State({"settings": settings, "admission": Admission(proxies=settings.proxies)}),
        response_headers=SECURITY_HEADERS,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def app_from_environment(environment: Mapping[str, str] = os.environ) -> Litestar:
    """The service as ``HOCBA_TRUST_ANCHOR``, ``HOCBA_LISTS`` and their optional companions describe it.

    Raises:
        UsageError: one of them is missing or malformed.
    """
    return create_app(load_verifier_settings(environment))


@get(f"/{WELL_KNOWN}/trust-list", sync_to_thread=True)
def trust_list(check_service: CheckServiceInjected) -> Response[bytes]:
    """The trust list, as it was signed."""
    return _list(check_service, TRUST)


@get(f"/{WELL_KNOWN}/school-registry", sync_to_thread=True)
def school_registry(check_service: CheckServiceInjected) -> Response[bytes]:
    """The school registry, as it was signed."""
    return _list(check_service, REGISTRY)


@get(f"/{WELL_KNOWN}/status-list/{{school_year:str}}", sync_to_thread=True)
def status_list(school_year: FromPath[str], check_service: CheckServiceInjected) -> Response[bytes]:
    """The status list of a school year, fetched now if it was not at hand."""
    check_service.lists.add_status(school_year, check_service.clock())
    return _list(check_service, status_subject(school_year))


@get("/health", sync_to_thread=True)
def health(check_service: CheckServiceInjected) -> Health:
    """Whether checks can conclude: a trust list is at hand and in force."""
    now = check_service.clock()
    trust = open_lists(check_service.lists.current(now), now=now).trust
    if trust is None:
        raise ProblemError("trust_list_missing", status=503)
    if trust.header.is_stale(now):
        raise ProblemError("trust_list_stale", status=503)
    return Health(status="ok")


@get("/api/configuration", sync_to_thread=True)
def configuration(state: State, check_service: CheckServiceInjected) -> Configuration:
    """What the page needs to know; the same form as the city's service has."""
    settings: VerifierSettings = state.settings
    now = check_service.clock()
    lists: SealedLists = check_service.lists.current(now)
    trust = open_lists(lists, now=now).trust
    return Configuration(
        mode="demo" if trust is not None and trust.is_demo() else "production",
        trust_anchor=settings.trust_anchor,
        public_url=settings.public_url,
        department=None if trust is None else DepartmentName(trust.department.vi, trust.department.en),
    )


def _list(check_service: CheckService, name: str) -> Response[bytes]:
    data = check_service.lists.current(check_service.clock()).served().get(name)
    if data is None:
        raise ProblemError("list_not_found", status=404)
    headers = {"Cache-Control": f"public, max-age={LIST_CACHE_SECONDS}", "Access-Control-Allow-Origin": "*"}
    return Response(data, media_type=MEDIA_TYPE, headers=headers)


def _verify_page(pages: Path) -> HTTPRouteHandler:
    @get("/v", sync_to_thread=True)
    def verify_page() -> Response[bytes]:
        """The page behind a QR; it reads the fragment itself."""
        return Response((pages / "index.html").read_bytes(), media_type=MediaType.HTML)

    return verify_page
