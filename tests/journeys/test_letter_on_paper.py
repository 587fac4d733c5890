"""The letter as a school prints it: read by a phone's camera from the paper, it leads to the child's card, once."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.paper import PRINT_DPI, read_by_zbar, read_by_zxing
from tests.journeys.phone import Phones, add_authenticator

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def mother(built: tuple[City, dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = built[1]["parents"][0]
    return found


@pytest.fixture(scope="module")
def printed(city: City, mother: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mother's letter on paper, out of her child's school's."""
    folder = tmp_path_factory.mktemp("paper")
    with closing(sqlite3.connect(city.data / "hocba.sqlite")) as database:
        (school,) = database.execute(
            "SELECT p.school_code FROM guardians g JOIN guardianships s USING (guardian_id)"
            " JOIN pupils p USING (pupil_id) WHERE g.personal_code = ? ORDER BY p.class_group",
            (mother["personal_code"],),
        ).fetchone()
    pdf = folder / "letters.pdf"
    assert city.hocba("letters", school, "--pdf", str(pdf))["letters"] > 1
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    (page,) = [
        str(number)
        for number, words in enumerate(text.split("\f"), start=1)
        if f"Kính gửi: {mother['name']} (" in " ".join(words.split())
    ]
    picture = ["pdftoppm", "-r", str(PRINT_DPI), "-f", page, "-l", page, "-png", "-singlefile", str(pdf)]
    subprocess.run([*picture, str(folder / "letter")], check=True, timeout=60)
    return folder / "letter.png"


def scan(pocket: Phones, profile: Path, printed: Path) -> Page:
    """Read the QR with two readers and open what it says on a new phone."""
    (address,) = read_by_zxing([printed])
    assert read_by_zbar([printed]) == {address}
    page = pocket.open(profile).new_page()
    add_authenticator(page)
    page.goto(address)
    return page


def type_code(page: Page, mother: dict[str, Any]) -> None:
    page.get_by_label("Số định danh cá nhân").fill(mother["personal_code"])
    page.get_by_role("button", name="Tiếp tục").click()


def test_a_letter_on_paper_leads_to_the_childs_cards_once(
    city: City, pocket: Phones, mother: dict[str, Any], printed: Path, tmp_path: Path
) -> None:
    page = scan(pocket, tmp_path / "first", printed)
    type_code(page, mother)
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page).to_have_url(f"{city.url}/con")
    for child in mother["children"]:
        expect(page.get_by_text(child).first).to_be_visible()

    in_other_hands = scan(pocket, tmp_path / "second", printed)
    type_code(in_other_hands, mother)
    expect(in_other_hands.get_by_role("alert")).to_be_visible()
    in_other_hands.goto(f"{city.url}/con")
    expect(in_other_hands.get_by_text(mother["children"][0])).to_have_count(0)
