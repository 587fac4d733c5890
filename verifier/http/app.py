"""The stand-alone verifier: the public check, the lists, and the page that uses them. It has no database.

``create_app`` takes everything as arguments; ``app_from_environment`` is what a server starts:
``granian --interface asgi --factory verifier.http.app:app_from_environment``.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
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
from verifier.http.health import health, live, ready
from verifier.http.metrics import Metrics
from verifier.http.metrics import metrics as show_metrics
from verifier.http.open_api import OPEN_API
from verifier.http.problems import ProblemError, answer_problem
from verifier.http.verify_controller import CheckServiceInjected, VerifyController, provide_check_service
from verifier.list_cache import ListCache
from verifier.list_refresher import ListRefresher
from verifier.list_source import MEDIA_TYPE, WELL_KNOWN
from verifier.registry import SUBJECT as REGISTRY
from verifier.sealed_lists import SealedLists, open_lists
from verifier.settings import VerifierSettings, list_source, load_verifier_settings
from verifier.status import status_subject
from verifier.trust import SUBJECT as TRUST
from verifier.worker import CheckWorkers

LIST_CACHE_SECONDS = 60
FIRST_LISTS_SECONDS = 5.0
"""Patience with the lists' source at the start."""
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
    """Origin that QR codes have to lead to, where the settings or the trust list say it."""
    department: DepartmentName | None


def create_app(settings: VerifierSettings, *, clock: Callable[[], datetime] = utc_now) -> Litestar:
    """The service. Processes and the refreshing of lists are started with the application and ended with it."""
    lists = ListCache(
        trust_anchor=settings.trust_anchor,
        source=list_source(settings.lists),
        folder=settings.cache,
        refresh_after=None,
    )
    metrics = Metrics()
    admission = Admission(proxies=settings.proxies, observe_refusal=metrics.count_refusal)

    @asynccontextmanager
    async def run(app: Litestar) -> AsyncIterator[None]:
        workers = CheckWorkers()
        workers.start()  # checking is all that this service does
        service = CheckService(workers, lists, public_url=settings.public_url, clock=clock, observe=metrics.observe)
        app.state.check_service = service
        refresher = app.state.refresher = ListRefresher(lists, clock=clock)
        metrics.watch(service, lists, refresher, clock=clock)
        try:
            async with _kept_fresh(refresher):
                yield
        finally:
            await sync_to_thread(service.close)

    handlers: list[Any] = [
        VerifyController, trust_list, school_registry, status_list, live, ready, health, configuration, show_metrics,
    ]  # fmt: skip
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
        state=State({"settings": settings, "admission": admission, "metrics": metrics}),
        response_headers=SECURITY_HEADERS,
        openapi_config=OPEN_API,
        logging_config=None,
        debug=False,
    )


@asynccontextmanager
async def _kept_fresh(refresher: ListRefresher) -> AsyncIterator[None]:
    """Serve once the lists are there, or without them when their source keeps silent."""
    ending = asyncio.Event()
    task = asyncio.create_task(refresher.run(ending))
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(refresher.first.wait(), FIRST_LISTS_SECONDS)
        yield
    finally:
        ending.set()
        await task


def app_from_environment(environment: Mapping[str, str] = os.environ) -> Litestar:
    """The service as ``HOCBA_TRUST_ANCHOR``, ``HOCBA_LISTS`` and their optional companions describe it.

    Raises:
        UsageError: one of them is missing or malformed.
    """
    return create_app(load_verifier_settings(environment))


@get(
    f"/{WELL_KNOWN}/trust-list",
    sync_to_thread=True,
    operation_id="fetch_trust_list",
    summary="The department's keys and accepted authorities, signed by the trust key",
    tags=["lists"],
)
def trust_list(check_service: CheckServiceInjected) -> Response[bytes]:
    """The trust list, as it was signed."""
    return _list(check_service, TRUST)


@get(
    f"/{WELL_KNOWN}/school-registry",
    sync_to_thread=True,
    operation_id="fetch_school_registry",
    summary="Schools and their approved certificates, signed",
    tags=["lists"],
)
def school_registry(check_service: CheckServiceInjected) -> Response[bytes]:
    """The school registry, as it was signed."""
    return _list(check_service, REGISTRY)


@get(
    f"/{WELL_KNOWN}/status-list/{{school_year:str}}",
    sync_to_thread=True,
    operation_id="fetch_status_list",
    summary="Which cards of a school year are withdrawn, signed",
    tags=["lists"],
)
def status_list(school_year: FromPath[str], check_service: CheckServiceInjected) -> Response[bytes]:
    """The status list of a school year, fetched now if it was not at hand."""
    check_service.lists.add_status(school_year, check_service.clock())
    return _list(check_service, status_subject(school_year))


@get(
    "/api/configuration",
    sync_to_thread=True,
    operation_id="read_configuration",
    summary="What the page needs to know",
    tags=["public"],
)
def configuration(state: State, check_service: CheckServiceInjected) -> Configuration:
    """What the page needs to know; the same form as the city's service has."""
    settings: VerifierSettings = state.settings
    now = check_service.clock()
    lists: SealedLists = check_service.lists.current(now)
    trust = open_lists(lists, now=now).trust
    return Configuration(
        mode="demo" if trust is not None and trust.is_demo() else "production",
        trust_anchor=settings.trust_anchor,
        public_url=settings.public_url or (None if trust is None else trust.department.public_url),
        department=None if trust is None else DepartmentName(trust.department.vi, trust.department.en),
    )


def _list(check_service: CheckService, name: str) -> Response[bytes]:
    data = check_service.lists.current(check_service.clock()).served().get(name)
    if data is None:
        raise ProblemError("list_not_found", status=404)
    headers = {"Cache-Control": f"public, max-age={LIST_CACHE_SECONDS}", "Access-Control-Allow-Origin": "*"}
    return Response(data, media_type=MEDIA_TYPE, headers=headers)


def _verify_page(pages: Path) -> HTTPRouteHandler:
    @get("/v", sync_to_thread=True, include_in_schema=False)
    def verify_page() -> Response[bytes]:
        """The page behind a QR; it reads the fragment itself."""
        return Response((pages / "index.html").read_bytes(), media_type=MediaType.HTML)

    return verify_page
