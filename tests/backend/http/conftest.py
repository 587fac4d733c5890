from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.database import Database
from tests.backend.http.browser import MOTHER, Browser, ServedCity, visiting
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import small_city


@pytest.fixture
def served(database: Database, tmp_path: Path) -> Iterator[ServedCity]:
    working = WorkingCity(small_city(), database, tmp_path / "data")
    working.open()
    served = ServedCity(working, shell=tmp_path / "dist")
    yield served
    served.close()


@pytest.fixture
def browser(served: ServedCity) -> Iterator[Browser]:
    """A browser with no session."""
    with visiting(served.app()) as visitor:
        yield visitor


@pytest.fixture
def mother(served: ServedCity, browser: Browser) -> Browser:
    """The mother's browser, enrolled and logged in."""
    code = served.activation_code(served.ngoc.guardian_ids[0])
    assert browser.enrol(code, MOTHER.personal_code).status_code == 201
    return browser
