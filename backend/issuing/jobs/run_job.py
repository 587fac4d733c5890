"""Run one issuing job: a stretch of ``issue_cards`` for what the job asks for.

1. The job is taken: ``running``. One that is paused, done or gone is left alone, so handing a job to the engine twice
   does no harm; one that ran when its process died is taken again.
2. Its cards are issued. How far it is stands in its row once a second; a pause is seen within as long.
3. It ends ``done``, or stays paused; what stopped it by no card's fault (timestamp authority, object store, database,
   stale lists) lets it wait for its next try, each time longer, until it gives up. While another process issues, it
   waits for that one's end and is as it was before.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from msgspec import structs

from backend.archive.objects import ObjectStoreError
from backend.archive.publish_lists import TrustListMissingError
from backend.database import Database
from backend.database.errors import DatabaseUnavailableError
from backend.errors import AlreadyRunningError, BackendError
from backend.issuing import store as issuing_store
from backend.issuing.issue_cards import STOPPED, IssuingReport, StaleListsError
from backend.issuing.jobs import store
from backend.issuing.jobs.job import IssuingJob
from backend.issuing.jobs.rules import FIRST_DELAY, JobState, next_try_at, verify_job_step
from backend.issuing.store import Scope
from backend.signing.errors import KeyUnavailableError, TimestampUnavailableError

LOOKED_AT_EVERY: Final = timedelta(seconds=1)
_PASSING: Final = (
    DatabaseUnavailableError,
    KeyUnavailableError,
    ObjectStoreError,
    StaleListsError,
    TimestampUnavailableError,
    TrustListMissingError,
)
_LOG = logging.getLogger("hocba.issuing.jobs")


class Issue(Protocol):
    """``issue_cards`` with everything that the city knows filled in."""

    def __call__(
        self,
        *,
        scope: Scope,
        failed_too: bool,
        on_progress: Callable[[int, int], None],
        should_stop: Callable[[], bool],
    ) -> IssuingReport:
        """Issue what waits in ``scope``."""
        ...


def run_job(database: Database, job_id: str, *, issue: Issue, clock: Callable[[], datetime]) -> datetime | None:
    """Take the steps above; when the job is to be run again, or None."""
    before = _take(database, job_id)
    if before is None:
        return None
    job = structs.replace(before, state=JobState.RUNNING, next_try_at=None)
    watch = _Watch(database, job, clock)
    scope = Scope(job.school_code, job.school_year)
    reason: str | None
    try:
        report = issue(
            scope=scope, failed_too=job.failed_too, on_progress=watch.on_progress, should_stop=watch.should_stop
        )
        reason, passing = report.stopped_by, True
        issued, failed = report.issued, sum(report.failures.values())
    except AlreadyRunningError:
        with database.write() as connection:
            store.update_job(connection, before, expected_states=[JobState.RUNNING])
        return clock() + FIRST_DELAY
    except BackendError as error:
        reason, passing, issued, failed = error.reason, isinstance(error, _PASSING), 0, 0
    except Exception as error:  # noqa: BLE001  # a defect must end the job with a reason, not the service
        _LOG.error("a job was stopped by a defect of ours: %s", type(error).__qualname__)
        reason, passing, issued, failed = "issuing_defect", False, 0, 0
    return _keep(database, job, reason, passing=passing, issued=issued, failed=failed, now=clock()).next_try_at


def _take(database: Database, job_id: str) -> IssuingJob | None:
    """Step 1; the job as it was before."""
    with database.write() as connection:
        job = store.find_job(connection, job_id)
        if job is None or job.state not in {JobState.QUEUED, JobState.RUNNING}:
            return None
        taken = structs.replace(job, state=JobState.RUNNING, next_try_at=None)
        return job if store.update_job(connection, taken, expected_states=[job.state]) else None


def _keep(
    database: Database, job: IssuingJob, reason: str | None, *, passing: bool, issued: int, failed: int, now: datetime
) -> IssuingJob:
    with database.write() as connection:
        current = store.find_job(connection, job.job_id) or job
        scope = Scope(job.school_code, job.school_year)
        waiting = issuing_store.count_waiting_cards(connection, failed_too=False, scope=scope)
        kept = structs.replace(
            current, issued=job.issued + issued, failed=failed, waiting=waiting, reason=reason, next_try_at=None
        )
        if current.state is JobState.RUNNING:
            kept = _ended(kept, issued=issued, passing=passing, now=now)
            verify_job_step(JobState.RUNNING, kept.state)
        store.update_job(connection, kept, expected_states=[current.state])
    return kept


def _ended(job: IssuingJob, *, issued: int, passing: bool, now: datetime) -> IssuingJob:
    """Step 3; a stretch that issued something begins the count of tries anew."""
    if job.reason is None:
        return structs.replace(job, state=JobState.DONE, tries=0, ended_at=now)
    if job.reason == STOPPED:
        return structs.replace(job, state=JobState.QUEUED)  # the service ends; it goes on with the next one
    tries = 1 if issued else job.tries + 1
    again = next_try_at(now, tries=tries) if passing else None
    if again is None:
        return structs.replace(job, state=JobState.FAILED, tries=tries, ended_at=now)
    return structs.replace(job, state=JobState.QUEUED, tries=tries, next_try_at=again)


class _Watch:
    """Writes how far a job is, and sees that somebody paused it."""

    def __init__(self, database: Database, job: IssuingJob, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._job = job
        self._clock = clock
        self._next = clock()
        self._paused = False

    def on_progress(self, done: int, total: int) -> None:
        """As ``issue_cards`` calls it."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + LOOKED_AT_EVERY
        with self._database.write() as connection:
            current = store.find_job(connection, self._job.job_id)
            if current is None or current.state is not JobState.RUNNING:
                self._paused = True
                return
            moved = structs.replace(current, issued=self._job.issued + done, waiting=max(total - done, 0))
            store.update_job(connection, moved, expected_states=[JobState.RUNNING])

    def should_stop(self) -> bool:
        """Whether no further card is to be begun."""
        return self._paused
