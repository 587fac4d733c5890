"""What most journeys begin with: a demo city of their own, and phones. A test that walks through one changes it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.city import City, build_city
from tests.journeys.phone import Phones, phones


@pytest.fixture(scope="session")
def first_city(tmp_path_factory: pytest.TempPathFactory) -> tuple[City, dict[str, Any]]:
    """What every city is a copy of, for to build one takes longer than most walks through it; never served."""
    return build_city(tmp_path_factory.mktemp("first_city"))


@pytest.fixture(scope="module")
def built(
    first_city: tuple[City, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[City, dict[str, Any]]:
    """A city that is not served yet, and what ``hocba demo`` printed of it."""
    city, summary = first_city
    return city.copied_to(tmp_path_factory.mktemp("city") / "data"), summary


@pytest.fixture(scope="module")
def city(built: tuple[City, dict[str, Any]]) -> Iterator[City]:
    """The city, served."""
    with built[0].served():
        yield built[0]


@pytest.fixture(scope="module")
def pocket() -> Iterator[Phones]:
    """All phones of a file's tests: Playwright may be started only once at a time."""
    with phones() as opened:
        yield opened
