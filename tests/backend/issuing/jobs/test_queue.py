from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from backend.database import Database
from backend.issuing.jobs.queue import QUEUE_FILE, JobQueue
from tests.backend.archive.cards import NOW

pytestmark = pytest.mark.database


class Turns:
    """A queue and the jobs that had their turn."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.had: list[str] = []
        self.queue = JobQueue.beside(database, folder=folder, run=self.had.append)
        self.queue.clear()

    def run(self, now: datetime = NOW) -> list[str]:
        while self.queue.run_next(now):
            pass
        had, self.had[:] = list(self.had), []
        return had


@pytest.fixture
def turns(database: Database, tmp_path: Path) -> Iterator[Turns]:
    turns = Turns(database, tmp_path)
    yield turns
    turns.queue.close()


def test_jobs_have_their_turn_in_order_and_once(turns: Turns) -> None:
    for name in ("first", "second"):
        turns.queue.put(name)
    assert turns.run() == ["first", "second"]
    assert turns.run() == []


def test_job_for_later_has_its_turn_when_its_time_has_come(turns: Turns) -> None:
    turns.queue.put("later", at=NOW + timedelta(minutes=1))
    assert turns.run() == []
    assert turns.run(NOW + timedelta(seconds=59)) == []
    assert turns.run(NOW + timedelta(minutes=1)) == ["later"]


def test_what_waits_outlives_the_process(turns: Turns, database: Database, tmp_path: Path) -> None:
    turns.queue.put("first")
    turns.queue.put("later", at=NOW + timedelta(minutes=1))
    had: list[str] = []
    after = JobQueue.beside(database, folder=tmp_path, run=had.append)
    while after.run_next(NOW + timedelta(minutes=2)):
        pass
    after.close()
    assert sorted(had) == ["first", "later"]


def test_queue_holds_nothing_that_runs_when_it_is_read(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'city.sqlite'}")
    queue = JobQueue.beside(database, folder=tmp_path, run=lambda _job: None)
    queue.put("a-job")
    queue.close()
    database.close()
    content = b"".join(path.read_bytes() for path in tmp_path.glob(f"{QUEUE_FILE}*"))
    assert b'"a-job"' in content
    assert b"\x80\x05\x95" not in content  # how pickles begin
