"""How parents come in, on the phone: what stands in the way is said, with what to do about it."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.axe import violations
from tests.journeys.city import City, build_city
from tests.journeys.parents import enrol, log_out
from tests.journeys.phone import Authenticator, Phones, add_authenticator, phones

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[City, dict[str, Any]]:
    return build_city(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def city(built: tuple[City, dict[str, Any]]) -> Iterator[City]:
    with built[0].served():
        yield built[0]


@pytest.fixture(scope="module")
def pocket() -> Iterator[Phones]:
    """All phones of these tests."""
    with phones() as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(pocket: Phones, tmp_path_factory: pytest.TempPathFactory) -> BrowserContext:
    return pocket.open(tmp_path_factory.mktemp("profile"))


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    page = browser.new_page()
    add_authenticator(page)
    yield page
    page.close()


@pytest.fixture(scope="module")
def enrolled(
    city: City, built: tuple[City, dict[str, Any]], pocket: Phones, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Page, Authenticator]:
    """A phone that holds its owner's passkey and offers it by itself; logged out."""
    page = pocket.open(tmp_path_factory.mktemp("enrolled"), offers_passkeys=True).new_page()
    authenticator = add_authenticator(page)
    enrol(city, page, built[1]["parents"][0])
    log_out(page)
    return page, authenticator


def test_a_wrong_clock_is_recognised(city: City, page: Page) -> None:
    page.goto(f"{city.url}/dang-nhap")
    expect(page.get_by_label("Số định danh cá nhân")).to_be_visible()
    expect(page.get_by_text("Giờ trên máy bị sai")).to_have_count(0)
    page.clock.set_system_time("2020-01-01T00:00:00Z")
    page.reload()
    expect(page.get_by_text("07:00, 01/01/2020")).to_be_visible()
    expect(page.get_by_text("Ngày và giờ")).to_be_visible()


def test_the_browser_offers_the_passkey_and_nothing_is_typed(city: City, enrolled: tuple[Page, Authenticator]) -> None:
    page, authenticator = enrolled
    used = authenticator.uses()
    page.goto(f"{city.url}/dang-nhap")
    expect(page).to_have_url(f"{city.url}/con")  # the virtual authenticator chooses what the browser offers
    assert authenticator.uses() == used + 1
    log_out(page)


def test_one_tap_opens_with_the_passkey_alone(city: City, enrolled: tuple[Page, Authenticator]) -> None:
    page, authenticator = enrolled
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false;")
    page.goto(f"{city.url}/dang-nhap")
    button = page.get_by_role("button", name="Mở bằng khóa trên máy này")
    authenticator.refuse(True)
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa mở được khóa")
    assert violations(page) == []
    authenticator.refuse(False)
    button.click()
    expect(page).to_have_url(f"{city.url}/con")
    log_out(page)


def test_a_phone_without_a_passkey_is_told_what_to_do(city: City, page: Page) -> None:
    page.goto(f"{city.url}/dang-nhap")
    page.get_by_role("button", name="Mở bằng khóa trên máy này").click()
    expect(page.get_by_role("alert")).to_contain_text("xin nhà trường thư kích hoạt mới")
    page.get_by_role("link", name="Xem cách làm").click()
    expect(page.get_by_role("heading", name="Mất điện thoại, đổi điện thoại")).to_be_in_viewport()


def test_a_passkey_that_the_city_does_not_know_is_refused_with_a_reason(
    city: City, enrolled: tuple[Page, Authenticator], pocket: Phones, tmp_path: Path
) -> None:
    page = pocket.open(tmp_path, offers_passkeys=True).new_page()
    unknown = {**enrolled[1].passkeys()[0], "credentialId": b64encode(bytes(32)).decode()}
    add_authenticator(page).hold(unknown)
    page.goto(f"{city.url}/dang-nhap")
    expect(page.get_by_role("alert")).to_contain_text("Chưa đăng nhập được")
    expect(page).to_have_url(f"{city.url}/dang-nhap")
