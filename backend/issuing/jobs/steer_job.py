"""Ask for cards to be issued, and pause, resume or look at what was asked for."""

from datetime import datetime
from uuid import uuid4

from msgspec import structs
from sqlalchemy import Connection

from backend.archive.store import read_schools
from backend.errors import NotFoundError
from backend.issuing import store as issuing_store
from backend.issuing.jobs import store
from backend.issuing.jobs.job import IssuingJob
from backend.issuing.jobs.rules import IllegalJobStepError, JobState, verify_job_step
from backend.issuing.store import Scope


def verify_scope(connection: Connection, scope: Scope) -> None:
    """Nothing of a school that nobody knows would wait, and a mistyped code would pass for work done.

    Raises:
        NotFoundError: ``school_not_found``.
    """
    if scope.school_code is not None and scope.school_code not in read_schools(connection):
        raise NotFoundError("school_not_found", school_code=scope.school_code)


def ask_for_issuing(
    connection: Connection, scope: Scope, *, asked_by: str, failed_too: bool = False, now: datetime
) -> IssuingJob:
    """A job for what waits, or the one that somebody asked for already and that has not begun.

    Raises:
        NotFoundError: ``school_not_found``.
    """
    verify_scope(connection, scope)
    wanted = (scope.school_code, scope.school_year, failed_too)
    for job in store.read_unended_jobs(connection):
        if job.state is JobState.QUEUED and (job.school_code, job.school_year, job.failed_too) == wanted:
            return job
    job = IssuingJob(
        job_id=str(uuid4()),
        school_code=scope.school_code,
        school_year=scope.school_year,
        failed_too=failed_too,
        asked_by=asked_by,
        asked_at=now,
        state=JobState.QUEUED,
        issued=0,
        failed=0,
        waiting=issuing_store.count_waiting_cards(connection, failed_too=failed_too, scope=scope),
        tries=0,
        next_try_at=None,
        reason=None,
        ended_at=None,
    )
    store.insert_job(connection, job)
    return job


def pause_job(connection: Connection, job_id: str) -> IssuingJob:
    """Let a job stop after the cards that are under way.

    Raises:
        NotFoundError: ``issuing_job_not_found``.
        IllegalJobStepError: it has ended, or is paused.
    """
    return _step(connection, job_id, JobState.PAUSED)


def resume_job(connection: Connection, job_id: str) -> IssuingJob:
    """Let a paused job, or one that gave up, go on.

    Raises:
        NotFoundError: ``issuing_job_not_found``.
        IllegalJobStepError: it is done, waits or runs.
    """
    return _step(connection, job_id, JobState.QUEUED, stopped=True)


def job_with_id(connection: Connection, job_id: str) -> IssuingJob:
    """The job.

    Raises:
        NotFoundError: ``issuing_job_not_found``.
    """
    job = store.find_job(connection, job_id.lower())
    if job is None:
        raise NotFoundError("issuing_job_not_found")
    return job


def _step(connection: Connection, job_id: str, wanted: JobState, *, stopped: bool = False) -> IssuingJob:
    job = job_with_id(connection, job_id)
    if stopped and job.state is JobState.RUNNING:
        raise IllegalJobStepError(state=job.state.value)
    verify_job_step(job.state, wanted)
    changed = structs.replace(job, state=wanted, tries=0, next_try_at=None, ended_at=None)
    if not store.update_job(connection, changed, expected_states=[job.state]):
        raise IllegalJobStepError(state=job.state.value)  # somebody was faster
    return changed
