"""Admission day: sheet after sheet before one camera, files beside them, a list to take home, nothing left behind."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Dialog, Page, expect, sync_playwright

from tests.journeys.axe import violations
from tests.journeys.camera_film import camera_arguments, qr_picture, write_film
from tests.journeys.phone import ARGUMENTS, CHROMIUM, PHONE
from tests.journeys.stand_in import World, read_vector, served_world, set_clock

pytestmark = pytest.mark.journey

GENUINE, REVOKED = "genuine_upper_secondary", "revoked"
FOREIGN = "https://hocba-gd.example/v#1234567890"
FILM_SECONDS = 1.0
EMPTY_DESK_SECONDS = 0.5
CUES = "window.cues = []; navigator.vibrate = (pattern) => { window.cues.push(pattern.length); return true; };"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with served_world() as world:
        yield world


@pytest.fixture(scope="module")
def chromium_type() -> Iterator[BrowserType]:
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="module")
def chromium(chromium_type: BrowserType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose camera sees a genuine card, a revoked one, a stranger's code, and the genuine one again."""
    texts = [read_vector(GENUINE)["text"], read_vector(REVOKED)["text"], FOREIGN]
    scenes = [scene for text in texts for scene in ((text, FILM_SECONDS), (None, EMPTY_DESK_SECONDS))]
    film = write_film(tmp_path_factory.mktemp("film") / "desk.mjpeg", scenes)
    browser = chromium_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *camera_arguments(film)])
    yield browser
    browser.close()


@pytest.fixture
def page(world: World, chromium: Browser) -> Iterator[Page]:
    """The room for many cards, on a phone."""
    vector = read_vector(REVOKED)  # its lists know the genuine card too
    world.become(vector)
    context = chromium.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, is_mobile=True, has_touch=True, locale="vi-VN"
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.add_init_script(CUES)
    set_clock(page, vector)
    page.goto(f"{world.url}/v")
    page.get_by_role("button", name="Kiểm tra liên tiếp").click()
    expect(page.get_by_role("heading", level=1, name="Kiểm tra liên tiếp")).to_be_focused()
    yield page
    context.close()


def rows(page: Page) -> list[str]:
    """The words of the list, oldest first."""
    return [word.strip() for word in reversed(page.locator(".queue-word").all_inner_texts())]


def paste(page: Page, text: str) -> None:
    field = page.get_by_label("Đường dẫn trong mã QR")
    if not field.is_visible():
        page.get_by_text("Dán đường dẫn hoặc dãy số").click()
    field.fill(text)
    page.get_by_role("button", name="Kiểm tra", exact=True).click()


def test_sheets_are_read_one_after_another_and_known_again(page: Page) -> None:
    page.clock.resume()  # the queue tells by the clock that a sheet was away
    page.get_by_role("button", name="Mở máy ảnh").click()
    expect(page.locator(".queue-list li")).to_have_count(3)
    last = page.locator(".last-check")
    expect(last).to_contain_text("Đã quét rồi, là số 1")
    assert sorted(rows(page)) == sorted(["HỢP LỆ", "ĐÃ THU HỒI", "CHƯA KIỂM TRA"])
    expect(page.locator(".queue-list")).to_contain_text("hocba-gd.example")
    expect(page.locator("video")).to_be_visible()
    cues = page.evaluate("window.cues")
    assert {1, 3} <= set(cues), "one buzz for a genuine card, three for one to look at or one seen before"
    assert violations(page) == []
    page.get_by_role("button", name="Dừng quét").click()


