"""The parents' own pages: one tap apart, in both languages and themes, in letters twice as large, by keys alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations
from tests.journeys.city import City
from tests.journeys.parents import enrol, log_out
from tests.journeys.phone import add_authenticator, phone

pytestmark = pytest.mark.journey

GOOD_LAYOUT_SHIFT = 0.1
"""What the Core Web Vitals call good; the demo's strip above the header takes most of it."""
WATCH_SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) window.shifted += shift.value;
}).observe({ type: "layout-shift", buffered: true });"""
ROOMS = {
    "Học bạ": "/con",
    "Đã chia sẻ": "/chia-se",
    "Ai đã xem": "/nhat-ky",
    "Yêu cầu": "/yeu-cau",
    "Tài khoản": "/tai-khoan",
}


@pytest.fixture(scope="module")
def parent(city: City, built: tuple[City, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A parent's phone, enrolled."""
    with phone(tmp_path_factory.mktemp("profile")) as context:
        page = context.new_page()
        add_authenticator(page)
        enrol(city, page, built[1]["parents"][0])
        yield page


@pytest.fixture
def page(city: City, parent: Page) -> Page:
    """The list of children, as on a device where nothing was chosen yet."""
    parent.evaluate("localStorage.clear()")
    parent.goto(f"{city.url}/con")
    expect(parent.locator("a.card-link").first).to_be_visible()
    return parent


def rooms(page: Page) -> list[str]:
    """Addresses of all rooms, a card's included."""
    card = page.locator("a.card-link").first.get_attribute("href")
    assert card is not None
    return [*ROOMS.values(), card, "/chia-se/moi"]


def test_every_room_is_a_tap_from_every_other(city: City, page: Page) -> None:
    bar = page.get_by_role("navigation", name="Các trang của phụ huynh")
    for name, path in ROOMS.items():
        bar.get_by_role("link", name=name, exact=True).click()
        expect(page).to_have_url(city.url + path)
        expect(bar.locator("[aria-current=page]")).to_have_text(name)
        for link in bar.get_by_role("link").all():
            box = link.bounding_box()
            assert box is not None
            assert box["height"] >= 44
            assert box["y"] + box["height"] <= 740
    page.goto(city.url)
    expect(page.get_by_role("link", name="Phụ huynh")).to_be_visible()
    expect(bar).to_have_count(0)


def test_two_taps_lead_to_the_card(city: City, page: Page) -> None:
    page.goto(city.url)
    page.locator("a.door", has_text="Phụ huynh").click()
    page.locator("a.card-link").first.click()
    expect(page.locator("table").first).to_be_visible()


def test_nothing_jumps_while_a_room_loads(city: City, page: Page) -> None:
    paths = rooms(page)
    page.add_init_script(WATCH_SHIFTS)
    for path in paths:
        page.goto(city.url + path)
        expect(page.get_by_role("navigation", name="Các trang của phụ huynh")).to_be_visible()
        expect(page.get_by_text("Đang tải")).to_have_count(0)
        assert page.evaluate("window.shifted") <= GOOD_LAYOUT_SHIFT, path


def test_letters_twice_as_large_fit_every_room(city: City, page: Page) -> None:
    paths = rooms(page)
    page.evaluate("localStorage.display = 'light largest'")
    for path in paths:
        page.goto(city.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text("Đang tải")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        wider = "[...document.querySelectorAll('.marks, .overall')].filter((box) => box.scrollWidth > box.clientWidth)"
        assert page.evaluate(f"{wider}.length") == 0, path


def test_letters_are_chosen_in_any_room(city: City, page: Page) -> None:
    for path in rooms(page):
        page.goto(city.url + path)
        expect(page.get_by_text("Đang tải")).to_have_count(0)
        page.get_by_role("button", name="Cỡ chữ và nền").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Gấp đôi")).to_be_visible()
        assert dialog.evaluate("box => box.scrollWidth <= box.clientWidth"), path
        page.get_by_role("button", name="Xong").click()


def test_words_of_the_bar_keep_to_one_line(city: City, page: Page) -> None:
    links = page.get_by_role("navigation", name="Các trang của phụ huynh").get_by_role("link")
    for path in ROOMS.values():
        page.goto(city.url + path)
        expect(links).to_have_count(len(ROOMS))
        assert len({round(box["height"]) for link in links.all() if (box := link.bounding_box())}) == 1, path


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_room_keeps_anybody_out(city: City, page: Page, theme: str, language: str) -> None:
    paths = rooms(page)
    page.evaluate("([l, t]) => { localStorage.language = l; localStorage.display = `${t} usual`; }", [language, theme])
    for path in paths:
        page.goto(city.url + path)
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text("Đang tải" if language == "vi" else "Loading")).to_have_count(0)
        assert violations(page) == [], path


def test_keys_alone_log_in_and_open_a_card(city: City, page: Page) -> None:
    log_out(page)
    page.goto(f"{city.url}/dang-nhap")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    tab_to(page, "button", "Mở bằng khóa trên máy này")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{city.url}/con")
    expect(page.locator("a.card-link").first).to_be_visible()
    while not page.evaluate("document.activeElement.classList.contains('card-link')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("table").first).to_be_visible()
    tab_to(page, "link", "Tài khoản")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{city.url}/tai-khoan")
    tab_to(page, "button", "Thêm khóa trên máy này")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("alert")).to_contain_text("Chưa có gì thay đổi")


def tab_to(page: Page, role: Any, name: str) -> None:  # Playwright's own list of roles
    """Press Tab until the thing has the focus, at most a hundred times."""
    wanted = page.get_by_role(role, name=name, exact=True)
    expect(wanted).to_be_visible()
    for _ in range(100):
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(name)


def test_a_parent_reads_and_logs_in_in_english(city: City, page: Page) -> None:
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Log out").click()
    page.locator("a.door", has_text="Parents").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.get_by_role("button", name="Open the report cards").click()
    expect(page.get_by_text("exactly 12 digits")).to_be_visible()
    page.get_by_role("button", name="Open with this device's passkey").click()
    expect(page).to_have_url(f"{city.url}/con")
    page.get_by_role("navigation", name="Pages for parents").get_by_role("link", name="Account").click()
    expect(page.get_by_role("heading", name="Devices logged in")).to_be_visible()
