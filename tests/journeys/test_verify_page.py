"""The verify page as a clerk uses it: every way in, every verdict, by mouse, keyboard and ear, and on paper."""

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect, sync_playwright

from tests.journeys.axe import violations
from tests.journeys.camera_film import camera_arguments, qr_picture, write_film
from tests.journeys.phone import ARGUMENTS, CHROMIUM, PHONE
from tests.journeys.stand_in import World, read_vector, served_world, set_clock

pytestmark = pytest.mark.journey

GENUINE = "genuine_upper_secondary"
ONE_OF_EACH = {
    "genuine": GENUINE,
    "superseded": "superseded",
    "revoked": "revoked",
    "altered": "altered_payload_byte",
    "untrusted": "untrusted_unknown_key",
    "unreadable": "unreadable_truncated",
    "undetermined": "undetermined_stale_status_list",
}
FOREIGN = "https://hocba-gd.example/v#1234567890"
A4_POINTS = (595, 842)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with served_world() as world:
        yield world


@pytest.fixture(scope="module")
def chromium_type() -> Iterator[BrowserType]:
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="module")
def chromium(chromium_type: BrowserType) -> Iterator[Browser]:
    browser = chromium_type.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def page(world: World, chromium: Browser) -> Iterator[Page]:
    """The page on a phone, in the world of a genuine card."""
    context = chromium.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, is_mobile=True, has_touch=True, locale="vi-VN"
    )
    context.set_default_timeout(15_000)
    yield open_page(world, context.new_page(), GENUINE)
    context.close()


def open_page(world: World, page: Page, vector_name: str) -> Page:
    vector = read_vector(vector_name)
    world.become(vector)
    set_clock(page, vector)
    page.goto(f"{world.url}/v")
    expect(page.get_by_role("button", name="Quét mã QR")).to_be_visible()
    return page


def paste(page: Page, text: str) -> None:
    page.get_by_text("Dán đường dẫn hoặc dãy số").click()
    page.get_by_label("Đường dẫn trong mã QR").fill(text)
    page.get_by_role("button", name="Kiểm tra", exact=True).click()


def in_english(page: Page) -> None:
    page.get_by_role("button", name=re.compile("English")).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def assert_accessible(page: Page) -> None:
    """In the language shown, and in the other one."""
    assert violations(page) == []
    in_english(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the phone"


@pytest.mark.parametrize(("verdict", "vector_name"), ONE_OF_EACH.items())
def test_every_verdict_has_a_word_a_shape_and_nothing_for_axe(
    verdict: str, vector_name: str, world: World, page: Page
) -> None:
    vector = read_vector(vector_name)
    open_page(world, page, vector_name)
    paste(page, vector["text"])
    box = page.locator(".verdict")
    expect(box).to_have_class(f"verdict {verdict}")
    expect(page.locator("h1")).to_be_focused()
    assert box.locator("svg path").count() > 0
    shown = vector["expected"]["transcript"]
    if shown is None:
        expect(page.locator("main")).not_to_contain_text(read_vector(GENUINE)["expected"]["transcript"]["name"])
        expect(page.locator(".record")).to_have_count(0)
    else:
        expect(page.locator(".record")).to_contain_text(shown["name"])
    assert_accessible(page)


def test_page_before_a_check_has_nothing_for_axe(page: Page) -> None:
    page.get_by_text("Cách nhận ra trang giả").click()
    page.get_by_text("Dán đường dẫn hoặc dãy số").click()
    assert_accessible(page)


def test_marks_stand_in_the_papers_order_and_own_subjects_say_what_is_known(page: Page) -> None:
    paste(page, read_vector(GENUINE)["text"])
    expect(page.locator(".record")).to_be_visible()
    rows = page.locator(".record .marks tbody th").all_inner_texts()
    assert rows[:4] == ["Ngữ văn", "Toán", "Ngoại ngữ 1", "Lịch sử"]
    assert rows[-1] == "Môn riêng của trường, mã STEM"
    expect(page.locator(".record")).to_contain_text("Trên giấy, các môn này đứng cuối bảng")
    expect(page.locator(".record")).to_contain_text("Mã QR không chứa nhận xét")


@pytest.mark.parametrize("every", [5, 72])
def test_a_code_that_was_wrapped_or_grouped_on_its_way_is_read(every: int, page: Page) -> None:
    """E-mail breaks a long line; people write digits in groups."""
    text = read_vector(GENUINE)["text"]
    paste(page, "\n ".join(text[at : at + every] for at in range(0, len(text), every)))
    expect(page.locator(".verdict")).to_have_class("verdict genuine")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (FOREIGN, "Mã này dẫn tới “hocba-gd.example”"),
        ("https://hocba.example.abc.com/v#123", "Mã này dẫn tới “hocba.example.abc.com”"),
        ("WIFI:S:Truong;P:12345678;;", "Mã QR này không phải của học bạ số"),
    ],
)
def test_what_is_no_card_of_ours_is_refused_by_name(typed: str, answer: str, page: Page) -> None:
    paste(page, typed)
    expect(page.locator(".stage")).to_contain_text(answer)
    expect(page.locator(".stage")).to_be_focused()
    expect(page.locator(".verdict")).to_have_count(0)
    assert_accessible(page)