def test_list_says_how_many_of_each_and_opens_each_verdict(page: Page) -> None:
    for name in (GENUINE, REVOKED):
        paste(page, read_vector(name)["text"])
    expect(page.locator(".queue-list li")).to_have_count(2)
    expect(page.get_by_text("2 dòng · HỢP LỆ 1 · ĐÃ THU HỒI 1")).to_be_visible()
    page.get_by_label("Chỉ hiện dòng cần xem lại").check()
    assert rows(page) == ["ĐÃ THU HỒI"]
    page.get_by_role("button", name=re.compile("ĐÃ THU HỒI")).click()
    expect(page.get_by_role("heading", level=1, name="ĐÃ THU HỒI")).to_be_focused()
    page.get_by_role("button", name="Về danh sách").click()
    expect(page.get_by_role("button", name=re.compile("ĐÃ THU HỒI"))).to_be_focused()
    assert violations(page) == []
    page.get_by_role("button", name=re.compile("English")).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_is_sent_before_the_clerk_agrees(world: World, page: Page, tmp_path: Path) -> None:
    photo, pdf = tmp_path / "anh.png", tmp_path / "hoc-ba.pdf"
    qr_picture(read_vector(GENUINE)["text"]).save(photo)
    pdf.write_bytes(b"%PDF-1.7\n")
    page.get_by_label("Thêm ảnh, PDF, XML").set_input_files([photo, pdf])
    expect(page.get_by_text("1 tệp PDF, XML cần gửi tới máy chủ")).to_be_visible()
    expect(page.locator(".queue-list li")).to_have_count(1)
    assert not any(request.startswith("POST") for request in world.asked)
    assert violations(page) == []
    page.get_by_role("button", name="Gửi và kiểm tra 1 tệp").click()
    expect(page.locator(".queue-list li")).to_have_count(2)
    assert [request for request in world.asked if request.startswith("POST")] == ["POST /api/verify"]
    expect(page.locator(".queue-list")).to_contain_text("Chưa gửi được tệp")


def test_exports_hold_every_mark_and_no_name_of_a_pupil_in_their_own(page: Page) -> None:
    vector = read_vector(GENUINE)
    paste(page, vector["text"])
    paste(page, FOREIGN)
    expect(page.locator(".queue-list li")).to_have_count(2)
    name, table = downloaded(page, "Xuất CSV")
    assert re.fullmatch(r"kiem-tra-hoc-ba-\d{4}-\d\d-\d\d\.csv", name)
    assert table.startswith("\ufeff")
    first, second = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    shown = vector["expected"]["transcript"]
    assert (first["STT"], first["Kết luận"], first["Họ và tên"]) == ("1", "HỢP LỆ", shown["name"])
    assert first["Ngữ văn: Cả năm"] == "8,3"
    assert first["Môn riêng của trường, mã STEM: Cả năm"] == "8,9"
    assert (second["Kết luận"], second["Họ và tên"]) == ("CHƯA KIỂM TRA", "")
    _, text = downloaded(page, "Xuất JSON")
    exported: dict[str, Any] = json.loads(text)
    genuine, foreign = exported["results"]
    assert genuine["verdict"]["record"]["results"] == shown["results"]
    assert foreign["not_checked"] == {"reason": "foreign_host", "host": "hocba-gd.example"}
    assert exported["trust_anchor"] == vector["anchor"]


def test_list_outlives_another_page_of_the_app_is_guarded_and_can_be_cleared(world: World, page: Page) -> None:
    paste(page, read_vector(GENUINE)["text"])
    expect(page.locator(".queue-list li")).to_have_count(1)
    page.get_by_role("link", name=re.compile("Học bạ số")).click()
    expect(page).to_have_url(f"{world.url}/")
    page.get_by_role("link", name=re.compile("Kiểm tra học bạ")).click()
    page.get_by_role("button", name="Kiểm tra liên tiếp").click()
    expect(page.locator(".queue-list li")).to_have_count(1)

    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.evaluate("location.reload()")
    expect(page.locator(".queue-list li")).to_have_count(1)
    assert asked == ["beforeunload"]

    page.get_by_role("button", name="Xóa tất cả").click()
    assert violations(page) == []
    page.get_by_role("button", name="Xóa", exact=True).click()
    expect(page.get_by_text("Chưa có học bạ nào.")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Kiểm tra liên tiếp").click()
    expect(page.get_by_text("Chưa có học bạ nào.")).to_be_visible()
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert read_vector(GENUINE)["expected"]["transcript"]["record_id"] not in kept


def downloaded(page: Page, button: str) -> tuple[str, str]:
    """The name that the browser was told, and the text."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename, download.value.path().read_text(encoding="utf-8")
