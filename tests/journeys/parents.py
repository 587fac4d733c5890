"""What a parent does on the phone, as taps: enrol, log in, log out; the staff enrol alike."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.city import City


def enrol(city: City, page: Page, parent: dict[str, Any]) -> None:
    """Open the letter's link, type the personal code, make a passkey."""
    page.goto(f"{city.url}/kich-hoat#{parent['activation_code']}")
    page.get_by_label("Số định danh cá nhân").fill(parent["personal_code"])
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page).to_have_url(f"{city.url}/con")
    assert parent["activation_code"] not in page.url


def enrol_staff(city: City, page: Page, letter: dict[str, Any]) -> None:
    """As a parent does, at the staff's own door."""
    page.goto(f"{city.url}/truong/kich-hoat#{letter['activation_code']}")
    page.get_by_label("Số định danh cá nhân").fill(letter["personal_code"])
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page).to_have_url(f"{city.url}/truong")
    expect(page.get_by_text(f"Chào {letter['name']}")).to_be_visible()


def log_in(city: City, page: Page, parent: dict[str, Any]) -> None:
    """Type the personal code, show the passkey."""
    page.goto(f"{city.url}/dang-nhap")
    page.get_by_label("Số định danh cá nhân").fill(parent["personal_code"])
    page.get_by_role("button", name="Mở học bạ").click()
    expect(page).to_have_url(f"{city.url}/con")


def log_out(page: Page) -> None:
    """From the list of children."""
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("link", name="Phụ huynh")).to_be_visible()
