"""What goes over the wire about issuing."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend.issuing.jobs.rules import JobState
from backend.messages import Sentence

SchoolCode = Annotated[str, Meta(max_length=20)]


class IssuingRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Which accepted cards are to be issued."""

    school_code: SchoolCode | None = None
    """None: every school's; for a department's officer."""
    school_year: Annotated[str, Meta(pattern=r"^\d{4}-\d{4}$")] | None = None
    failed_too: bool = False
    """Try cards again that failed by their own fault."""


class JobAnswer(Struct, frozen=True):
    """A job and how far it is."""

    job_id: str
    school_code: str | None
    school_year: str | None
    asked_at: datetime
    state: JobState
    issued: int
    failed: int
    waiting: int
    """Cards left, as counted last."""
    tries: int
    next_try_at: datetime | None
    reason: str | None
    sentence: Sentence | None
    ended_at: datetime | None


class JobList(Struct, frozen=True):
    """The newest first."""

    jobs: list[JobAnswer]


class FailureAnswer(Struct, frozen=True):
    """A card that could not be issued."""

    record_id: str
    school_year: str
    class_group: str
    code: str
    sentence: Sentence
    attempts: int
    failed_at: datetime


class FailureList(Struct, frozen=True):
    """The newest first."""

    failures: list[FailureAnswer]


class RetryRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Which failed cards are to wait again."""

    school_code: SchoolCode
    record_id: UUID | None = None
    """None: all of the school."""


class RetryAnswer(Struct, frozen=True):
    """How many cards wait again."""

    waiting_again: int
