"""Fixtures for everyone: a migrated, empty database on SQLite and on real PostgreSQL."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from backend.database import Database, upgrade_to_head
from tests.postgresql_cluster import postgresql_cluster


class PostgresqlTemplate(NamedTuple):
    """A running server with one migrated database to copy from."""

    server_url: str
    template: str


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    database = Database(f"sqlite:///{path}")
    with closing(database):
        upgrade_to_head(database)
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """URL of a private PostgreSQL server's maintenance database."""
    with postgresql_cluster() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> PostgresqlTemplate:
    """A migrated PostgreSQL database to copy from."""
    _administer(postgresql_server, "CREATE DATABASE template_hocba")
    database = Database(postgresql_server.replace("/postgres?", "/template_hocba?"))
    with closing(database):
        upgrade_to_head(database)
    return PostgresqlTemplate(postgresql_server, "template_hocba")


@pytest.fixture(
    params=[pytest.param(engine, marks=pytest.mark.database) for engine in ("sqlite", "postgresql")],
)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a migrated, empty database of the test's own, for tests that start processes."""
    if request.param == "sqlite":
        path = tmp_path / "hocba.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template: PostgresqlTemplate = request.getfixturevalue("postgresql_template")
    name = f"test_{uuid.uuid4().hex}"
    _administer(template.server_url, f"CREATE DATABASE {name} TEMPLATE {template.template}")
    yield template.server_url.replace("/postgres?", f"/{name}?")
    _administer(template.server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database; the test runs once on each engine."""
    opened = Database(database_url)
    yield opened
    opened.close()


def _administer(server_url: str, statement: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement.encode())
