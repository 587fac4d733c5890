"""A school's signing day in a real browser: a teacher's class, the manager's school, the clerk's seal, 400 PDFs.

Every person has a phone with a passkey and confirms once, however many cards there are.
"""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.city import City
from tests.journeys.large_school import CLASS_SIZE, LargeSchool, fill_school, issued_pdfs
from tests.journeys.parents import enrol_staff
from tests.journeys.phone import PHONE, Authenticator, add_authenticator, phone

pytestmark = pytest.mark.journey

SEAL_LEVEL: Final = "PAdES-B-LTA"
ISSUE_SECONDS = 240
"""400 cards take half a minute on two free cores."""
SCHOOL_SIZE: Final = 10 * CLASS_SIZE
SIGNING_MS: Final = 90_000
"""Four hundred signatures on two busy cores, and room."""


class Person:
    """One of the staff, with a phone in hand."""

    def __init__(self, city: City, page: Page, passkey: Authenticator, letter: dict[str, Any]) -> None:
        self.city = city
        self.page = page
        self.passkey = passkey
        self.letter = letter

    def enrol(self) -> None:
        enrol_staff(self.city, self.page, self.letter)

    def leave(self) -> None:
        self.page.goto(f"{self.city.url}/truong")
        self.page.get_by_role("button", name="Đăng xuất").click()
        expect(self.page).to_have_url(f"{self.city.url}/")

    def open_list(self) -> None:
        self.page.goto(f"{self.city.url}/truong")
        self.page.locator("a.card-link").first.click()
        expect(self.page.get_by_text("Ký được ngay")).to_be_visible()

    def choose_all(self, cards: int) -> None:
        self.page.get_by_label(f"Chọn tất cả {cards} học bạ").check()

    def ask_to_sign(self, button: str) -> None:
        self.page.get_by_role("button", name=button).click()
        expect(self.page.get_by_role("heading", name="Xác nhận một lần")).to_be_visible()
        self.fits()

    def confirm(self, button: str) -> int:
        """Confirm, wait for the end, and say how often the passkey was used."""
        before = self.passkey.uses()
        self.page.get_by_role("button", name=button).click()
        expect(self.page.locator(".notice.done")).to_be_visible(timeout=SIGNING_MS)
        self.fits()
        return self.passkey.uses() - before

    def fits(self) -> None:
        """Nothing is wider than the phone."""
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], self.page.url


