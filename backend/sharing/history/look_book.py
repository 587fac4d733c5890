"""Writes looks down, each committed before its answer is built, many with one commit.

A look costs a commit, and a card is read a thousand times a minute on the evening of issue. So whoever comes while
another one writes waits for the turn, and who gets the turn writes for everybody who waits. What this process has
written already is remembered and costs nothing.
"""

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from backend.database import Database
from backend.sharing.history.look import Look, look_row
from backend.sharing.history.store import insert_looks

REMEMBERED_LOOKS: Final = 100_000
"""About 10 MB; forgetting costs a statement that changes nothing."""


class LookBook:
    """The history's writing end; one for each process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._written: set[str] = set()
        self._waiting: list[_Entry] = []
        self._list_lock = threading.Lock()
        self._turn = threading.Lock()

    def note(self, *looks: Look, now: datetime) -> None:
        """Return when the looks are kept for good.

        Raises:
            DatabaseUnavailableError: they could not be kept; then nothing may be shown.
        """
        rows = [look_row(look, now) for look in looks]
        entry = _Entry([row for row in rows if row["look_id"] not in self._written])
        if not entry.rows:
            return
        with self._list_lock:
            self._waiting.append(entry)
        with self._turn:
            if not entry.written:
                self._write(entry)

    def _write(self, own: "_Entry") -> None:
        with self._list_lock:
            entries, self._waiting = self._waiting, []
        if own not in entries:  # another one took it along and could not write
            entries.append(own)
        with self._database.write() as connection:
            insert_looks(connection, [row for entry in entries for row in entry.rows])
        if len(self._written) > REMEMBERED_LOOKS:
            self._written.clear()
        for entry in entries:
            entry.written = True
            self._written.update(str(row["look_id"]) for row in entry.rows)


class _Entry:
    """What one request wants to have written."""

    def __init__(self, rows: Sequence[dict[str, object]]) -> None:
        self.rows = rows
        self.written = False
