"""One database object for SQLite and PostgreSQL: explicit read and write units of work, no autocommit.

A write unit commits when its block ends and rolls back when it raises, so an answer can be built after it is known
to be kept. On SQLite it takes the write lock at the start (``BEGIN IMMEDIATE``): two writers wait for each other
instead of failing in the middle. A read unit cannot write, on either engine.

Units of work block, so they are for worker threads; what every request reads by keys is fetched on the event loop
(``point_read``).
"""

import asyncio
import fcntl
import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, OperationalError

from backend.database.errors import DatabaseUnavailableError, ValueRefusedError
from backend.database.point_read import PointRead, Row
from backend.database.postgresql_reader import PostgresqlReader
from backend.database.sqlite_reader import SqliteReader
from backend.errors import AlreadyRunningError

BUSY_TIMEOUT_MS = 30_000
"""How long a SQLite writer waits for the one before it; a batch of 5,000 cards is written in well under this."""

_WRITES, _LIGHT = "hocba_writes", "hocba_light"
"""What a unit of work asks for."""
_MAY_WRITE, _WAITS = "hocba_may_write", "hocba_waits"
"""What a pooled SQLite connection was last told, so that it need not be told again."""
_DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class Database:
    """The city's database. Cheap to make: it connects when first used."""

    def __init__(self, url: str) -> None:
        """Raises ``DatabaseUnavailableError`` (``database_url_refused``) for an address of no kind that is used."""
        self.url = _normal_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            Path(self.url.database or "").parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(self.url, pool_pre_ping=not self.is_sqlite)
        if self.is_sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite_connection)
            event.listen(self._engine, "begin", _begin_sqlite_transaction)
        self._in_this_thread = threading.local()
        # SQLite has one writer and lets the others ask again, by and by ten times a second: here they queue.
        self._turn_to_write = threading.Lock() if self.is_sqlite else nullcontext()
        self._reader = self._engine.execution_options(postgresql_readonly=True)
        self._writer = self._engine.execution_options(**{_WRITES: True})
        self._light_writer = self._engine.execution_options(**{_WRITES: True, _LIGHT: True})
        self._point_reader = self._open_point_reader()

    async def fetch(self, read: PointRead, **keys: Any) -> Sequence[Row]:  # noqa: ANN401  # as the columns' types are
        """The rows of a point read, as they are now; for the event loop, which a unit of work would hold up.

        Raises:
            DatabaseUnavailableError: it does not answer.
        """
        if isinstance(self._point_reader, PostgresqlReader):
            return await self._point_reader.fetch(read, keys)
        try:
            return self._point_reader.fetch(read, keys)
        except sqlite3.OperationalError:
            return await asyncio.to_thread(self._fetch_patiently, read, keys)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view to read from; an attempt to write in it fails.

        Raises:
            DatabaseUnavailableError: it does not answer.
        """
        with _in_our_words(), _connect(self._reader) as connection:
            yield connection

    @contextmanager
    def write(self, *, light: bool = False) -> Iterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises. One at a time in a thread.

        Args:
            light: do not wait for the disk. What is committed is there for everybody and survives the end of any
                process; the last of it can be lost with the machine's power. For counts and challenges of minutes.

        Raises:
            DatabaseUnavailableError: it does not answer, or has gone away in the middle; nothing was changed unless it
                went while it committed.
        """
        if getattr(self._in_this_thread, "writes", False):
            # On SQLite the inner one would wait for the outer one, which waits for it.
            message = "a write unit inside another one of the same thread"
            raise RuntimeError(message)
        self._in_this_thread.writes = True
        try:
            engine = self._light_writer if light else self._writer
            with self._turn_to_write, _in_our_words(), _connect(engine) as connection, connection.begin():
                if light and not self.is_sqlite:
                    connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
                yield connection
        finally:
            self._in_this_thread.writes = False

    @contextmanager
    def only_one(self, work: str) -> Iterator[None]:
        """Hold the right to do ``work``, which one process at a time may do; it ends with the process, however it dies.

        Raises:
            AlreadyRunningError: when another process holds it.
        """
        if self.is_sqlite:
            with self._file_lock(work):
                yield
        else:
            with self._advisory_lock(work):
                yield

    def close(self) -> None:
        """Close all connections that are kept."""
        self._engine.dispose()
        self._point_reader.close()

    def _open_point_reader(self) -> SqliteReader | PostgresqlReader:
        if self.is_sqlite:
            return SqliteReader(Path(self.url.database or ""))
        return PostgresqlReader(self.url)

    def _fetch_patiently(self, read: PointRead, keys: Mapping[str, Any]) -> Sequence[Row]:
        with self.read() as connection:
            return read.on(connection, **keys)

    @contextmanager
    def _file_lock(self, work: str) -> Iterator[None]:
        path = Path(f"{self.url.database}.{work}.lock")
        with path.open("wb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunningError(work=work) from error
            yield

    @contextmanager
    def _advisory_lock(self, work: str) -> Iterator[None]:
        key = int.from_bytes(hashlib.sha256(f"hocba {work}".encode()).digest()[:8], signed=True)
        # The lock belongs to the session, so this connection stays out of the pool's hands until the work is done.
        with _connect(self._engine).execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
                raise AlreadyRunningError(work=work)
            try:
                yield
            finally:
                # A server that went away has given the lock back, and what the work says of that is what counts.
                with suppress(OperationalError):
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except DataError as error:  # PostgreSQL says it, with the value; SQLite keeps whatever comes
        raise ValueRefusedError from error
    except OperationalError as error:
        if error.connection_invalidated:
            raise DatabaseUnavailableError from error
        raise


def _connect(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except OperationalError as error:
        raise DatabaseUnavailableError from error


def _normal_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnavailableError("database_url_refused") from error
    if parsed.drivername not in _DRIVERS:
        raise DatabaseUnavailableError("database_url_refused")
    return parsed.set(drivername=_DRIVERS[parsed.drivername])


def _prepare_sqlite_connection(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401  # sqlite3's type is hidden behind SQLAlchemy's
    # The driver must not open transactions by itself, else BEGIN IMMEDIATE below comes too late.
    dbapi_connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # a receipt given out must survive a power cut
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
    ):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite_transaction(connection: Connection) -> None:
    writes = bool(connection.get_execution_options().get(_WRITES, False))
    if connection.info.get(_MAY_WRITE) is not writes:
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.info[_MAY_WRITE] = writes
    waits = not connection.get_execution_options().get(_LIGHT, False)
    if writes and connection.info.get(_WAITS) is not waits:
        connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if waits else 'NORMAL'}")
        connection.info[_WAITS] = waits
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