@pytest.fixture(scope="module")
def built(
    first_city: tuple[City, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[City, dict[str, dict[str, Any]]]:
    """The city, and the invitations of its first school by role."""
    city, summary = first_city
    return city.copied_to(tmp_path_factory.mktemp("city") / "data"), {
        letter["role"]: letter for letter in reversed(summary["staff"])
    }


@pytest.fixture(scope="module")
def school(built: tuple[City, dict[str, dict[str, Any]]]) -> LargeSchool:
    return fill_school(built[0], class_group=built[1]["homeroom_teacher"]["class_group"])


@pytest.fixture(scope="module")
def city(built: tuple[City, dict[str, dict[str, Any]]], school: LargeSchool) -> Iterator[City]:
    assert len(school.all_records) == SCHOOL_SIZE
    with built[0].served():
        yield built[0]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    with phone(tmp_path_factory.mktemp("profile")) as context:
        yield context


@contextmanager
def at_work(city: City, browser: BrowserContext, letter: dict[str, Any]) -> Iterator[Person]:
    """Somebody of the staff, enrolled and logged in until the block ends."""
    page = browser.new_page()
    person = Person(city, page, add_authenticator(page), letter)
    person.enrol()
    yield person
    person.leave()
    page.close()


def invite_teacher(clerk: Person) -> None:
    """The clerk invites a homeroom teacher, gets a code to hand over, and ends the access again."""
    page = clerk.page
    page.get_by_role("link", name="Đội ngũ").click()
    page.get_by_label("Họ và tên").fill("Nguyễn Thị Thử")
    page.get_by_label("Số định danh cá nhân của giáo viên").fill("999199000011")
    page.get_by_label("Lớp chủ nhiệm").fill("1A1")
    page.get_by_role("button", name="Mời").click()
    expect(page.locator(".invitation-code")).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    clerk.fits()
    invited = page.get_by_role("listitem").filter(has_text="Nguyễn Thị Thử")
    expect(invited).to_contain_text("Đã mời")
    invited.get_by_role("button", name="Cho nghỉ").click()
    invited.get_by_label("Lý do").fill("chuyển trường")
    invited.get_by_role("button", name="Xác nhận cho nghỉ").click()
    expect(invited).to_contain_text("Đã nghỉ từ")
    expect(page.locator(".invitation-code")).to_have_count(0)


@pytest.fixture(scope="module")
def signed_by_teacher(
    city: City, browser: BrowserContext, school: LargeSchool, built: tuple[City, dict[str, dict[str, Any]]]
) -> int:
    """The class is signed: how often the passkey was used for it."""
    with at_work(city, browser, built[1]["homeroom_teacher"]) as teacher:
        page = teacher.page
        teacher.open_list()
        teacher.fits()
        expect(page.get_by_role("heading", name=f"Ký được ngay ({CLASS_SIZE})")).to_be_visible()
        blocked = page.locator(".card-row.blocked")
        expect(blocked).to_have_count(1)
        expect(blocked).to_contain_text(school.waiting_pupil)
        expect(blocked).to_contain_text("Còn thiếu số định danh cá nhân")
        expect(blocked.get_by_role("checkbox")).to_have_count(0)

        page.locator(".card-row-link").first.click()
        expect(page.locator("table").first).to_be_visible()
        expect(page.get_by_text(f"Học bạ 1 trên {CLASS_SIZE + 1}")).to_be_visible()
        teacher.fits()
        page.get_by_role("link", name="Danh sách chờ ký").click()
        expect(page.locator(".card-row").first).to_contain_text("Đã xem")

        teacher.choose_all(CLASS_SIZE)
        teacher.ask_to_sign(f"Ký {CLASS_SIZE} học bạ")
        teacher.passkey.refuse(refused=True)
        page.get_by_role("button", name="Xác nhận và ký").click()
        expect(page.get_by_role("alert")).to_contain_text("Chưa ký gì cả")
        teacher.passkey.refuse(refused=False)
        uses = teacher.confirm("Xác nhận và ký")
        expect(page.locator(".notice.done")).to_contain_text(f"Đã ký {CLASS_SIZE} học bạ")
    return uses


@pytest.fixture(scope="module")
def signed_by_manager(
    city: City, browser: BrowserContext, signed_by_teacher: int, built: tuple[City, dict[str, dict[str, Any]]]
) -> int:
    assert signed_by_teacher == 1
    with at_work(city, browser, built[1]["manager"]) as manager:
        manager.open_list()
        expect(manager.page.locator("details.class-section")).to_have_count(10)
        manager.choose_all(SCHOOL_SIZE)
        manager.ask_to_sign(f"Ký {SCHOOL_SIZE} học bạ")
        uses = manager.confirm("Xác nhận và ký")
        expect(manager.page.locator(".notice.done")).to_contain_text(f"Đã ký {SCHOOL_SIZE} học bạ")
    return uses


def wait_for_issue(city: City) -> None:
    """The service issues by itself what the clerk signed for the school."""
    deadline = time.monotonic() + ISSUE_SECONDS
    while time.monotonic() < deadline:
        states = {job["state"] for job in city.hocba("issuing", "jobs")["jobs"]}
        left = city.hocba("status")["waiting"]
        if states == {"done"} and not left:
            return
        time.sleep(2)
    pytest.fail("the school's cards were not issued in time")


@pytest.fixture(scope="module")
def issued_by_clerk(
    city: City, browser: BrowserContext, signed_by_manager: int, built: tuple[City, dict[str, dict[str, Any]]]
) -> int:
    assert signed_by_manager == 1
    with at_work(city, browser, built[1]["clerk"]) as clerk:
        invite_teacher(clerk)
        clerk.open_list()
        clerk.choose_all(SCHOOL_SIZE)
        clerk.ask_to_sign(f"Phát hành {SCHOOL_SIZE} học bạ")
        uses = clerk.confirm("Xác nhận và phát hành")
        expect(clerk.page.locator(".notice.done")).to_contain_text(f"Đã ký {SCHOOL_SIZE} học bạ")
    return uses


@pytest.fixture(scope="module")
def pdfs(
    city: City, school: LargeSchool, issued_by_clerk: int, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The PDFs of the whole school, by record id."""
    assert issued_by_clerk == 1
    wait_for_issue(city)
    folder = tmp_path_factory.mktemp("pdfs")
    paths = {}
    for record_id, pdf in issued_pdfs(city, school.all_records).items():
        paths[record_id] = folder / f"{record_id}.pdf"
        paths[record_id].write_bytes(pdf)
    return paths


def test_everybody_confirmed_once(signed_by_teacher: int, signed_by_manager: int, issued_by_clerk: int) -> None:
    assert (signed_by_teacher, signed_by_manager, issued_by_clerk) == (1, 1, 1)


def test_every_pdf_is_genuine_and_names_every_role(city: City, school: LargeSchool, pdfs: dict[str, Path]) -> None:
    folder = next(iter(pdfs.values())).parent
    verdicts = {verdict["record"]["record_id"]: verdict for verdict in city.verify_folder(folder)}
    assert set(verdicts) == set(school.all_records)
    for class_group, records in school.records.items():
        for record_id in records:
            verdict = verdicts[record_id]
            assert verdict["verdict"] == "genuine", verdict
            signers = {signature["role"]: signature for signature in verdict["signatures"]}
            assert {signature["indication"] for signature in signers.values()} == {"TOTAL-PASSED"}
            assert signers["homeroom_teacher"]["signer"].startswith(school.teachers[class_group])
            assert signers["manager"]["signer"].startswith(school.school.manager.name)
            assert signers["school"]["signer"].startswith(school.school.name)
            assert signers["pdf_seal"]["level"] == SEAL_LEVEL


def test_pdfsig_sees_the_seal(school: LargeSchool, pdfs: dict[str, Path]) -> None:
    for first, *_ in school.records.values():
        ended = subprocess.run(
            ["pdfsig", "-nocert", str(pdfs[first])], check=True, capture_output=True, text=True, timeout=60
        )
        assert "Signature Validation: Signature is Valid." in ended.stdout


def test_who_has_logged_out_sees_nothing(city: City, browser: BrowserContext, issued_by_clerk: int) -> None:
    assert issued_by_clerk == 1
    page = browser.new_page()
    page.goto(f"{city.url}/truong")
    expect(page).to_have_url(f"{city.url}/truong/dang-nhap")
    page.close()
