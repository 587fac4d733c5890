"""Whether the service lives, and whether its checks can conclude."""

from litestar import get
from msgspec import Struct

from verifier.check_service import CheckService
from verifier.http.problems import ProblemError, problem_spec
from verifier.http.verify_controller import CheckServiceInjected
from verifier.sealed_lists import open_lists


class Health(Struct, frozen=True):
    """A service in order."""

    status: str


@get("/health/live", sync_to_thread=False, operation_id="live", summary="Whether the process answers", tags=["service"])
def live() -> Health:
    """Alive; whoever restarts processes looks here."""
    return Health(status="ok")


@get(
    "/health/ready",
    sync_to_thread=True,
    operation_id="ready",
    summary="Whether checks can conclude: a trust list and a school registry are at hand and in force",
    tags=["service"],
    responses={503: problem_spec("Checks would end undetermined; the code says what is missing.")},
)
def ready(check_service: CheckServiceInjected) -> Health:
    """Ready; whoever spreads requests over several services looks here."""
    return _conclude(check_service)


@get("/health", sync_to_thread=True, include_in_schema=False)
def health(check_service: CheckServiceInjected) -> Health:
    """The same under its first name."""
    return _conclude(check_service)


def _conclude(service: CheckService) -> Health:
    now = service.clock()
    lists = open_lists(service.lists.current(now), now=now)
    wanted = (
        ("trust_list_missing", "trust_list_stale", lists.trust),
        ("registry_missing", "registry_stale", lists.registry),
    )
    for missing, stale, found in wanted:
        if found is None:
            raise ProblemError(missing, status=503)
        if found.header.is_stale(now):
            raise ProblemError(stale, status=503)
    return Health(status="ok")
