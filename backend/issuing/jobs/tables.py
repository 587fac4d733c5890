"""Issuing jobs. Rows stay: who asked for what is part of the city's history."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from backend.archive import tables as archive_tables
from backend.database.metadata import metadata
from backend.database.moment import Moment

issuing_jobs = Table(
    "issuing_jobs",
    metadata,
    Column("job_id", String(36), primary_key=True),
    Column("school_code", ForeignKey(archive_tables.schools.c.code)),  # none: every school
    Column("school_year", String(9)),  # none: every year
    Column("failed_too", Integer, nullable=False),  # 1: try cards again that failed by their own fault
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("state", String(10), nullable=False),
    Column("issued", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("waiting", Integer, nullable=False),  # cards left, as counted last
    Column("tries", Integer, nullable=False),  # failed in a row by no card's fault
    Column("next_try_at", Moment),
    Column("reason", String(60)),  # code of what stopped it last
    Column("ended_at", Moment),
    CheckConstraint("state IN ('queued', 'running', 'paused', 'done', 'failed')", name="state"),
    CheckConstraint("(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name="ended"),
    CheckConstraint("state <> 'failed' OR reason IS NOT NULL", name="failed_has_reason"),
    Index("ix_issuing_jobs_state", "state"),
)
