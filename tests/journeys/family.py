"""What parents, pupils and receivers do with a child's cards, as taps, and how each page has to look."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import Page, expect

from backend.archive.compare_records import FieldChange
from backend.archive.rules import CardState
from backend.assessment.explain_results import explain_results
from backend.assessment.summer_work import summer_work
from backend.department.roster_table import HEADER
from backend.http.parent_wire import Card, ToDo
from backend.people.guardianship import bar_guardian
from tests.backend.assessment.test_explain_results import lower_secondary
from tests.journeys.axe import violations
from tests.journeys.city import City
from tests.journeys.large_school import opened
from tests.journeys.phone import PHONE
from verifier.record.levels import OverallLevel

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


def parent_of_one(city: City) -> dict[str, Any]:
    """A parent of one child in whose family nobody is barred: enrolling waits for nothing."""
    known = letters(city)
    special = {child for letter in known if letter["situation"] in {"barred", "ended"} for child in letter["children"]}
    return next(one for one in known if one["situation"] == "one_child" and special.isdisjoint(one["children"]))


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
    return made_link(page, "Đã tạo liên kết")


def made_link(page: Page, heading: str) -> str:
    """Wait for the link, with the passkey if five minutes have passed since it was last shown."""
    made = page.get_by_role("heading", name=heading)
    expect(made.or_(page.get_by_role("dialog"))).to_be_visible()
    if not made.is_visible():
        page.keyboard.press("Enter")  # the question's first button has the focus
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


def give_child_of_class(city: City, folder: Path, *, parent: str, school_name: str, class_group: str) -> dict[str, str]:
    """Register a pupil whose card waits in a class as a parent's child too: the pupil's name, the school's code."""
    name, school_code, pupil_code, personal_code, born = _one(
        city,
        "SELECT p.name, p.school_code, p.pupil_code, p.personal_code, p.date_of_birth FROM prepared_cards p"
        " JOIN schools s ON s.code = p.school_code WHERE s.name = ? AND p.class_group = ?"
        " ORDER BY p.pupil_code LIMIT 1",
        school_name,
        class_group,
    )
    mother, code = _one(city, "SELECT name, personal_code FROM guardians WHERE personal_code = ?", parent)
    roster = folder / "roster.csv"
    row = (pupil_code, name, born, class_group, personal_code, "", "", mother, code, "", "", "", "")
    roster.write_text(f"{HEADER}\n{','.join(row)}\n", encoding="utf-8")
    city.hocba("roster", "import", school_code, str(roster))
    return {"name": name, "school_code": school_code}


def _one(city: City, question: str, *values: str) -> tuple[str, ...]:
    with sqlite3.connect(city.data / "hocba.sqlite") as connection:
        row: tuple[str, ...] | None = connection.execute(question, values).fetchone()
    assert row is not None, question
    return row


def seven_children() -> dict[str, Any]:
    """An answer of ``/api/me``: seven guardianships, the first with twelve years at three schools."""
    names = ("Bảo Ngọc", "Minh Khang", "Gia Hân", "Anh Thư", "Đức Duy", "Linh Chi", "Quang Huy")
    children = [
        {
            "pupil_id": f"00000000-0000-4000-8000-{number:012}",
            "own": False,
            "name": f"Nguyễn {name}",
            "class_group": "12A1" if number == 0 else "5B",
            "school_name": "Trường THPT Chu Văn Mẫu" if number == 0 else "Trường Tiểu học Hoa Sen",
            "comes_of_age": None,
            "pending": {"until": "2027-08-15", "reason": "reexamination", "overdue": False} if number == 1 else None,
            "cards": [_card_of_year(number, grade) for grade in range(1, 13 if number == 0 else 6)],
        }
        for number, name in enumerate(names)
    ]
    first = children[0]["cards"]
    assert isinstance(first, list)
    replaced = {**first[-1], "record_id": "00000000-0000-4000-8000-999999999999", "state": "superseded"}
    first.append({**replaced, "issued_at": "2026-05-20T02:00:00Z"})
    return {"name": "Trần Thị Mai", "confirmation": None, "children": children, "grown": [], "own_from": None}


def _card_of_year(pupil: int, grade: int) -> dict[str, Any]:
    first_year = 2013 + grade
    schools = ("Trường Tiểu học Hoa Sen", "Trường THCS Sao Mai", "Trường THPT Chu Văn Mẫu")
    level = 0 if grade <= 5 else 1 if grade <= 9 else 2
    return {
        "record_id": f"00000000-0000-4000-8000-{pupil:04}{grade:08}",
        "school_year": f"{first_year}-{first_year + 1}",
        "grade": grade,
        "class_group": f"{grade}A1",
        "school_name": schools[level],
        "level": ("primary", "lower_secondary", "upper_secondary")[level],
        "state": "issued",
        "issued_at": f"{first_year + 1}-06-01T02:00:00Z",
    }


def card_with_a_summer(*, until: date) -> dict[str, Any]:
    """An answer of ``/api/cards/…``: learning not passed, two subjects to be examined in again, a mark corrected."""
    record = lower_secondary({"TO": "3.0", "NV": "3.4", "NN1": "6.0"}, learning=OverallLevel.NOT_PASS)
    works = [ToDo(work.code, work.sentence, work.regulation, work.article, until) for work in summer_work(record)]
    card = Card(
        record=record,
        state=CardState.ISSUED,
        issued_at=datetime(2026, 6, 1, tzinfo=UTC),
        signatures=[],
        replaces="00000000-0000-4000-8000-000000000001",
        replaced_by=None,
        changes=[FieldChange("transcript.results.subjects.TO.year", "2.0", "3.0")],
        explanations=list(explain_results(record)),
        to_do=works,
    )
    answer: dict[str, Any] = msgspec.to_builtins(card)
    return answer


def answer_with(page: Page, path: str, answer: dict[str, Any]) -> None:
    """Let the page read this in the place of what the city says."""
    page.route(f"**{path}", lambda route: route.fulfill(json=answer))
