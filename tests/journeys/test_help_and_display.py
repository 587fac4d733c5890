"""Large letters, light and dark, two languages, and a page that answers what parents ask."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.axe import violations
from tests.journeys.city import City
from tests.journeys.phone import phone

pytestmark = pytest.mark.journey

PUBLIC_PAGES = ("/", "/kich-hoat", "/dang-nhap", "/tro-giup", "/v")
DARK_PAPER = "rgb(23, 20, 31)"
LIGHT_PAPER = "rgb(250, 246, 239)"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    with phone(tmp_path_factory.mktemp("profile")) as context:
        yield context


@pytest.fixture
def page(city: City, browser: BrowserContext) -> Iterator[Page]:
    """The first page, as on a device where nothing was chosen yet."""
    page = browser.new_page()
    page.goto(city.url)
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    yield page
    page.close()


def paper_of(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def choose(page: Page, *options: str) -> None:
    page.get_by_role("button", name="Cỡ chữ và nền").click()
    for option in options:
        page.get_by_role("dialog").get_by_label(option, exact=True).check()
    page.get_by_role("button", name="Xong").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_theme_that_was_chosen_goes_before_the_system_and_stays(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    assert paper_of(page) == LIGHT_PAPER
    choose(page, "Tối")
    assert paper_of(page) == DARK_PAPER
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert paper_of(page) == DARK_PAPER
    page.emulate_media(color_scheme="dark")
    choose(page, "Sáng")
    assert paper_of(page) == LIGHT_PAPER
    choose(page, "Theo máy")
    assert paper_of(page) == DARK_PAPER


def test_paper_is_printed_light(page: Page) -> None:
    choose(page, "Tối")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_letters_twice_as_large_fit_every_page(city: City, page: Page) -> None:
    usual = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    choose(page, "Gấp đôi")
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == pytest.approx(2 * usual)
    for path in PUBLIC_PAGES:
        page.goto(city.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    page.get_by_role("button", name="Cỡ chữ và nền").click()
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_keeps_anybody_out(city: City, page: Page, theme: str, language: str) -> None:
    page.evaluate("([l, t]) => { localStorage.language = l; localStorage.display = `${t} usual`; }", [language, theme])
    for path in PUBLIC_PAGES:
        page.goto(city.url + path)
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert violations(page) == [], path
    page.locator(".header-button.display").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_help_is_a_tap_away_and_its_links_name_an_answer(city: City, page: Page) -> None:
    page.get_by_role("contentinfo").get_by_role("link", name="Trợ giúp").click()
    expect(page).to_have_url(f"{city.url}/tro-giup")
    page.get_by_role("navigation").get_by_role("link", name="Mất điện thoại").click()
    expect(page.get_by_role("heading", name="Mất điện thoại")).to_be_in_viewport()
    page.goto(city.url)
    page.goto(f"{city.url}/tro-giup#phi")
    expect(page.get_by_role("heading", name="Có mất phí không?")).to_be_in_viewport()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Does it cost anything?")).to_be_visible()


def test_every_link_of_the_help_leads_somewhere(city: City, page: Page) -> None:
    page.goto(f"{city.url}/tro-giup")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    links = page.locator("article a").evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
    answers = page.locator("article h2").evaluate_all("(headings) => headings.map((heading) => `#${heading.id}`)")
    assert {link for link in links if link.startswith("#")} == set(answers)
    for link in {link for link in links if link.startswith("/")}:
        page.goto(city.url + link)
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Không có trang này")


def test_the_page_can_be_put_on_the_home_screen_in_either_language(page: Page) -> None:
    assert page.evaluate(MANIFEST) == {"name": "Học bạ số", "lang": "vi", "display": "standalone", "icons": [True] * 4}
    page.get_by_role("button", name="English").click()
    expect(page.locator("link[rel=manifest]")).to_have_attribute("href", "/manifest.en.webmanifest")
    assert page.evaluate(MANIFEST)["name"] == "Digital report cards"
    cdp = page.context.new_cdp_session(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    errors = cdp.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []


MANIFEST = """async () => {
  const manifest = await (await fetch(document.querySelector("link[rel=manifest]").href)).json();
  const icons = await Promise.all(manifest.icons.map(async (icon) => (await fetch(icon.src)).ok));
  return { name: manifest.name, lang: manifest.lang, display: manifest.display, icons };
}"""
"""What an installer would read, and whether its pictures are there."""


def test_keys_alone_are_enough_to_choose(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Tới nội dung chính")).to_be_focused()
    button = page.get_by_role("button", name="Cỡ chữ và nền")
    while not button.evaluate("(button) => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Lớn", exact=True)).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()
    assert page.evaluate("document.documentElement.dataset.text") == "large"
