"""Cards that a parent has opened stay readable without a network, sealed, and for as long as the session only."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.journeys.city import City
from tests.journeys.parents import enrol, log_in, log_out
from tests.journeys.phone import add_authenticator, phone

pytestmark = pytest.mark.journey

KEPT = """async () => {
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open("hocba-readings");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const shelf = database.transaction("readings").objectStore("readings");
  const all = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const [names, things] = [await all(shelf.getAllKeys()), await all(shelf.getAll())];
  database.close();
  const text = (thing) => (thing?.bytes ? new TextDecoder().decode(thing.bytes) : JSON.stringify(thing));
  return names.map((name, index) => [name, text(things[index])]);
}"""
"""Everything that lies in the browser's database of readings, as text."""

CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
}"""
"""Addresses in the storage that all pages of the app share."""


@pytest.fixture(scope="module")
def parent(built: tuple[City, dict[str, Any]]) -> dict[str, Any]:
    shown: dict[str, Any] = built[1]["parents"][0]
    return shown


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    with phone(tmp_path_factory.mktemp("profile")) as context:
        yield context


@pytest.fixture(scope="module")
def enrolled(city: City, browser: BrowserContext, parent: dict[str, Any]) -> Page:
    """A phone with a passkey, and with the app's shell kept by the service worker."""
    page = browser.new_page()
    add_authenticator(page)
    enrol(city, page, parent)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    log_out(page)
    return page


@pytest.fixture
def page(city: City, browser: BrowserContext, enrolled: Page, parent: dict[str, Any]) -> Iterator[Page]:
    """A parent who has just opened the first card of the list, and whose network has gone."""
    log_in(city, enrolled, parent)
    enrolled.locator("a.card-link").first.click()
    expect(enrolled.locator("table").first).to_be_visible()
    browser.set_offline(True)
    yield enrolled
    browser.set_offline(False)


def test_an_opened_card_is_read_without_a_network(city: City, page: Page, parent: dict[str, Any]) -> None:
    page.reload()
    expect(page.locator("table").first).to_be_visible()
    expect(page.get_by_role("note").filter(has_text="bản lưu trên máy")).to_contain_text("Không có mạng")
    page.get_by_role("link", name="Tải PDF").click()
    expect(page.get_by_role("alert")).to_contain_text("Không có mạng")

    page.goto(f"{city.url}/con")
    for child in parent["children"]:
        expect(page.get_by_role("heading", name=child)).to_be_visible()
    expect(page.get_by_text("bản lưu trên máy")).to_be_visible()


def test_a_card_that_is_at_hand_is_not_sent_again(page: Page, browser: BrowserContext) -> None:
    card = page.url
    browser.set_offline(False)
    with page.expect_response(lambda answer: "/api/cards/" in answer.url) as answer:
        page.goto(card)
    assert answer.value.status == 304
    expect(page.locator("table").first).to_be_visible()
    expect(page.get_by_text("bản lưu trên máy")).to_have_count(0)


def test_what_was_just_read_is_shown_until_the_server_says_that_it_may_not_be(
    page: Page, browser: BrowserContext
) -> None:
    card = page.url
    browser.set_offline(False)
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route("**/api/cards/*", hold)
    with page.expect_request("**/api/cards/*"):
        page.goto(card)
    expect(page.locator("table").first).to_be_visible()
    asked[0].fulfill(status=404, content_type="application/problem+json", json={"code": "card_unknown", "status": 404})
    expect(page.locator("table")).to_have_count(0)
    expect(page.get_by_role("alert")).to_be_visible()
    assert sum(name.startswith("reading:") for name, _ in page.evaluate(KEPT)) == 1  # the list
    page.unroute("**/api/cards/*")


def test_a_card_that_was_not_opened_is_not_there(page: Page, city: City) -> None:
    page.goto(f"{city.url}/con")
    page.locator("a.card-link").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Không có mạng")
    expect(page.locator("table")).to_have_count(0)


def test_the_copy_is_sealed_and_never_in_the_shared_cache(page: Page, parent: dict[str, Any]) -> None:
    kept = page.evaluate(KEPT)
    lying = " ".join(text for thing in kept for text in thing)
    assert {name.split(":")[0] for name, _ in kept} == {"session", "seen", "reading"}
    assert sum(name.startswith("reading:") for name, _ in kept) == 2  # the list and one card
    assert parent["children"][0] not in lying
    assert page.url.rsplit("/", 1)[1] not in lying
    assert not [path for path in page.evaluate(CACHED) if path.startswith("/api/")]


def test_logging_out_takes_the_copy_away_even_without_a_network(city: City, page: Page) -> None:
    card = page.url
    page.goto(f"{city.url}/con")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("alert")).to_contain_text("Không có mạng")
    assert page.evaluate(KEPT) == []
    page.goto(card)
    expect(page.get_by_role("alert")).to_contain_text("Không có mạng")
    expect(page.locator("table")).to_have_count(0)


def test_a_session_that_is_over_takes_the_copy_away(city: City, page: Page, browser: BrowserContext) -> None:
    browser.clear_cookies()
    browser.set_offline(False)
    page.goto(f"{city.url}/con")
    expect(page).to_have_url(f"{city.url}/dang-nhap")
    assert page.evaluate(KEPT) == []


def test_the_copy_goes_when_the_end_of_the_session_has_passed(city: City, page: Page, browser: BrowserContext) -> None:
    later = browser.new_page()
    later.clock.install()
    later.goto(f"{city.url}/con")
    expect(later.get_by_text("bản lưu trên máy")).to_be_visible()
    later.clock.fast_forward("12:00:01")
    later.reload()
    at_login = later.get_by_role("heading", name="Đăng nhập")  # The page itself may have found out before it was left.
    expect(later.get_by_role("alert").or_(at_login)).to_be_visible()
    assert later.evaluate(KEPT) == []
    later.close()
    assert page.evaluate(KEPT) == []
