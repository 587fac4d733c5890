"""An issuing job, as a value."""

from datetime import datetime

from msgspec import Struct

from backend.issuing.jobs.rules import JobState


class IssuingJob(Struct, frozen=True, kw_only=True):
    """What somebody asked to be issued, and how far it is."""

    job_id: str
    school_code: str | None
    """None: every school."""
    school_year: str | None
    """None: every year."""
    failed_too: bool
    """Whether cards are tried again that failed by their own fault before."""
    asked_by: str
    """Id of a member of staff, or a name."""
    asked_at: datetime
    state: JobState
    issued: int
    failed: int
    waiting: int
    """Cards left, as counted last."""
    tries: int
    """How often in a row it stopped by no card's fault."""
    next_try_at: datetime | None
    reason: str | None
    """Code of what stopped it last."""
    ended_at: datetime | None
