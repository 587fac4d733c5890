"""The SQL of issuing jobs. Every function works inside the caller's transaction."""

from collections.abc import Collection

from msgspec import structs
from sqlalchemy import Connection, RowMapping, insert, select, update

from backend.issuing.jobs.job import IssuingJob
from backend.issuing.jobs.rules import UNENDED, JobState
from backend.issuing.jobs.tables import issuing_jobs


def insert_job(connection: Connection, job: IssuingJob) -> None:
    """Add a job."""
    connection.execute(insert(issuing_jobs).values(_row_of(job)))


def update_job(connection: Connection, job: IssuingJob, *, expected_states: Collection[JobState]) -> bool:
    """Write a job anew; False when it is not in one of the expected states any more."""
    statement = (
        update(issuing_jobs)
        .where(
            issuing_jobs.c.job_id == job.job_id,
            issuing_jobs.c.state.in_([state.value for state in expected_states]),
        )
        .values(_row_of(job))
    )
    return connection.execute(statement).rowcount == 1


def find_job(connection: Connection, job_id: str) -> IssuingJob | None:
    """The job with this id."""
    row = connection.execute(select(issuing_jobs).where(issuing_jobs.c.job_id == job_id)).mappings().one_or_none()
    return None if row is None else _job_of(row)


def read_jobs(connection: Connection, *, school_codes: Collection[str] | None, limit: int) -> tuple[IssuingJob, ...]:
    """Jobs of these schools, or of all, the newest first."""
    statement = select(issuing_jobs).order_by(issuing_jobs.c.asked_at.desc(), issuing_jobs.c.job_id).limit(limit)
    if school_codes is not None:
        statement = statement.where(issuing_jobs.c.school_code.in_(school_codes))
    return tuple(_job_of(row) for row in connection.execute(statement).mappings())


def read_unended_jobs(connection: Connection) -> tuple[IssuingJob, ...]:
    """Jobs that have not ended, the oldest first."""
    statement = (
        select(issuing_jobs)
        .where(issuing_jobs.c.state.in_([state.value for state in UNENDED]))
        .order_by(issuing_jobs.c.asked_at, issuing_jobs.c.job_id)
    )
    return tuple(_job_of(row) for row in connection.execute(statement).mappings())


def _row_of(job: IssuingJob) -> dict[str, object]:
    return {**structs.asdict(job), "state": job.state.value, "failed_too": int(job.failed_too)}


def _job_of(row: RowMapping) -> IssuingJob:
    values = {"state": JobState(row["state"]), "failed_too": bool(row["failed_too"])}
    return IssuingJob(**{field: row[field] for field in IssuingJob.__struct_fields__} | values)
