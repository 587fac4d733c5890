"""Every page of the demo city with something on it, and the sessions with which they are read.

A parent of two children and one of each kind of staff enrol in a phone-sized Chromium with a virtual authenticator;
the parent opens a card, shares it and asks for a correction, so that no page is an empty list.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct
from playwright.sync_api import Page as Browser
from playwright.sync_api import expect

from tests.journeys.city import City, build_city
from tests.journeys.family import fill_share, made_link
from tests.journeys.paper import print_pages, read_by_zxing
from tests.journeys.parents import enrol
from tests.journeys.phone import add_authenticator, phone


class Page(Struct, frozen=True):
    """One page, as one kind of reader opens it."""

    url: str
    cookies: tuple[str, ...] = ()
    """Of whoever is logged in, as ``name=value``."""

    @property
    def is_public(self) -> bool:
        """Whether it shows what it has to everybody: only such a page wants to be found by a search engine."""
        return not self.cookies


@contextmanager
def demo_pages() -> Iterator[dict[str, Page]]:
    """Serve a demo city until the block ends: its pages by name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        city, summary = build_city(folder)
        with city.served():
            with phone(folder / "profile") as context:
                browser = context.new_page()
                add_authenticator(browser)
                pages = {
                    **_open_to_all(city, summary),
                    **_of_a_parent(city, browser, summary["parents"][0], folder),
                    **_of_the_staff(city, browser, summary["staff"]),
                }
            yield pages


def _open_to_all(city: City, summary: dict[str, Any]) -> dict[str, Page]:
    unused = summary["parents"][1]["activation_code"]
    paths = {path: path for path in ("/", "/v", "/tro-giup", "/dang-nhap", "/truong/dang-nhap")}
    return {name: Page(city.url + path) for name, path in (paths | {"/kich-hoat": f"/kich-hoat#{unused}"}).items()}


def _of_a_parent(city: City, browser: Browser, parent: dict[str, Any], folder: Path) -> dict[str, Page]:
    enrol(city, browser, parent)
    browser.locator("a.card-link").first.click()
    expect(browser.locator("table").first).to_be_visible()
    card = browser.url
    with browser.expect_download() as download:
        browser.get_by_role("link", name="Tải PDF").click()
    download.value.save_as(folder / "card.pdf")
    (code,) = read_by_zxing(print_pages(folder / "card.pdf", folder))
    browser.get_by_role("link", name="Chia sẻ", exact=True).click()
    fill_share(browser, receiver="Trường THCS Sao Mai")
    browser.get_by_role("button", name="Tạo liên kết").click()
    link = made_link(browser, "Đã tạo liên kết")
    _ask_for_correction(city, browser, card)

    cookies = _cookies(browser)
    paths = ("/con", "/chia-se", "/chia-se/moi", "/nhat-ky", "/yeu-cau", "/tai-khoan")
    return {
        "/v#…": Page(code),
        "/x#…": Page(link),
        **{path: Page(city.url + path, cookies) for path in paths},
        "/hoc-ba/…": Page(card, cookies),
    }


def _ask_for_correction(city: City, browser: Browser, card: str) -> None:
    browser.goto(f"{city.url}/yeu-cau?hoc-ba={card.rpartition('/')[2]}")
    browser.get_by_label("Nội dung").fill("Học bạ ghi 7,2; bài kiểm tra của con được 9.")
    browser.get_by_role("button", name="Gửi cho nhà trường").click()
    expect(browser.get_by_role("button", name="Rút lại yêu cầu")).to_be_visible()


def _of_the_staff(city: City, browser: Browser, letters: list[dict[str, Any]]) -> dict[str, Page]:
    """A class teacher with a list to sign, and the clerk who names the staff."""
    by_role = {letter["role"]: letter for letter in reversed(letters)}
    cookies = _enrol_at_work(city, browser, by_role["homeroom_teacher"])
    signing = browser.locator("a.card-link").first
    signing.click()
    listed = browser.locator(".card-row-link").first
    expect(listed).to_be_visible()
    pages = {
        "/truong": Page(f"{city.url}/truong", cookies),
        "/truong/ky/…": Page(browser.url, cookies),
        "/truong/ky/…/…": Page(city.url + str(listed.get_attribute("href")), cookies),
    }
    cookies = _enrol_at_work(city, browser, by_role["clerk"])
    browser.get_by_role("link", name="Đội ngũ").click()
    expect(browser.get_by_label("Họ và tên")).to_be_visible()
    return pages | {"/truong/can-bo/…": Page(browser.url, cookies)}


def _enrol_at_work(city: City, browser: Browser, letter: dict[str, Any]) -> tuple[str, ...]:
    browser.context.clear_cookies()
    browser.goto("about:blank")
    browser.goto(f"{city.url}/truong/kich-hoat#{letter['activation_code']}")
    browser.get_by_label("Số định danh cá nhân").fill(letter["personal_code"])
    browser.get_by_role("button", name="Tiếp tục").click()
    browser.get_by_role("button", name="Tạo khóa").click()
    expect(browser.get_by_text(f"Chào {letter['name']}")).to_be_visible()
    return _cookies(browser)


def _cookies(browser: Browser) -> tuple[str, ...]:
    return tuple(f"{cookie['name']}={cookie['value']}" for cookie in browser.context.cookies())
