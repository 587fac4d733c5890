"""Which job has its turn, and when: the only file that knows the job engine (huey).

On one machine the engine's queue is a SQLite file beside the database; with PostgreSQL it is in that database, so that
several servers share it. Only ids of jobs go through it, as JSON: the engine's own format would run whatever somebody
wrote into its tables. What a job is stands in ``issuing_jobs``; a lost queue is made anew from there (``recover``).
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import psycopg
from huey import Huey, PostgresHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from backend.database import Database
from backend.database.errors import DatabaseUnavailableError

QUEUE_NAME: Final = "hocba-issuing"
QUEUE_FILE: Final = "jobs.sqlite"
_TASK: Final = "issue"


class JobQueue:
    """Hands ids of jobs to ``run``, one at a time, each when its time has come."""

    def __init__(self, engine: Huey, run: Callable[[str], None]) -> None:
        """``run`` takes a job's id and raises nothing."""
        self._engine = engine
        self._task = engine.task(name=_TASK)(run)

    @classmethod
    def beside(cls, database: Database, *, folder: Path, run: Callable[[str], None]) -> Self:
        """The queue that belongs to a city's database; made there if there is none.

        Raises:
            DatabaseUnavailableError: it cannot be reached.
        """
        words: dict[str, Any] = {"results": False, "store_intermediate_errors": False, "serializer": _JsonSerializer()}
        if database.is_sqlite:
            return cls(SqliteHuey(QUEUE_NAME, filename=str(folder / QUEUE_FILE), **words), run)
        # psycopg knows nothing of SQLAlchemy's names of drivers.
        dsn = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            return cls(PostgresHuey(QUEUE_NAME, dsn=dsn, blocking=False, **words), run)
        except psycopg.OperationalError as error:
            raise DatabaseUnavailableError from error

    def put(self, job_id: str, *, at: datetime | None = None) -> None:
        """Let a job have its turn, at once or at a moment to come; twice does no harm."""
        if at is None:
            self._task(job_id)
        else:
            self._task.schedule(args=(job_id,), eta=at.astimezone(UTC).replace(tzinfo=None))

    def clear(self) -> None:
        """Forget everything that waits."""
        self._engine.flush()

    def run_next(self, now: datetime) -> bool:
        """Run the job whose turn it is, to its end; False when there is none."""
        moment = now.astimezone(UTC).replace(tzinfo=None)
        for due in self._engine.read_schedule(moment):
            self._engine.enqueue(due)
        task = self._engine.dequeue()
        if task is None:
            return False
        run_to_its_end = self._engine.execute
        run_to_its_end(task, moment)
        return True

    def close(self) -> None:
        """Let the queue's connection go."""
        self._engine.storage.close()


class _JsonSerializer(Serializer):  # type: ignore[misc]  # huey has no types
    """Messages as JSON: nothing that is read from the queue can run."""

    def _serialize(self, data: Message) -> bytes:
        fields = data._asdict()
        fields["eta"] = None if data.eta is None else data.eta.isoformat()
        return json.dumps(fields).encode()

    def _deserialize(self, data: bytes) -> Message:
        fields = json.loads(data)
        fields["eta"] = None if fields["eta"] is None else datetime.fromisoformat(fields["eta"])
        return Message(**fields)
