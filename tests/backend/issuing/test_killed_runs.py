"""Whatever dies while cards are issued, each of them is issued once, and nobody ever sees a half-made one."""

import errno
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import psycopg
import pytest

from backend.archive.objects import Objects, ObjectStoreError, pdf_object_name
from backend.city import City, open_city
from backend.database import Database
from backend.database.errors import DatabaseUnavailableError
from backend.issuing.issue_cards import IssuingReport, OnProgress, issue_cards
from backend.settings import load_settings
from tests.backend.intake.sending import plain_list, record_id_of, send, signed_card
from tests.backend.issuing.issuing_program import ALL_STEPS
from tests.backend.issuing.killed_runs import (
    run_until_killed,
    verify_each_once,
    verify_nothing_half_done,
)
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, small_city

STEPS_THAT_MEET_THE_DATABASE = ALL_STEPS[-3:]


@pytest.fixture
def working(database: Database, tmp_path: Path) -> WorkingCity:
    working = WorkingCity(small_city(), database, tmp_path)
    working.open()
    return working


@pytest.fixture
def city(working: WorkingCity) -> Iterator[City]:
    with closing(open_city(load_settings(working.environment))) as city:
        yield city


def _receive(working: WorkingCity, count: int) -> range:
    numbers = range(1, count + 1)
    answer = send(working, plain_list(*(signed_card(working, number) for number in numbers)))
    assert [receipt.code for receipt in answer.receipts] == ["card_accepted"] * count
    return numbers


def _issue(
    city: City,
    *,
    objects: Objects | None = None,
    failed_too: bool = False,
    on_progress: OnProgress = lambda _done, _all: None,
) -> IssuingReport:
    with city.timestamp_urls(demo_clock=lambda: NOW) as urls:
        return issue_cards(
            city.database,
            objects or city.objects,
            setup_at=partial(city.worker_setup, urls),
            workers=1,
            failed_too=failed_too,
            on_progress=on_progress,
            clock=lambda: NOW,
        )


def test_run_killed_at_each_step_leaves_each_card_once_and_none_half_made(working: WorkingCity, city: City) -> None:
    steps = ALL_STEPS if working.database.is_sqlite else STEPS_THAT_MEET_THE_DATABASE
    cards = _receive(working, 2 * len(steps) + 2)
    issued = 0
    for step in steps:
        run_until_killed(working, step, card=2, workers=1)
        before, issued = issued, verify_nothing_half_done(city, cards)
        assert issued >= before, step
    assert 0 < issued < len(cards)
    _leave_half_a_pdf(working, record_id_of(cards[-1]))
    report = _issue(city)
    assert (report.issued, report.failures, report.stopped_by) == (len(cards) - issued, {}, None)
    verify_nothing_half_done(city, cards)
    verify_each_once(working, city, cards)


def _leave_half_a_pdf(working: WorkingCity, record_id: str) -> None:
    """As the store leaves it when it is killed in the middle of a put (tests/backend/archive/test_objects.py)."""
    half = working.folder / "objects" / f"{pdf_object_name(record_id)}#1"
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(b"%PDF-1.7 and no more")


def test_worker_killed_alone_costs_one_card_its_turn_and_no_more(working: WorkingCity, city: City) -> None:
    cards = _receive(working, 6)
    killed: list[int | None] = []

    def kill_worker_once(done: int, _total: int) -> None:
        if done and not killed:
            for worker in active_children():
                worker.kill()
                killed.append(worker.pid)

    report = _issue(city, on_progress=kill_worker_once)
    assert len(killed) == 1
    # None at all when it was killed between two cards.
    assert report.failures in ({"issuing_process_died": 1}, {})
    assert report.issued == verify_nothing_half_done(city, cards) == len(cards) - len(report.failures)
    assert _issue(city, failed_too=True).issued == len(report.failures)
    verify_each_once(working, city, cards)


class _FullDisk:
    """The store behind the objects once there is room for so many more."""

    def __init__(self, honest: Any, *, room: int) -> None:
        self._honest = honest
        self._room = room

    def put(self, name: str, content: bytes, **choices: Any) -> None:
        if self._room == 0:
            raise OSError(errno.ENOSPC, "No space left on device", name)
        self._room -= 1
        self._honest.put(name, content, **choices)


def test_full_disk_ends_the_run_and_costs_no_card(working: WorkingCity, city: City) -> None:
    cards = _receive(working, 6)
    full = Objects(city.objects.url)
    full._store = _FullDisk(full._store, room=3)  # type: ignore[assignment]  # full on purpose
    with pytest.raises(ObjectStoreError, match="object_store_unavailable"):
        _issue(city, objects=full)
    issued = verify_nothing_half_done(city, cards)
    assert issued <= 3
    assert _issue(city).issued == len(cards) - issued
    verify_each_once(working, city, cards)


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.database)], indirect=True)
def test_database_that_goes_away_ends_the_run_and_costs_no_card(working: WorkingCity, city: City) -> None:
    cards = _receive(working, 8)

    def go_away(done: int, _total: int) -> None:
        if done:
            _shut(working.database, shut=True)

    with pytest.raises(DatabaseUnavailableError, match="database_unavailable"):
        _issue(city, on_progress=go_away)
    _shut(working.database, shut=False)
    issued = verify_nothing_half_done(city, cards)
    assert 0 < issued < len(cards)
    assert _issue(city).issued == len(cards) - issued
    verify_each_once(working, city, cards)


def _shut(database: Database, *, shut: bool) -> None:
    """Throw everybody out of a PostgreSQL database and let nobody in, or let them in again."""
    server = database.url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    name = database.url.database
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {"false" if shut else "true"}'.encode())
        if shut:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
