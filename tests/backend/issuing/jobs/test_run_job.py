from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from backend.archive.objects import ObjectStoreError
from backend.database import Database
from backend.errors import AlreadyRunningError, BackendError, NotFoundError
from backend.issuing.issue_cards import STOPPED, IssuingReport, StaleListsError
from backend.issuing.jobs import store
from backend.issuing.jobs.job import IssuingJob
from backend.issuing.jobs.rules import FIRST_DELAY, MAX_TRIES, IllegalJobStepError, JobState
from backend.issuing.jobs.run_job import run_job
from backend.issuing.jobs.steer_job import ask_for_issuing, job_with_id, pause_job, resume_job
from backend.issuing.store import Scope
from tests.backend.archive.cards import NOW, SCHOOL, add_school

pytestmark = pytest.mark.database


class Issuing:
    """Does what a test says in the place of ``issue_cards``, and keeps what it was asked for."""

    def __init__(self, *answers: IssuingReport | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[Scope, bool]] = []
        self.inside: Callable[[], None] = lambda: None
        self.looking: Callable[[], None] = lambda: None
        self.stopped = False
        self.now = NOW

    def __call__(
        self,
        *,
        scope: Scope,
        failed_too: bool,
        on_progress: Callable[[int, int], None],
        should_stop: Callable[[], bool],
    ) -> IssuingReport:
        self.asked.append((scope, failed_too))
        self.inside()
        self.now += timedelta(seconds=2)
        on_progress(1, 4)
        self.looking()
        self.stopped = should_stop()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def clock(self) -> datetime:
        return self.now


class Killed(BaseException):
    """As with a kill, nothing behind it is run."""


def ask(database: Database, scope: Scope | None = None) -> IssuingJob:
    with database.write() as connection:
        return ask_for_issuing(connection, scope or Scope(SCHOOL, "2025-2026"), asked_by="operator", now=NOW)


def found(database: Database, job: IssuingJob) -> IssuingJob:
    with database.read() as connection:
        return job_with_id(connection, job.job_id)


def run(database: Database, job: IssuingJob, issuing: Issuing) -> datetime | None:
    return run_job(database, job.job_id, issue=issuing, clock=issuing.clock)


def report(issued: int = 0, failures: dict[str, int] | None = None, stopped_by: str | None = None) -> IssuingReport:
    return IssuingReport(issued=issued, failures=failures or {}, stopped_by=stopped_by)


@pytest.fixture
def school(database: Database) -> Database:
    add_school(database)
    return database


def test_job_issues_what_it_was_asked_for_and_is_done(school: Database) -> None:
    job = ask(school)
    issuing = Issuing(report(3, {"not_printable": 1}))
    assert run(school, job, issuing) is None
    assert issuing.asked == [(Scope(SCHOOL, "2025-2026"), False)]
    ended = found(school, job)
    assert (ended.state, ended.issued, ended.failed, ended.ended_at) == (JobState.DONE, 3, 1, issuing.now)
    assert run(school, job, issuing) is None  # handed to the engine twice
    assert len(issuing.asked) == 1


def test_asked_for_twice_before_it_began_is_one_job(school: Database) -> None:
    assert ask(school) == ask(school)
    assert ask(school, Scope()).job_id != ask(school).job_id
    with school.write() as connection, pytest.raises(NotFoundError, match="school_not_found"):
        ask_for_issuing(connection, Scope("99999999"), asked_by="operator", now=NOW)


@pytest.mark.parametrize(
    "outage", [report(stopped_by="timestamp_unreachable"), ObjectStoreError(), StaleListsError(list="status-list")]
)
def test_what_is_no_cards_fault_is_tried_again_later_and_longer_and_then_given_up(
    school: Database, outage: IssuingReport | Exception
) -> None:
    job = ask(school)
    issuing = Issuing(*[outage] * MAX_TRIES, report(4))
    waits = []
    for _ in range(MAX_TRIES):
        again = run(school, job, issuing)
        if again is not None:
            waits.append(again - issuing.now)
            issuing.now = again
    assert waits[:2] == [FIRST_DELAY, 2 * FIRST_DELAY]
    assert len(waits) == MAX_TRIES - 1
    ended = found(school, job)
    assert (ended.state, ended.tries) == (JobState.FAILED, MAX_TRIES)
    assert ended.reason is not None
    with school.write() as connection:
        resumed = resume_job(connection, job.job_id)
    assert (resumed.state, resumed.tries, resumed.ended_at) == (JobState.QUEUED, 0, None)
    run(school, job, issuing)
    assert (found(school, job).state, found(school, job).issued) == (JobState.DONE, 4)


