"""A code's verdict and its three lines with the network off: the page's own check, in a browser, on the vectors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.phone import ARGUMENTS, CHROMIUM, PHONE
from tests.journeys.stand_in import World, read_vector, served_world, set_clock
from tests.vectors import city
from verifier.status import status_subject

pytestmark = pytest.mark.journey

MARKS = {"✓": "yes", "✗": "no", "?": "unknown"}
READY = "Dùng được khi không có mạng"


@dataclass(frozen=True)
class Case:
    """A vector, how long after its moment the card is checked, and what the page has to say."""

    vector: str
    verdict: str
    lines: tuple[str, str, str]
    """Intact? Issuer? In force?"""
    says: str
    later: timedelta = timedelta(0)
    without_lists: bool = False


CASES = {
    "fresh lists": Case("genuine_lower_secondary", "genuine", ("yes", "yes", "yes"), "cập nhật 2 giờ trước"),
    "lists three hours old": Case(
        "genuine_primary", "genuine", ("yes", "yes", "yes"), "cập nhật 3 giờ trước", later=timedelta(hours=1)
    ),
    "lists a day old": Case(
        "genuine_upper_secondary",
        "undetermined",
        ("yes", "yes", "unknown"),
        "Danh sách thu hồi đã cũ",
        later=timedelta(hours=23),
    ),
    "no lists": Case(
        "genuine_primary",
        "undetermined",
        ("unknown", "unknown", "unknown"),
        "Chưa có danh sách tin cậy",
        without_lists=True,
    ),
    "no status list": Case(
        "undetermined_no_status_list", "undetermined", ("yes", "yes", "unknown"), "Chưa có danh sách thu hồi"
    ),
    "revoked": Case("revoked", "revoked", ("yes", "yes", "no"), "đã bị thu hồi"),
    "superseded": Case("superseded", "superseded", ("yes", "yes", "no"), "đã được thay"),
    "revoked, by a list a day old": Case(
        "revoked", "revoked", ("yes", "yes", "no"), "đã bị thu hồi", later=timedelta(hours=23)
    ),
    "key expired, sealed before": Case(
        "genuine_key_ended_after_issue", "genuine", ("yes", "yes", "yes"), "Không có trong danh sách"
    ),
    "key expired, sealed after": Case(
        "untrusted_key_ended_before_issue", "untrusted", ("unknown", "no", "unknown"), "đã hết hiệu lực vào thời điểm"
    ),
    "key withdrawn since": Case(
        "undetermined_key_withdrawn_since", "undetermined", ("yes", "unknown", "yes"), "về sau đã bị thu hồi"
    ),
    "key withdrawn before": Case(
        "untrusted_key_withdrawn_before_issue", "untrusted", ("unknown", "no", "unknown"), "đã bị thu hồi vào thời điểm"
    ),
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with served_world() as world:
        yield world


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A new visitor's phone: nothing is kept on it yet."""
    context = chromium.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, is_mobile=True, has_touch=True, locale="vi-VN"
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_verdict_and_three_lines_are_right_with_the_network_off(case: Case, world: World, page: Page) -> None:
    vector = read_vector(case.vector)
    visit_once(world, page, vector, without_lists=case.without_lists)
    go_offline(world, page)
    page.clock.set_fixed_time(datetime.fromisoformat(vector["now"]) + case.later)

    page.goto(f"{world.url}/v")
    check_text(page, vector["text"])

    view = page.locator(".verdict-view")
    expect(view.locator(".verdict")).to_have_class(f"verdict {case.verdict}")
    assert three_lines(page) == case.lines
    expect(view).to_contain_text(case.says)
    expect(view).to_contain_text("Kiểm tra không cần mạng")
    shown = None if case.without_lists else vector["expected"]["transcript"]
    if shown is None:
        expect(view).to_contain_text("Không hiện nội dung nào")
        expect(view.locator(".record")).to_have_count(0)
    else:
        expect(view.locator(".verdict")).to_contain_text(shown["name"])


def test_a_server_that_goes_back_to_an_older_list_does_not_bring_a_card_back(world: World, page: Page) -> None:
    revoked = read_vector("revoked")
    visit_once(world, page, revoked)
    earlier = city.header(status_subject(city.SCHOOL_YEAR), lifetime=timedelta(hours=24), sequence=6)
    world.lists[status_subject(city.SCHOOL_YEAR)] = city.status_list(head=earlier)

    page.goto(f"{world.url}/v")
    check_text(page, revoked["text"])
    expect(page.locator(".verdict")).to_have_class("verdict revoked")


def visit_once(world: World, page: Page, vector: dict[str, Any], *, without_lists: bool = False) -> None:
    """Open the page with the network on, until it says that it works without."""
    world.silent = False
    world.become(vector)
    if without_lists:
        world.lists = {}
    set_clock(page, vector)
    page.goto(f"{world.url}/v")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    if not without_lists and vector["status_list"] is not None:
        expect(page.get_by_text(READY)).to_be_visible()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.goto("about:blank")


def go_offline(world: World, page: Page) -> None:
    """Neither the browser has a network, nor is there a server."""
    world.silent = True
    page.context.set_offline(True)


def check_text(page: Page, text: str) -> None:
    """Paste what the code says, as a clerk with a desktop reader does."""
    page.get_by_text("Dán đường dẫn hoặc dãy số").click()
    page.get_by_label("Đường dẫn trong mã QR").fill(text)
    page.get_by_role("button", name="Kiểm tra", exact=True).click()


def three_lines(page: Page) -> tuple[str, ...]:
    """Answers by the shapes in front of the lines."""
    return tuple(MARKS[mark.strip()] for mark in page.locator(".line-mark").all_inner_texts())
