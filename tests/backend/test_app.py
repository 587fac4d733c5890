import logging
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import func, select

from backend.access.log_in import begin_login
from backend.access.tables import PARENT_TABLES, attempts
from backend.app import create_app
from backend.archive.store import find_newest_list
from backend.database import Database
from backend.settings import SettingsError
from tests.backend.http.browser import ServedCity, visiting
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, small_city


@pytest.fixture
def served(sqlite_template: Path, tmp_path: Path) -> Iterator[ServedCity]:
    path = tmp_path / "hocba.sqlite"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    working = WorkingCity(small_city(), database, tmp_path / "data")
    working.open()
    served = ServedCity(working, shell=tmp_path / "dist")
    yield served
    served.close()
    database.close()


def test_without_fit_settings_nothing_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOCBA_MODE", "HOCBA_SECRET", "HOCBA_PUBLIC_URL", "HOCBA_TRUST_ANCHOR"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match="settings_refused"):
        create_app()


def test_a_database_that_does_not_answer_keeps_nothing_from_starting(
    served: ServedCity, caplog: pytest.LogCaptureFixture
) -> None:
    settings = structs.replace(served.settings, database_url="postgresql://nobody@127.0.0.1:1/none")
    with visiting(create_app(settings, shell_folder=served.shell)) as browser:
        assert browser.get("/api/me").status_code == 401
        answer = browser.client.get("/api/openapi.json")
        assert answer.status_code == 200
    assert "127.0.0.1" not in caplog.text
    assert any("_refresh_lists" in record.getMessage() for record in caplog.records if record.levelno == logging.ERROR)


def test_while_it_runs_it_forgets_what_has_ended_and_keeps_lists_fresh(served: ServedCity) -> None:
    begin_login(served.access, claimed_personal_code="999185000001", address="", now=NOW)
    old = served.working.publisher.current_list("school-registry", NOW).sequence
    served.clock.now += timedelta(days=1)
    with visiting(served.app()) as browser:
        assert browser.get("/api/configuration").status_code == 200
        deadline = time.monotonic() + 10
        while _rows(served) and time.monotonic() < deadline:
            time.sleep(0.02)
    assert _rows(served) == 0
    with served.working.database.read() as connection:
        newest = find_newest_list(connection, "school-registry")
    assert newest is not None
    assert newest.sequence == int(served.clock.now.timestamp()) > old


def _rows(served: ServedCity) -> int:
    with served.working.database.read() as connection:
        return sum(
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (attempts, PARENT_TABLES.ceremonies)
        )