def test_stretch_that_issued_something_begins_the_count_anew(school: Database) -> None:
    job = ask(school)
    issuing = Issuing(ObjectStoreError(), ObjectStoreError(), report(5, stopped_by="timestamp_unreachable"))
    for _ in range(3):
        run(school, job, issuing)
    assert (found(school, job).tries, found(school, job).issued) == (1, 5)


@pytest.mark.parametrize(("error", "reason"), [(RuntimeError(), "issuing_defect"), (BackendError("odd"), "odd")])
def test_defect_ends_the_job_with_a_reason_and_not_the_service(school: Database, error: Exception, reason: str) -> None:
    job = ask(school)
    assert run(school, job, Issuing(error)) is None
    assert (found(school, job).state, found(school, job).reason) == (JobState.FAILED, reason)


def test_pause_is_seen_while_cards_are_issued_and_stays(school: Database) -> None:
    job = ask(school)
    issuing = Issuing(report(1, stopped_by=STOPPED), report(2))

    def pause() -> None:
        with school.write() as connection:
            pause_job(connection, job.job_id)

    issuing.inside = pause
    assert run(school, job, issuing) is None
    assert issuing.stopped
    assert (found(school, job).state, found(school, job).issued) == (JobState.PAUSED, 1)
    issuing.inside = lambda: None
    assert run(school, job, issuing) is None
    assert len(issuing.asked) == 1
    with school.write() as connection:
        resume_job(connection, job.job_id)
    run(school, job, issuing)
    assert (found(school, job).state, found(school, job).issued) == (JobState.DONE, 3)


def test_progress_stands_in_the_row_while_cards_are_issued(school: Database) -> None:
    job = ask(school)
    seen: list[IssuingJob] = []

    issuing = Issuing(report(4))
    issuing.looking = lambda: seen.append(found(school, job))
    run(school, job, issuing)
    assert [(one.state, one.issued, one.waiting) for one in seen] == [(JobState.RUNNING, 1, 3)]


def test_service_that_ends_leaves_the_job_for_the_next_one(school: Database) -> None:
    job = ask(school)
    assert run(school, job, Issuing(report(2, stopped_by=STOPPED))) is None
    assert (found(school, job).state, found(school, job).issued, found(school, job).tries) == (JobState.QUEUED, 2, 0)


def test_job_whose_process_died_is_taken_again(school: Database) -> None:
    job = ask(school)
    dying = Issuing()

    def die() -> None:
        raise Killed

    dying.inside = die
    with pytest.raises(Killed):
        run(school, job, dying)
    assert found(school, job).state is JobState.RUNNING
    run(school, job, Issuing(report(4)))
    assert found(school, job).state is JobState.DONE


def test_while_another_process_issues_the_job_is_as_it_was(school: Database) -> None:
    job = ask(school)
    issuing = Issuing(AlreadyRunningError(work="issuing"))
    assert run(school, job, issuing) == issuing.now + FIRST_DELAY
    assert (found(school, job).state, found(school, job).tries) == (JobState.QUEUED, 0)


def test_steps_that_the_state_forbids_are_refused(school: Database) -> None:
    job = ask(school)
    with school.write() as connection, pytest.raises(IllegalJobStepError, match="issuing_job_state_forbids"):
        resume_job(connection, job.job_id)
    run(school, job, Issuing(report(0)))
    for step in (pause_job, resume_job):
        with school.write() as connection, pytest.raises(IllegalJobStepError, match="issuing_job_state_forbids"):
            step(connection, job.job_id)
    with school.write() as connection, pytest.raises(NotFoundError, match="issuing_job_not_found"):
        pause_job(connection, "00000000-0000-4000-8000-000000000000")


def test_jobs_are_read_newest_first_and_by_school(school: Database) -> None:
    add_school(school, "79000002")
    first, second = ask(school), ask(school, Scope("79000002"))
    with school.read() as connection:
        assert {job.job_id for job in store.read_jobs(connection, school_codes=None, limit=9)} == {
            first.job_id,
            second.job_id,
        }
        (own,) = store.read_jobs(connection, school_codes=[SCHOOL], limit=9)
    assert own.job_id == first.job_id
