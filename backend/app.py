"""Composition root of the web service: everything is built here, and only here.

Making the application opens no connection: databases and object stores are reached with the first request. While it
runs, a task keeps the signed lists fresh and forgets what has ended.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from litestar import Litestar, Response, Router
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotFoundException

from backend.access.clean_up import clean_up_access, clean_up_notices
from backend.accounts import access_of, staff_access_of
from backend.city import open_city
from backend.desk.batches.clean_up import clean_up_batches
from backend.desk.batches.sign_waiting import Pauses, running_batches, sign_waiting
from backend.desk.staff_realm import STAFF
from backend.errors import AlreadyRunningError, BackendError
from backend.http.access_controller import AccessController
from backend.http.account_controller import AccountController
from backend.http.any_request import AnyRequest
from backend.http.authorise import PUBLIC_FROM_ANYWHERE, WHO_ASKS, authorise
from backend.http.certificate_controller import CertificateController
from backend.http.city_lists import CityLists
from backend.http.consent_controller import ConsentController
from backend.http.cookies import session_cookie_name, share_view_cookie_name
from backend.http.enrolment_controller import EnrolmentController
from backend.http.history_controller import HistoryController, LookReportController
from backend.http.intake_controller import IntakeController
from backend.http.issuing_controller import IssuingController
from backend.http.leaving_controller import LeavingController
from backend.http.open_api import open_api_config
from backend.http.parent_controller import ParentController
from backend.http.prepared_controller import PreparedController
from backend.http.problems import answer_problem
from backend.http.public_controller import ConfigurationController, ListController
from backend.http.pupil_controller import PupilController
from backend.http.recall_controller import RecallController
from backend.http.request_controller import RequestController, SchoolRequestController
from backend.http.request_log import RequestLog, log_answer
from backend.http.security_headers import security_headers
from backend.http.services import Services, provide_now, provide_services, utc_now
from backend.http.share_controller import OpenedShareController, ShareController, SharedController
from backend.http.shell import Shell, shell_handler
from backend.http.signing_controller import SigningController
from backend.http.staff_access_controller import StaffAccessController
from backend.http.staff_controller import StaffController
from backend.http.unknown_address import answer_unknown_address
from backend.issuing_jobs import IssuingJobs
from backend.settings import Settings, load_settings
from backend.sharing.clean_up import clean_up_sharing
from backend.sharing.history.look_book import LookBook
from backend.signing_desk import desk_of
from verifier.check_service import CheckService
from verifier.errors import VerifierError
from verifier.http.admission import Admission, provide_admission
from verifier.http.verify_controller import VerifyController, provide_check_service
from verifier.worker import CheckWorkers

SHELL_FOLDER: Final = Path(__file__).parents[1] / "pwa" / "dist"
UPKEEP_SECONDS: Final = 300
"""How often lists are looked at and ended rows are forgotten."""
SIGNING_SECONDS: Final = 2
"""How often the signing worker looks for confirmed batches; a person waits for it in front of a screen."""
ISSUING_SECONDS: Final = 2
"""How often the service looks whether an issuing job has its turn."""
MAX_BODY_BYTES: Final = 65_536
"""For routes that do not say otherwise."""

_LOG = logging.getLogger("hocba.app")


def create_app(
    settings: Settings | None = None,
    *,
    shell_folder: Path = SHELL_FOLDER,
    clock: Callable[[], datetime] = utc_now,
) -> Litestar:
    """The city's web service.

    Args:
        settings: read from the environment when left out.
        shell_folder: where the built pages are.
        clock: tells the time.

    Raises:
        SettingsError: the settings are not fit for service.
        KeyRefusedError: the department's keys are missing, or are demo keys in production.
    """
    settings = settings or load_settings(os.environ)
    _prepare_logs()
    city = open_city(settings)
    services = Services(
        city=city,
        access=access_of(city),
        staff_access=staff_access_of(city),
        desk=desk_of(city),
        lists=CityLists(city.publisher, trust_anchor=city.trust_anchor),
        jobs=IssuingJobs(city, clock=clock),
        looks=LookBook(city.database),
        clock=clock,
    )
    shell = Shell(shell_folder)
    return Litestar(
        route_handlers=[
            AccessController,
            AccountController,
            ParentController,
            ShareController,
            SharedController,
            OpenedShareController,
            HistoryController,
            LookReportController,
            CertificateController,
            IntakeController,
            PupilController,
            EnrolmentController,
            PreparedController,
            RecallController,
            RequestController,
            SchoolRequestController,
            ConsentController,
            LeavingController,
            StaffAccessController,
            StaffController,
            SigningController,
            IssuingController,
            ConfigurationController,
            ListController,
            Router("/", route_handlers=[VerifyController], opt=PUBLIC_FROM_ANYWHERE),
            shell_handler(shell),
        ],
        guards=[authorise],
        dependencies={
            "services": Provide(provide_services, sync_to_thread=False),
            "now": Provide(provide_now, sync_to_thread=False),
            "check_service": Provide(provide_check_service, sync_to_thread=False),
            "admission": Provide(provide_admission, sync_to_thread=False),
            **WHO_ASKS,
        },
        state=State({"services": services, "admission": Admission(proxies=settings.proxies)}),
        exception_handlers={
            NotFoundException: partial(_answer_not_found, shell=shell),
            HTTPException: answer_problem,
            BackendError: answer_problem,
            VerifierError: answer_problem,
            Exception: answer_problem,
        },
        before_send=[security_headers(settings.public_url), log_answer],
        middleware=[RequestLog()],
        lifespan=[_upkeep, _signing, _issuing, _checking],
        openapi_config=open_api_config(
            session_cookie_name=session_cookie_name(settings.public_url),
            staff_cookie_name=session_cookie_name(settings.public_url, realm=STAFF),
            share_cookie_name=share_view_cookie_name(settings.public_url),
        ),
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
        debug=False,
    )


def _prepare_logs() -> None:
    """Our lines go to stderr unless whoever starts the service has arranged for logs already."""
    # What it canonicalises goes to its debug log: whole cards. No log level of ours may turn that on.
    logging.getLogger("signxml").setLevel(logging.WARNING)
    ours = logging.getLogger("hocba")
    if not ours.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        ours.addHandler(handler)
        ours.setLevel(logging.INFO)


def _answer_not_found(request: AnyRequest, _error: NotFoundException, *, shell: Shell) -> Response[bytes]:
    return answer_unknown_address(request, shell)


@asynccontextmanager
async def _upkeep(app: Litestar) -> AsyncIterator[None]:
    services: Services = app.state.services
    ending = asyncio.Event()
    task = asyncio.create_task(_keep_up(services, ending))
    try:
        yield
    finally:
        # Told to end, not cancelled: a thread that is at work could not be, and would use a closed database.
        ending.set()
        await task
        services.city.database.close()


@asynccontextmanager
async def _signing(app: Litestar) -> AsyncIterator[None]:
    """The signing worker: whatever this or another process let be confirmed, or left behind when it died."""
    services: Services = app.state.services
    ending = asyncio.Event()
    task = asyncio.create_task(_sign_until(services, ending))
    try:
        yield
    finally:
        ending.set()
        await task


async def _sign_until(services: Services, ending: asyncio.Event) -> None:
    pauses = Pauses()
    while not ending.is_set():
        try:
            await sync_to_thread(_sign_waiting, services, pauses, ending)
        except Exception as error:  # noqa: BLE001  # as in _keep_up
            _LOG.error("%s: %s", _sign_waiting.__name__, type(error).__qualname__)
        with suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), SIGNING_SECONDS)


@asynccontextmanager
async def _issuing(app: Litestar) -> AsyncIterator[None]:
    """Runs issuing jobs, one at a time; what a process that died left behind first."""
    services: Services = app.state.services
    ending = asyncio.Event()
    task = asyncio.create_task(_issue_until(services, ending))
    try:
        yield
    finally:
        ending.set()
        services.jobs.end()
        await task
        services.jobs.close()


async def _issue_until(services: Services, ending: asyncio.Event) -> None:
    recovered = False
    while not ending.is_set():
        ran = False
        try:
            if not recovered:
                await sync_to_thread(services.jobs.recover)
                recovered = True
            ran = await sync_to_thread(services.jobs.run_next)
        except Exception as error:  # noqa: BLE001  # as in _keep_up
            _LOG.error("%s: %s", IssuingJobs.run_next.__qualname__, type(error).__qualname__)
        if not ran:
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), ISSUING_SECONDS)


@asynccontextmanager
async def _checking(app: Litestar) -> AsyncIterator[None]:
    """The processes that check strangers' cards; they start with the first card."""
    services: Services = app.state.services
    app.state.check_service = CheckService(
        CheckWorkers(), services.lists, public_url=services.public_url, clock=services.clock
    )
    try:
        yield
    finally:
        await sync_to_thread(app.state.check_service.close)


