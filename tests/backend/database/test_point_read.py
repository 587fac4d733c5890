"""A point read gives what SQLAlchemy gives, on both engines, and no other access than reading."""

import asyncio
import sqlite3
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import asyncpg
import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
    text,
)

from backend.database import Database, PointRead
from backend.database.errors import DatabaseUnavailableError
from backend.database.moment import Moment
from backend.database.sqlite_reader import SqliteReader
from tests.backend.event_loop import fetch, run_beside

_THINGS = Table(
    "things",
    MetaData(),
    Column("thing_id", String(20), primary_key=True),
    Column("kind", String(20)),
    Column("number", Integer),
    Column("is_good", Boolean),
    Column("day", Date),
    Column("at", Moment),
    Column("content", LargeBinary),
)
_READ = PointRead(
    select(*_THINGS.c, (_THINGS.c.number > 5).label("many"))
    .where(_THINGS.c.thing_id == bindparam("thing_id"), _THINGS.c.kind.in_(["a", "b"]))
    .order_by(_THINGS.c.number)
)
_AT = datetime(2026, 5, 31, 8, 0, 0, 250, tzinfo=timezone(timedelta(hours=7)))
_ROWS: list[dict[str, Any]] = [
    {
        "thing_id": "full",
        "kind": "a",
        "number": 7,
        "is_good": True,
        "day": date(2026, 5, 31),
        "at": _AT,
        "content": b"\0",
    },
    {"thing_id": "empty", "kind": "b", "number": None, "is_good": None, "day": None, "at": None, "content": None},
    {"thing_id": "other", "kind": "c", "number": 1, "is_good": False, "day": None, "at": None, "content": None},
]
_CUT_ALL_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()
"""


@pytest.fixture
def things(database: Database) -> Database:
    with database.write() as connection:
        _THINGS.create(connection)
        connection.execute(insert(_THINGS), _ROWS)
    return database


@pytest.mark.parametrize("thing_id", ["full", "empty", "other", "missing"])
def test_a_point_read_gives_what_a_unit_of_work_gives(things: Database, thing_id: str) -> None:
    fetched = fetch(things, _READ, thing_id=thing_id)
    with things.read() as connection:
        assert fetched == _READ.on(connection, thing_id=thing_id)
    assert len(fetched) == (thing_id in {"full", "empty"})


def test_moments_are_in_utc_and_truth_is_no_number(things: Database) -> None:
    ((*_, is_good, day, at, content, many),) = fetch(things, _READ, thing_id="full")
    assert (is_good, day, at, content, many) == (True, date(2026, 5, 31), _AT, b"\0", True)
    assert type(is_good) is bool
    assert at.tzinfo is UTC


def test_each_read_sees_what_was_committed_before(things: Database) -> None:
    async def twice() -> list[int]:
        before = await things.fetch(_READ, thing_id="full")
        with things.write() as connection:
            connection.execute(_THINGS.update().values(kind="c"))
        return [len(before), len(await things.fetch(_READ, thing_id="full"))]

    assert run_beside(things, twice()) == [1, 0]


def test_many_at_once_each_get_their_own(things: Database) -> None:
    async def many() -> list[str]:
        asked = [things.fetch(_READ, thing_id=("full", "empty")[number % 2]) for number in range(200)]
        return [rows[0][0] for rows in await asyncio.gather(*asked)]

    assert run_beside(things, many()) == ["full", "empty"] * 100


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.database)], indirect=True)
def test_a_point_read_cannot_write(things: Database) -> None:
    harmful = PointRead(select(text("nextval('counter')")))
    with things.write() as connection:
        connection.execute(text("CREATE SEQUENCE counter"))
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        fetch(things, harmful)


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.database)], indirect=True)
def test_a_cut_connection_is_replaced(things: Database) -> None:
    async def cut_in_between() -> int:
        await things.fetch(_READ, thing_id="full")
        with things.write() as connection:
            connection.execute(text(_CUT_ALL_OTHERS))
        return len(await things.fetch(_READ, thing_id="full"))

    assert run_beside(things, cut_in_between()) == 1


def test_a_server_that_is_not_there_is_said_to_be_so() -> None:
    database = Database("postgresql://hocba@127.0.0.1:1/city")
    with pytest.raises(DatabaseUnavailableError):
        fetch(database, _READ, thing_id="full")


@pytest.mark.parametrize("database_url", [pytest.param("sqlite", marks=pytest.mark.database)], indirect=True)
def test_a_locked_file_is_waited_for_in_a_thread(things: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_in = []

    def locked(*_: object) -> None:
        asked_in.append(threading.current_thread())
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(SqliteReader, "fetch", locked)
    assert len(fetch(things, _READ, thing_id="full")) == 1
    assert asked_in == [threading.current_thread()]
