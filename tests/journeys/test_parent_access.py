"""How parents come in, on the phone: what stands in the way is said, with what to do about it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.city import City, build_city
from tests.journeys.phone import add_authenticator, phone

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[City, dict[str, Any]]:
    return build_city(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def city(built: tuple[City, dict[str, Any]]) -> Iterator[City]:
    with built[0].served():
        yield built[0]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    with phone(tmp_path_factory.mktemp("profile")) as context:
        yield context


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    page = browser.new_page()
    add_authenticator(page)
    yield page
    page.close()


def test_a_wrong_clock_is_recognised(city: City, page: Page) -> None:
    page.goto(f"{city.url}/dang-nhap")
    expect(page.get_by_label("Số định danh cá nhân")).to_be_visible()
    expect(page.get_by_text("Giờ trên máy bị sai")).to_have_count(0)
    page.clock.set_system_time("2020-01-01T00:00:00Z")
    page.reload()
    expect(page.get_by_text("07:00, 01/01/2020")).to_be_visible()
    expect(page.get_by_text("Ngày và giờ")).to_be_visible()