async def _keep_up(services: Services, ending: asyncio.Event) -> None:
    while not ending.is_set():
        for work in (_refresh_lists, _forget_ended):
            try:
                await sync_to_thread(work, services)
            except Exception as error:  # noqa: BLE001  # a city in trouble keeps answering, and is looked at again soon
                _LOG.error("%s: %s", work.__name__, type(error).__qualname__)
        with suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), UPKEEP_SECONDS)


def _refresh_lists(services: Services) -> None:
    services.lists.sealed(services.clock())


def _sign_waiting(services: Services, pauses: Pauses, ending: asyncio.Event) -> None:
    if running_batches(services.desk):
        with suppress(AlreadyRunningError):  # that process takes in what is confirmed meanwhile
            reports = sign_waiting(
                services.desk,
                left_alone=pauses.at(services.clock()),
                should_stop=ending.is_set,
                clock=services.clock,
            )
            pauses.note(reports, services.clock())
            services.jobs.issue_signed_here([report.batch_id for report in reports if report.signed])


def _forget_ended(services: Services) -> None:
    for access in (services.access, services.staff_access):
        clean_up_access(access, now=services.clock())
    clean_up_notices(services.access, now=services.clock())
    clean_up_batches(services.desk, now=services.clock())
    clean_up_sharing(services.city.database, now=services.clock())
