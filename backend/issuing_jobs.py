"""What issuing jobs need of a city: the web service runs them, the commands ask for them."""

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from threading import Lock

from backend.city import City
from backend.desk.batches.store import find_batch
from backend.desk.rules import Purpose
from backend.issuing.issue_cards import IssuingReport, issue_cards
from backend.issuing.jobs.queue import JobQueue
from backend.issuing.jobs.rules import JobState
from backend.issuing.jobs.run_job import run_job
from backend.issuing.jobs.steer_job import ask_for_issuing
from backend.issuing.jobs.store import read_unended_jobs
from backend.issuing.store import Scope


class IssuingJobs:
    """A city's queue of issuing jobs, and the work itself."""

    def __init__(self, city: City, *, workers: int = os.cpu_count() or 1, clock: Callable[[], datetime]) -> None:
        """``workers`` processes do the work of a job."""
        self._city = city
        self._workers = workers
        self._clock = clock
        self._ending = False
        self._interrupted = False
        self._opening = Lock()
        self._queue: JobQueue | None = None

    @property
    def queue(self) -> JobQueue:
        """Opened when it is first needed: making the service opens no connection."""
        with self._opening:
            if self._queue is None:
                self._queue = JobQueue.beside(self._city.database, folder=self._city.settings.data, run=self._run)
            return self._queue

    def close(self) -> None:
        """Let the queue's connection go."""
        if self._queue is not None:
            self._queue.close()

    def recover(self) -> None:
        """Make the queue anew from the jobs that have not ended: whatever was lost when a process died."""
        self.queue.clear()
        with self._city.database.read() as connection:
            jobs = read_unended_jobs(connection)
        for job in jobs:
            if job.state is not JobState.PAUSED:
                self.queue.put(job.job_id, at=job.next_try_at)
        self._interrupted = False

    def issue_signed_here(self, batch_ids: Iterable[str]) -> None:
        """Let the cards be issued to which these batches gave the school's signature: nobody is to ask again."""
        now = self._clock()
        with self._city.database.write() as connection:
            batches = [find_batch(connection, batch_id) for batch_id in batch_ids]
            jobs = [
                ask_for_issuing(
                    connection, Scope(batch.school_code, batch.school_year), asked_by=batch.person_id, now=now
                )
                for batch in batches
                if batch is not None and batch.purpose is Purpose.SCHOOL
            ]
        for job in jobs:
            self.queue.put(job.job_id)

    def run_next(self) -> bool:
        """Run the job whose turn it is; False when there is none."""
        if self._interrupted:
            self.recover()
        return self.queue.run_next(self._clock())

    def end(self) -> None:
        """Let the job that runs stop after the cards that are under way; it goes on after a restart."""
        self._ending = True

    def _run(self, job_id: str) -> None:
        # Until the outcome is kept the job counts as interrupted: a database that went away must not lose it.
        self._interrupted = True
        again = run_job(self._city.database, job_id, issue=self._issue, clock=self._clock)
        self._interrupted = False
        if again is not None:
            self.queue.put(job_id, at=again)

    def _issue(
        self,
        *,
        scope: Scope,
        failed_too: bool,
        on_progress: Callable[[int, int], None],
        should_stop: Callable[[], bool],
    ) -> IssuingReport:
        with self._city.timestamp_urls(demo_clock=self._clock) as urls:
            return issue_cards(
                self._city.database,
                self._city.objects,
                setup_at=partial(self._city.worker_setup, urls),
                workers=self._workers,
                scope=scope,
                failed_too=failed_too,
                on_progress=on_progress,
                should_stop=lambda: self._ending or should_stop(),
                clock=self._clock,
            )