def test_photo_dropped_anywhere_is_read_on_the_device(world: World, page: Page) -> None:
    picture = io.BytesIO()
    qr_picture(read_vector(GENUINE)["text"]).save(picture, "PNG")
    asked = len(world.asked)
    page.evaluate(
        """async (data) => {
          const blob = await (await fetch(`data:image/png;base64,${data}`)).blob().catch(() => undefined);
          const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
          const files = new DataTransfer();
          files.items.add(new File([blob ?? bytes], "anh.png", { type: "image/png" }));
          for (const type of ["dragover", "drop"]) {
            document.body.dispatchEvent(new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true }));
          }
        }""",
        base64.b64encode(picture.getvalue()).decode(),
    )
    expect(page.locator(".verdict")).to_have_class("verdict genuine")
    assert not [request for request in world.asked[asked:] if request.startswith("POST")]


def test_everything_can_be_done_with_the_keyboard_alone(world: World, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    page = open_page(world, context.new_page(), GENUINE)
    reached = tab_to(page, "Dán đường dẫn hoặc dãy số")
    assert "Quét mã QR" in reached
    assert any("Chọn ảnh chụp mã QR" in name for name in reached)
    assert any("Chọn tệp PDF hoặc XML" in name for name in reached)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(read_vector(GENUINE)["text"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("h1")).to_have_text("HỢP LỆ")
    tab_to(page, "Kiểm tra học bạ khác")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("h1")).to_have_text("Kiểm tra học bạ")
    context.close()


def test_screen_reader_hears_verdict_lines_and_marks_in_that_order(page: Page) -> None:
    paste(page, read_vector("genuine_primary")["text"])
    expect(page.locator(".verdict")).to_be_visible()
    heard = page.locator("main").aria_snapshot()
    order = ['heading "HỢP LỆ"', "Nguyên vẹn?", "Ai phát hành?", "Còn hiệu lực?", "Nội dung đã được ký", 'cell "10"']
    places = [heard.index(part) for part in order]
    assert places == sorted(places)
    assert "✓" not in heard, "the answer is a word, the sign beside it is for the eye"
    assert heard.count("strong: Có") == 2  # the issuer is named instead


def test_camera_refuses_a_foreign_code_by_name(world: World, chromium_type: BrowserType, tmp_path: Path) -> None:
    film = write_film(tmp_path / "foreign.mjpeg", [(FOREIGN, 1)])
    browser = chromium_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *camera_arguments(film)])
    page = open_page(world, browser.new_context(locale="vi-VN").new_page(), GENUINE)
    page.get_by_role("button", name="Quét mã QR").click()
    expect(page.locator(".stage")).to_contain_text("hocba-gd.example")
    browser.close()


