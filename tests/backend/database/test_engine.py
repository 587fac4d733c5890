import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import exc, insert, select, text

from backend.archive.tables import schools
from backend.database import Database
from backend.database.errors import DatabaseUnavailableError, ValueRefusedError
from backend.errors import AlreadyRunningError

NOON = datetime(2026, 5, 29, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=7)))


def _school(code: str, added_at: datetime = NOON) -> dict[str, object]:
    return {"code": code, "name": "Trường Tiểu học Kim Đồng", "added_at": added_at}


def test_write_is_kept_when_its_block_ends(database: Database) -> None:
    with database.write() as connection:
        connection.execute(insert(schools), _school("79000001"))
    with database.read() as connection:
        assert connection.scalars(select(schools.c.code)).all() == ["79000001"]


def test_write_is_undone_when_its_block_raises(database: Database) -> None:
    with pytest.raises(exc.IntegrityError, match=r"(?i)unique"), database.write() as connection:  # noqa: PT012  # the second insert raises
        connection.execute(insert(schools), _school("79000001"))
        connection.execute(insert(schools), _school("79000001"))
    with database.read() as connection:
        assert connection.scalars(select(schools.c.code)).all() == []


def test_a_light_write_is_kept_and_alone_does_not_wait_for_the_disk(database: Database) -> None:
    asked = "PRAGMA synchronous" if database.is_sqlite else "SHOW synchronous_commit"
    if not database.is_sqlite:  # the tests' own server waits for no disk at all
        with database.write() as connection:
            connection.execute(text(f'ALTER DATABASE "{database.url.database}" SET synchronous_commit TO on'))
        database.close()
    waits = []
    for number, light in enumerate((False, True, False, True, False)):
        with database.write(light=light) as connection:
            connection.execute(insert(schools), _school(f"7900000{number}"))
            waits.append(str(connection.scalar(text(asked))))
    full, normal = ("2", "1") if database.is_sqlite else ("on", "off")
    assert waits == [full, normal, full, normal, full]
    with database.read() as connection:
        assert len(connection.scalars(select(schools.c.code)).all()) == 5


def test_read_cannot_write(database: Database) -> None:
    with database.read() as connection, pytest.raises(exc.DBAPIError, match=r"read-?only"):
        connection.execute(insert(schools), _school("79000001"))


def test_moment_comes_back_aware_and_equal(database: Database) -> None:
    with database.write() as connection:
        connection.execute(insert(schools), _school("79000001"))
    with database.read() as connection:
        kept = connection.scalars(select(schools.c.added_at)).one()
    assert kept == NOON
    assert kept.tzinfo == UTC


def test_naive_moment_is_refused(database: Database) -> None:
    with database.write() as connection, pytest.raises(exc.StatementError, match="time zone"):
        connection.execute(insert(schools), _school("79000001", added_at=NOON.replace(tzinfo=None)))


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.database)], indirect=True)
@pytest.mark.parametrize("code", ["a\x00b", "x" * 5_000])
def test_value_that_postgresql_cannot_keep_is_refused_in_our_words(database: Database, code: str) -> None:
    with pytest.raises(ValueRefusedError) as refused, database.write() as connection:
        connection.execute(insert(schools), _school(code))
    assert code not in str(refused.value)


def test_foreign_keys_are_enforced(database: Database) -> None:
    statement = text(
        "INSERT INTO batches (batch_id, content_sha256, kind, school_code, received_at)"
        " VALUES ('b', 'c', 'list', 'no such school', '2026-05-29 05:00:00')"
    )
    with pytest.raises(exc.IntegrityError, match=r"(?i)foreign key"), database.write() as connection:
        connection.execute(statement)


def test_two_writers_wait_for_each_other(database: Database) -> None:
    def add(code: str) -> None:
        with database.write() as connection:
            connection.execute(select(schools)).all()
            time.sleep(0.05)
            connection.execute(insert(schools), _school(code))

    writers = [threading.Thread(target=add, args=(f"7900000{number}",)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with database.read() as connection:
        assert len(connection.execute(select(schools)).all()) == 4


def test_write_inside_a_write_is_refused_at_once(database: Database) -> None:
    with database.write(), pytest.raises(RuntimeError, match="inside another"), database.write():
        pass
    with database.write() as connection:
        connection.execute(insert(schools), _school("79000001"))


def test_work_is_refused_while_another_process_does_it(database: Database, database_url: str) -> None:
    program = (
        "import sys; from backend.database import Database\n"
        "with Database(sys.argv[1]).only_one('issuing'): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunningError, match="already_running"), database.only_one("issuing"):
            pass
        with database.only_one("publishing"):
            pass
        other.kill()
    _retry_until_free(database)


def _retry_until_free(database: Database) -> None:
    """PostgreSQL notices the death of a client a moment later than the kernel does."""
    deadline = time.monotonic() + 5
    while True:
        try:
            with database.only_one("issuing"):
                return
        except AlreadyRunningError:
            assert time.monotonic() < deadline
            time.sleep(0.02)


@pytest.mark.parametrize("work", [Database.read, Database.write, lambda database: database.only_one("issuing")])
def test_server_that_does_not_answer_is_said_without_its_name(work: Callable[[Database], Any]) -> None:
    database = Database("postgresql://hocba@127.0.0.1:1/city")
    with pytest.raises(DatabaseUnavailableError, match=r"^\('database_unavailable', {}\)$"), work(database):
        pass


@pytest.mark.parametrize("url", ["", "hocba.sqlite", "mysql://hocba@db/city", "postgresql+nothing://db/city"])
def test_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUnavailableError, match="database_url_refused"):
        Database(url)
