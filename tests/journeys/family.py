"""What parents, pupils and receivers do with a child's cards, as taps, and how each page has to look."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from playwright.sync_api import Page, expect

from backend.people.guardianship import bar_guardian
from tests.journeys.axe import violations
from tests.journeys.city import City
from tests.journeys.large_school import opened
from tests.journeys.phone import PHONE

PURPOSE = "xét tuyển lớp 6"
SHARE_LINK = ".link-to-copy"
_THEME_CHANGE_MS = 200
"""Colours of buttons change over 120 ms (base.css)."""


def holds_up(page: Page) -> None:
    """Nothing is wider than the phone, and axe finds nothing, in light and in dark."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], (page.url, width)
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(_THEME_CHANGE_MS)
        assert violations(page) == [], (page.url, theme)


def letters(city: City) -> list[dict[str, Any]]:
    """Every parent's letter of the demo city."""
    found: list[dict[str, Any]] = json.loads((city.data / "demo/letters.json").read_text())
    return found


def letter_of(city: City, personal_code: str) -> dict[str, Any]:
    """One parent's."""
    return next(letter for letter in letters(city) if letter["personal_code"] == personal_code)


def show_passkey_again(page: Page) -> None:
    """Answer the question of the step-up."""
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Xác nhận là bạn")
    dialog.get_by_role("button", name="Mở khóa để tiếp tục").click()


def fill_share(page: Page, *, receiver: str, passcode: str = "", purpose: str = PURPOSE) -> None:
    """Who receives it, what for, and the passcode."""
    page.get_by_label("Ai nhận?").fill(receiver)
    page.get_by_label("Để làm gì?").fill(purpose)
    page.get_by_label("Mật mã (không bắt buộc)").fill(passcode)
    page.get_by_label("đã được hỏi và đồng ý").check()


def make_link(page: Page) -> str:
    """Make what was filled in, with the passkey if it is asked for; the link."""
    page.get_by_role("button", name="Tạo liên kết").click()
    made = page.get_by_role("heading", name="Đã tạo liên kết")
    expect(made.or_(page.get_by_role("dialog"))).to_be_visible()
    if not made.is_visible():
        show_passkey_again(page)
    expect(made).to_be_visible()
    return page.locator(SHARE_LINK).inner_text()


def open_link(page: Page, link: str, *, name: str, passcode: str = "", organisation: str = "") -> None:
    """As the receiver does."""
    page.goto("about:blank")
    page.goto(link)
    page.get_by_label("Họ tên của bạn").fill(name)
    page.get_by_label("Trường, cơ quan của bạn").fill(organisation)
    if passcode:
        page.get_by_label("Mật mã").fill(passcode)
    page.get_by_role("button", name="Xem học bạ").click()


def bar(city: City, *, child: str, parent: Mapping[str, Any]) -> None:
    """A court forbids a parent everything about a child."""
    pupil_id, guardian_id = _one(
        city,
        "SELECT p.pupil_id, g.guardian_id FROM guardianships s JOIN pupils p USING (pupil_id)"
        " JOIN guardians g USING (guardian_id) WHERE p.name = ? AND g.personal_code = ?",
        child,
        parent["personal_code"],
    )
    with opened(city) as open_city:
        bar_guardian(
            open_city.database,
            pupil_id=pupil_id,
            guardian_id=guardian_id,
            reason="court_order",
            decision_reference="01/2026/QĐ-TA",
            now=datetime.now(UTC),
        )


def pupil_of(city: City, *, younger_than: date) -> dict[str, str]:
    """The oldest pupil born after a day who has a parent with a letter: name, codes, and the parent's code."""
    name, school_code, pupil_code, personal_code, parent = _one(
        city,
        "SELECT p.name, p.school_code, p.pupil_code, p.personal_code, g.personal_code FROM pupils p"
        " JOIN guardianships s USING (pupil_id) JOIN guardians g USING (guardian_id)"
        " WHERE p.date_of_birth > ? AND g.personal_code IS NOT NULL AND p.personal_code IS NOT NULL"
        " AND s.barred_at IS NULL AND s.valid_until IS NULL"
        " AND EXISTS (SELECT 1 FROM card_links l WHERE l.pupil_id = p.pupil_id)"
        " ORDER BY p.date_of_birth, g.name LIMIT 1",
        younger_than.isoformat(),
    )
    return {
        "name": name,
        "school_code": school_code,
        "pupil_code": pupil_code,
        "personal_code": personal_code,
        "parent": parent,
    }


def _one(city: City, question: str, *values: str) -> tuple[str, ...]:
    with sqlite3.connect(city.data / "hocba.sqlite") as connection:
        row: tuple[str, ...] | None = connection.execute(question, values).fetchone()
    assert row is not None, question
    return row
