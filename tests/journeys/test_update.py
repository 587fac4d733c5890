"""A new build is used when the reader says so, never in the middle of reading."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.phone import phone
from tests.journeys.stand_in import read_vector, served_world

pytestmark = pytest.mark.journey

LOOK_FOR_UPDATE = "navigator.serviceWorker.getRegistration().then((registration) => registration.update())"


def is_untouched(page: Page) -> bool:
    """Whether the page is still the one that was marked; a page that has started again has forgotten."""
    return bool(page.evaluate("window.marked === true"))


def test_a_new_build_waits_until_the_reader_agrees(tmp_path: Path) -> None:
    with served_world() as world, phone(tmp_path) as context:
        world.become(read_vector("genuine_primary"))
        page = context.new_page()
        page.goto(world.url)
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        page.evaluate("window.marked = true")
        banner = page.get_by_role("status").filter(has_text="Đã có bản mới")

        page.evaluate(LOOK_FOR_UPDATE)
        expect(banner).to_have_count(0)

        world.next_build = b"\n// the next build"
        page.evaluate(LOOK_FOR_UPDATE)
        expect(banner).to_be_visible()
        banner.get_by_role("button", name="Để sau").click()
        expect(banner).to_have_count(0)
        assert is_untouched(page)

        page.reload()
        expect(banner).to_be_visible()
        page.evaluate("window.marked = true")
        banner.get_by_role("button", name="Dùng bản mới").click()
        page.wait_for_function("window.marked === undefined")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(banner).to_have_count(0)
