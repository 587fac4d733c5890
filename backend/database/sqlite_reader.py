"""Point reads of SQLite, made where they are asked for: the file is here, and a read waits for nobody.

In WAL mode no reader waits for a writer, so a read by keys takes some tens of microseconds on the event loop; a hop
into a thread and back takes longer.
"""

import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from backend.database.point_read import PointRead, Row

PATIENCE_MS = 5
"""Only a database that is just being recovered or closed lets a reader wait; the event loop waits no longer."""
_DIALECT: Final = SQLiteDialect_pysqlite()


class SqliteReader:
    """One connection a thread, which can only read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._in_this_thread = threading.local()
        self._opened: list[sqlite3.Connection] = []

    def fetch(self, read: PointRead, keys: Mapping[str, Any]) -> list[Row]:
        """The rows as they are now.

        Raises:
            sqlite3.OperationalError: not within ``PATIENCE_MS``, or not at all.
        """
        connection = getattr(self._in_this_thread, "connection", None) or self._open()
        compiled = read.compiled(_DIALECT)
        return compiled.rows(connection.execute(compiled.text, compiled.arguments(keys)).fetchall())

    def close(self) -> None:
        """Close the connections of all threads."""
        while self._opened:
            self._opened.pop().close()
        self._in_this_thread = threading.local()

    def _open(self) -> sqlite3.Connection:
        # Used by one thread; whoever closes the database may be another.
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._opened.append(connection)
        for pragma in ("query_only = ON", f"busy_timeout = {PATIENCE_MS}"):
            connection.execute(f"PRAGMA {pragma}")
        self._in_this_thread.connection = connection
        return connection
