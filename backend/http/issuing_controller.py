"""Staff let accepted cards be issued, see how far that is, and what could not be issued and why."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend.database import Connection
from backend.desk.errors import StaffForbiddenError
from backend.desk.rules import StaffRole, may_issue
from backend.http.authorise import STAFF, StaffInjected, StaffMember
from backend.http.issuing_wire import (
    FailureAnswer,
    FailureList,
    IssuingRequest,
    JobAnswer,
    JobList,
    RetryAnswer,
    RetryRequest,
)
from backend.http.problems import problems
from backend.http.services import NowInjected, ServicesInjected
from backend.issuing import store as issuing_store
from backend.issuing.jobs import store
from backend.issuing.jobs.job import IssuingJob
from backend.issuing.jobs.steer_job import ask_for_issuing, job_with_id, pause_job, resume_job
from backend.issuing.store import Scope
from backend.messages import sentence

SHOWN_JOBS = 50
"""A school has a handful a year."""
SHOWN_FAILURES = 500


class IssuingController(Controller):
    """A clerk's own school; a department's officer every school."""

    path = "/api/staff/issuing"
    tags = ("issuing",)
    opt = STAFF
    security = [{"staff": []}]  # noqa: RUF012  # Litestar reads it once

    @post(
        "/jobs",
        status_code=201,
        sync_to_thread=True,
        operation_id="ask_for_issuing",
        summary="Let the accepted cards of a school and year be issued",
        responses=problems(400, 401, 403, 404),
    )
    def ask(
        self, data: JSONBody[IssuingRequest], staff: StaffInjected, services: ServicesInjected, now: NowInjected
    ) -> JobAnswer:
        _verify(staff, data.school_code, now)
        with services.city.database.write() as connection:
            job = ask_for_issuing(
                connection,
                Scope(data.school_code, data.school_year),
                asked_by=staff.person_id,
                failed_too=data.failed_too,
                now=now,
            )
        services.jobs.queue.put(job.job_id)
        return _answer(job)

    @get(
        "/jobs",
        sync_to_thread=True,
        operation_id="list_issuing_jobs",
        summary="Jobs of one's schools, the newest first",
        responses=problems(401, 403),
    )
    def jobs(self, staff: StaffInjected, services: ServicesInjected, now: NowInjected) -> JobList:
        schools = _schools(staff, now)
        with services.city.database.read() as connection:
            found = store.read_jobs(connection, school_codes=schools, limit=SHOWN_JOBS)
        return JobList([_answer(job) for job in found])

    @get(
        "/jobs/{job_id:uuid}",
        sync_to_thread=True,
        operation_id="read_issuing_job",
        summary="How far a job is",
        responses=problems(400, 401, 403, 404),
    )
    def job(
        self, job_id: FromPath[UUID], staff: StaffInjected, services: ServicesInjected, now: NowInjected
    ) -> JobAnswer:
        with services.city.database.read() as connection:
            return _answer(_own_job(connection, staff, str(job_id), now))

    @post(
        "/jobs/{job_id:uuid}/pause",
        status_code=200,
        sync_to_thread=True,
        operation_id="pause_issuing_job",
        summary="Stop after the cards that are under way",
        responses=problems(400, 401, 403, 404, 409),
    )
    def pause(
        self, job_id: FromPath[UUID], staff: StaffInjected, services: ServicesInjected, now: NowInjected
    ) -> JobAnswer:
        with services.city.database.write() as connection:
            _own_job(connection, staff, str(job_id), now)
            return _answer(pause_job(connection, str(job_id)))

    @post(
        "/jobs/{job_id:uuid}/resumption",
        status_code=200,
        sync_to_thread=True,
        operation_id="resume_issuing_job",
        summary="Go on with a job that is paused or gave up",
        responses=problems(400, 401, 403, 404, 409),
    )
    def resume(
        self, job_id: FromPath[UUID], staff: StaffInjected, services: ServicesInjected, now: NowInjected
    ) -> JobAnswer:
        with services.city.database.write() as connection:
            _own_job(connection, staff, str(job_id), now)
            job = resume_job(connection, str(job_id))
        services.jobs.queue.put(job.job_id)
        return _answer(job)

    @get(
        "/failures",
        sync_to_thread=True,
        operation_id="list_issuing_failures",
        summary="Cards that could not be issued by their own fault, and why",
        responses=problems(400, 401, 403),
    )
    def failures(
        self,
        school_code: FromQuery[str],
        staff: StaffInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> FailureList:
        _verify(staff, school_code, now)
        with services.city.database.read() as connection:
            found = issuing_store.read_failures(connection, scope=Scope(school_code), limit=SHOWN_FAILURES)
        return FailureList(
            [
                FailureAnswer(
                    record_id=failure.record_id,
                    school_year=failure.school_year,
                    class_group=failure.class_group,
                    code=failure.code,
                    sentence=sentence(failure.code, failure.details),
                    attempts=failure.attempts,
                    failed_at=failure.failed_at,
                )
                for failure in found
            ]
        )

    @post(
        "/failures/retry",
        status_code=200,
        sync_to_thread=True,
        operation_id="retry_issuing_failures",
        summary="Let one card that failed, or all of a school, wait again; a job issues them",
        responses=problems(400, 401, 403),
    )
    def retry(
        self, data: JSONBody[RetryRequest], staff: StaffInjected, services: ServicesInjected, now: NowInjected
    ) -> RetryAnswer:
        _verify(staff, data.school_code, now)
        record_id = None if data.record_id is None else str(data.record_id)
        with services.city.database.write() as connection:
            return RetryAnswer(
                issuing_store.forget_failures(connection, scope=Scope(data.school_code), record_id=record_id)
            )


def _verify(staff: StaffMember, school_code: str | None, now: datetime) -> None:
    if not may_issue(staff.actor, school_code=school_code, now=now):
        raise StaffForbiddenError


def _own_job(connection: Connection, staff: StaffMember, job_id: str, now: datetime) -> IssuingJob:
    job = job_with_id(connection, job_id)
    _verify(staff, job.school_code, now)
    return job


def _schools(staff: StaffMember, now: datetime) -> frozenset[str] | None:
    """Of a clerk; None for a department's officer, who sees all."""
    if may_issue(staff.actor, school_code=None, now=now):
        return None
    schools = frozenset(
        held.school_code
        for held in staff.actor.roles
        if held.role is StaffRole.CLERK and held.school_code is not None and held.holds_at(now)
    )
    if not schools:
        raise StaffForbiddenError
    return schools


def _answer(job: IssuingJob) -> JobAnswer:
    return JobAnswer(
        job_id=job.job_id,
        school_code=job.school_code,
        school_year=job.school_year,
        asked_at=job.asked_at,
        state=job.state,
        issued=job.issued,
        failed=job.failed,
        waiting=job.waiting,
        tries=job.tries,
        next_try_at=job.next_try_at,
        reason=job.reason,
        sentence=None if job.reason is None else sentence(job.reason),
        ended_at=job.ended_at,
    )
