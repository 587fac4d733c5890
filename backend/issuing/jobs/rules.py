"""Which state of an issuing job may follow which, and when a job tries again. Pure.

A job never says which cards there are to issue: that is the archive's ``manager_signed`` rows, always. So a job that
died, ran twice or was asked for twice can neither lose a card nor issue one twice.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from backend.errors import BackendError

FIRST_DELAY: Final = timedelta(seconds=30)
"""A timestamp authority that is restarted is back by then."""
LONGEST_DELAY: Final = timedelta(hours=1)
MAX_TRIES: Final = 12
"""About six hours of trying, a working day's outage; after that a person has to look."""


class JobState(StrEnum):
    """State of a job; the values stand in the database and in the API."""

    QUEUED = "queued"
    """Waiting for its turn, or for its next try."""
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    """Every card had its turn; those that failed by their own fault are listed with their reasons."""
    FAILED = "failed"
    """Gave up: what the issuing needs did not come back, or a defect of our own."""


TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.PAUSED}),
    # Running again: the process that ran it has died.
    JobState.RUNNING: frozenset(JobState),
    JobState.PAUSED: frozenset({JobState.QUEUED}),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset({JobState.QUEUED}),
}
UNENDED: Final = frozenset({JobState.QUEUED, JobState.RUNNING, JobState.PAUSED})


class IllegalJobStepError(BackendError):
    """The job's state does not allow this step."""

    code: ClassVar[str] = "issuing_job_state_forbids"


def verify_job_step(current: JobState, wanted: JobState) -> None:
    """Let ``wanted`` follow ``current``.

    Raises:
        IllegalJobStepError: it may not.
    """
    if wanted not in TRANSITIONS[current]:
        raise IllegalJobStepError(state=current.value)


def next_try_at(now: datetime, *, tries: int) -> datetime | None:
    """When a job that failed ``tries`` times in a row by no card's fault tries again; None when it gives up."""
    if tries >= MAX_TRIES:
        return None
    doubled: int = 1 << (tries - 1)
    return now + min(FIRST_DELAY * doubled, LONGEST_DELAY)