def test_camera_reads_a_card_and_says_when_there_is_none(
    world: World, page: Page, chromium_type: BrowserType, tmp_path: Path
) -> None:
    page.get_by_role("button", name="Quét mã QR").click()
    expect(page.get_by_role("alert")).to_contain_text("máy ảnh")
    assert violations(page) == []
    page.get_by_role("button", name="Dừng quét").click()
    expect(page.locator("h1")).to_be_focused()

    film = write_film(tmp_path / "card.mjpeg", [(None, 2), (read_vector(GENUINE)["text"], 2)])
    browser = chromium_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *camera_arguments(film)])
    filmed = open_page(world, browser.new_context(locale="vi-VN").new_page(), GENUINE)
    filmed.get_by_role("button", name="Quét mã QR").click()
    expect(filmed.get_by_role("button", name="Dừng quét")).to_be_visible()
    expect(filmed.get_by_role("button", name="Bật đèn")).to_have_count(0)  # the film's camera has no lamp
    expect(filmed.get_by_role("status")).to_contain_text("Đưa mã QR vào giữa khung")
    assert violations(filmed) == []
    expect(filmed.locator(".verdict")).to_have_class("verdict genuine")
    browser.close()


LAMP = """
MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
MediaStreamTrack.prototype.applyConstraints = async (asked) => {
  const { torch } = asked.advanced[0];
  if (globalThis.lamp === "broken") throw new OverconstrainedError("torch");
  globalThis.lamp = torch;
};
"""
"""Chromium's film has no lamp: these two answer as a phone's camera does."""


def test_lamp_of_a_phone_is_switched_from_the_page(world: World, chromium_type: BrowserType, tmp_path: Path) -> None:
    film = write_film(tmp_path / "dark.mjpeg", [(None, 1)])
    browser = chromium_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *camera_arguments(film)])
    context = browser.new_context(locale="vi-VN")
    context.add_init_script(LAMP)
    page = open_page(world, context.new_page(), GENUINE)
    page.get_by_role("button", name="Quét mã QR").click()
    page.get_by_role("button", name="Bật đèn").click()
    expect(page.get_by_role("button", name="Tắt đèn")).to_be_visible()
    assert page.evaluate("lamp") is True
    assert violations(page) == []
    page.get_by_role("button", name="Tắt đèn").click()
    expect(page.get_by_role("button", name="Bật đèn")).to_be_visible()
    assert page.evaluate("lamp") is False
    page.evaluate("lamp = 'broken'")
    page.get_by_role("button", name="Bật đèn").click()
    expect(page.get_by_role("button", name="Bật đèn")).to_be_visible()
    browser.close()


@pytest.mark.parametrize("vector_name", [GENUINE, "genuine_lower_secondary", "genuine_primary", "altered_payload_byte"])
def test_print_out_is_one_sheet_with_everything_on_it(vector_name: str, world: World, page: Page) -> None:
    vector = read_vector(vector_name)
    open_page(world, page, vector_name)
    paste(page, vector["text"])
    expect(page.locator(".printed-check")).to_be_attached()
    pdf = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(pdf) == 1
    assert tuple(round(side) for side in pdf[0].get_size()) == A4_POINTS
    printed = " ".join(pdf[0].get_textpage().get_text_range().split())
    expected = [
        f"{world.url}/v · 09:00, 15/06/2026",
        "Kết quả kiểm tra học bạ Result of checking a report card",
        "Nguyên vẹn? Intact?",
        "Ai phát hành? Who issued it?",
        "Còn hiệu lực? Still in force?",
        "cd6d18ae 29c6c2c8",
        "Danh sách khóa tin cậy cập nhật",
    ]
    shown = vector["expected"]["transcript"]
    if shown is None:
        expected += ["ĐÃ BỊ SỬA ĐỔI ALTERED", "Không hiện nội dung nào"]
    else:
        expected += ["HỢP LỆ GENUINE", shown["record_id"], shown["name"]]
        for subject in shown["results"]["subjects"]:
            expected += [mark.replace(".", ",") for mark in (subject.get("year"),) if mark]
    assert [text for text in expected if text not in printed] == []


def tab_to(page: Page, name: str) -> list[str]:
    """Press Tab until the focus is on what is called so; names of all that was passed."""
    passed: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
              const { labels, textContent } = document.activeElement;
              return (labels?.length ? labels[0].textContent : textContent).trim();
            }"""
        )
        if focused == name:
            return passed
        passed.append(focused)
    raise AssertionError(passed)
