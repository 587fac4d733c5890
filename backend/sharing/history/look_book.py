"""Writes looks down, each committed before its answer is built, many with one commit.

A look costs a commit, and a card is read a thousand times a minute on the evening of issue. So whoever comes while
another one writes waits for the turn, and who gets the turn writes for everybody who waits. What this process has
written already is remembered and costs nothing.
"""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Final

from backend.database import Database
from backend.sharing.history.look import Look, look_id, look_row
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
        """Return when the looks are kept for good; for worker threads.

        Raises:
            DatabaseUnavailableError: they could not be kept; then nothing may be shown.
        """
        entry = self._new_entry(looks, now)
        if entry is not None:
            self._enter(entry)
            self._write_waiting()
            entry.kept.result()

    async def note_soon(self, *looks: Look, now: datetime) -> None:
        """As ``note``, for the event loop: one thread at a time writes for all who await it."""
        entry = self._new_entry(looks, now)
        if entry is not None:
            if self._enter(entry):
                asyncio.get_running_loop().run_in_executor(None, self._write_waiting)
            await asyncio.wrap_future(entry.kept)

    def _new_entry(self, looks: Sequence[Look], now: datetime) -> "_Entry | None":
        new = [look for look in looks if look_id(look, now) not in self._written]
        return _Entry([look_row(look, now) for look in new]) if new else None

    def _enter(self, entry: "_Entry") -> bool:
        """Let an entry wait for the turn; True for the first one, which has to see to it that somebody takes it."""
        with self._list_lock:
            self._waiting.append(entry)
            return len(self._waiting) == 1

    def _write_waiting(self) -> None:
        with self._turn:
            with self._list_lock:
                entries, self._waiting = self._waiting, []
            try:
                self._write(entries)
            except Exception:  # noqa: BLE001  # whatever it is, each one is told its own below
                for entry in entries:
                    self._write_alone(entry)

    def _write_alone(self, entry: "_Entry") -> None:
        """One whose looks cannot be kept must not take the others along."""
        try:
            self._write([entry])
        except Exception as error:  # noqa: BLE001  # raised where it is waited for
            entry.kept.set_exception(error)

    def _write(self, entries: "Sequence[_Entry]") -> None:
        if not entries:
            return
        with self._database.write() as connection:
            insert_looks(connection, [row for entry in entries for row in entry.rows])
        if len(self._written) > REMEMBERED_LOOKS:
            self._written.clear()
        for entry in entries:
            self._written.update(str(row["look_id"]) for row in entry.rows)
            entry.kept.set_result(None)


class _Entry:
    """What one request wants to have written."""

    def __init__(self, rows: Sequence[dict[str, object]]) -> None:
        self.rows = rows
        self.kept: Future[None] = Future()
        self.kept.set_running_or_notify_cancel()  # who goes away does not take back what is to be written
