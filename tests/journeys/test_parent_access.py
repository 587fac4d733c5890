"""How parents come in, on the phone: what stands in the way is said, with what to do about it."""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.journeys.axe import violations
from tests.journeys.city import City
from tests.journeys.parents import enrol, log_out
from tests.journeys.phone import Authenticator, Phones, add_authenticator

pytestmark = pytest.mark.journey

ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A045F) AppleWebKit/537.36 Chrome/124.0 Mobile Safari/537.36"


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


def test_a_wrong_clock_is_recognised(city: City, pocket: Phones, tmp_path: Path) -> None:
    page = pocket.open(tmp_path).new_page()
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
    page.get_by_label("Số định danh cá nhân").fill("999000000000")
    pressed = page.get_by_role("button", name="Mở học bạ")
    pressed.click()
    expect(pressed.locator("xpath=following::*[@role='alert']")).to_be_in_viewport()
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


def pretend(page: Page, *, user_agent: str, has_screen_lock: bool) -> None:
    """Another phone, as far as the page can tell."""
    page.add_init_script(
        f"Object.defineProperty(navigator, 'userAgent', {{ get: () => {json.dumps(user_agent)} }});"
        "PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable ="
        f" async () => {json.dumps(has_screen_lock)};"
    )


def test_a_browser_inside_a_chat_app_is_told_the_way_out_with_the_letter_s_code(city: City, page: Page) -> None:
    pretend(page, user_agent=f"{ANDROID} Zalo android/24.08", has_screen_lock=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{city.url}/kich-hoat#ABCD-EFGH-JKMN")
    wall = page.get_by_role("note").filter(has_text="Bạn đang xem trong Zalo")
    expect(wall).to_contain_text("Mở bằng trình duyệt")
    expect(page.get_by_label("Số định danh cá nhân")).to_have_count(0)
    assert violations(page) == []
    wall.get_by_role("button", name="Chép đường dẫn").click()
    expect(page.get_by_role("status").filter(has_text="Đã chép")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{city.url}/kich-hoat#ABCD-EFGH-JKMN"
    expect(page).to_have_url(f"{city.url}/kich-hoat#ABCD-EFGH-JKMN")  # what the app's own "open in browser" takes along
    wall.get_by_role("button", name="Vẫn thử ở đây").click()
    expect(page.get_by_label("Mã kích hoạt")).to_have_value("ABCD-EFGH-JKMN")
    expect(page).to_have_url(f"{city.url}/kich-hoat")


def test_a_scanned_code_outlives_a_page_that_loads_anew(city: City, page: Page) -> None:
    page.goto(f"{city.url}/kich-hoat#ABCD-EFGH-JKMN")
    expect(page.get_by_label("Mã kích hoạt")).to_have_value("ABCD-EFGH-JKMN")
    expect(page).to_have_url(f"{city.url}/kich-hoat")
    page.reload()
    expect(page.get_by_label("Mã kích hoạt")).to_have_value("ABCD-EFGH-JKMN")
    page.goto(city.url)
    page.get_by_role("link", name="Kích hoạt lần đầu").click()
    expect(page.get_by_label("Mã kích hoạt")).to_have_value("")


def test_a_phone_without_a_screen_lock_is_told_to_set_one(city: City, page: Page) -> None:
    pretend(page, user_agent=ANDROID, has_screen_lock=False)
    page.goto(f"{city.url}/dang-nhap")
    note = page.get_by_role("note").filter(has_text="Điện thoại chưa có khóa màn hình")
    expect(note).to_contain_text("Cài đặt")
    assert violations(page) == []
    page.evaluate("PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable = async () => true")
    note.get_by_role("button", name="Tôi đã bật, kiểm tra lại").click()
    expect(note).to_have_count(0)


def test_an_enrolment_whose_answer_was_lost_leads_to_the_login(
    city: City, built: tuple[City, dict[str, Any]], pocket: Phones, tmp_path: Path
) -> None:
    page = pocket.open(tmp_path).new_page()
    authenticator = add_authenticator(page)
    parent = built[1]["parents"][1]
    page.goto(f"{city.url}/kich-hoat#{parent['activation_code']}")
    page.get_by_label("Số định danh cá nhân").fill(parent["personal_code"])
    page.get_by_role("button", name="Tiếp tục").click()

    def lose_answer(route: Route) -> None:
        route.fetch()
        page.context.clear_cookies()
        route.abort()

    page.route("**/enrolment/finish", lose_answer)
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page.get_by_role("alert")).to_contain_text("Không có mạng")
    (made,) = authenticator.passkeys()
    page.unroute("**/enrolment/finish")
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page.get_by_text("Có thể lần trước đã xong")).to_be_visible()
    assert authenticator.passkeys() == [made]  # another one would have taken the place of the one that the city knows
    page.get_by_role("link", name="Đăng nhập").click()
    page.get_by_role("button", name="Mở bằng khóa trên máy này").click()
    expect(page).to_have_url(f"{city.url}/con")
