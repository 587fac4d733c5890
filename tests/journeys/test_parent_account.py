"""What a stolen letter, a lost phone and a borrowed phone cannot do, and what parents see of it: with each refusal."""

import csv
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import violations
from tests.journeys.city import City
from tests.journeys.family import letters as every_letter
from tests.journeys.parents import enrol, log_in, log_out
from tests.journeys.phone import Authenticator, Phones, add_authenticator

pytestmark = pytest.mark.journey

BY = ("--by", "Nguyễn Văn Thư")
OpenPhone = Callable[[], tuple[Page, Authenticator]]


@pytest.fixture(scope="module")
def letters(city: City) -> list[dict[str, Any]]:
    """The activation letters of the whole demo city."""
    return every_letter(city)


@pytest.fixture
def new_phone(pocket: Phones, tmp_path_factory: pytest.TempPathFactory) -> OpenPhone:
    """Opens one more phone, which has no passkey yet."""

    def open_phone() -> tuple[Page, Authenticator]:
        page = pocket.open(tmp_path_factory.mktemp("phone")).new_page()
        return page, add_authenticator(page)

    return open_phone


def pair_of_parents(letters: list[dict[str, Any]], nth: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two guardians of the same two children; each test takes another pair."""
    families: dict[tuple[int, ...], list[dict[str, Any]]] = {}
    for letter in letters:
        if letter["situation"] == "two_children":
            families.setdefault(tuple(letter["pupils"]), []).append(letter)
    first, second = [family for family in families.values() if len(family) == 2][nth]
    return first, second


def place_of_pupil(city: City, guardian: dict[str, Any]) -> tuple[str, str]:
    """School code and pupil code of one of a guardian's children."""
    with closing(sqlite3.connect(city.data / "hocba.sqlite")) as database:
        school, pupil = database.execute(
            "SELECT p.school_code, p.pupil_code FROM guardians g JOIN guardianships s USING (guardian_id)"
            " JOIN pupils p USING (pupil_id) WHERE g.personal_code = ?",
            (guardian["personal_code"],),
        ).fetchone()
    return school, pupil


def new_letter(city: City, guardian: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What the school prints at its counter for a guardian who has lost their phone."""
    school, pupil = place_of_pupil(city, guardian)
    city.hocba("letters", school, "--pupil", pupil, "--output", str(folder / "letters.csv"))
    with (folder / "letters.csv").open(encoding="utf-8-sig", newline="") as file:
        (code,) = [row["activation_code"] for row in csv.DictReader(file) if row["guardian"] == guardian["name"]]
    return {**guardian, "activation_code": code}


def forget_personal_code(city: City, guardian: dict[str, Any]) -> None:
    """As if the school had never been given it; the demo's rosters have every guardian's."""
    with closing(sqlite3.connect(city.data / "hocba.sqlite")) as database:
        database.execute(
            "UPDATE guardians SET personal_code = NULL WHERE personal_code = ?", (guardian["personal_code"],)
        )
        database.commit()


def waiting_of(city: City, guardian: str) -> str:
    """Id of what waits for the school about a guardian."""
    (found,) = [one for one in city.hocba("enrolment", "waiting")["enrolments"] if one["guardian"] == guardian]
    return str(found["enrolment_id"])


def news(page: Page, text: str) -> Locator:
    return page.get_by_role("note").filter(has_text=text)


def assert_open_to_all(page: Page) -> None:
    """No barrier in either theme."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no colour is caught half way
        assert violations(page) == [], theme


def test_a_lost_phone(city: City, letters: list[dict[str, Any]], new_phone: OpenPhone, tmp_path: Path) -> None:
    """Enrolled anew: the old phone is out, nothing is visible until the school confirms, the other guardian is told."""
    mother, father = pair_of_parents(letters, 0)
    (lost, _), (his, _), (new, _) = new_phone(), new_phone(), new_phone()
    enrol(city, lost, mother)
    lost.locator("a.card-link").first.click()
    expect(lost.locator("table").first).to_be_visible()
    card = lost.url
    enrol(city, his, father)

    enrol(city, new, new_letter(city, mother, tmp_path))
    expect(news(new, "Đang chờ nhà trường xác nhận")).to_contain_text("Bạn vừa kích hoạt lại")
    expect(new.get_by_role("heading", name=mother["children"][0])).to_have_count(0)
    assert_open_to_all(new)
    new.goto(card)
    expect(new.get_by_role("alert")).to_be_visible()
    expect(new.locator("table")).to_have_count(0)

    lost.reload()
    expect(lost).to_have_url(f"{city.url}/dang-nhap")
    lost.get_by_role("button", name="Mở bằng khóa trên máy này").click()
    expect(lost.get_by_role("alert")).to_contain_text("đã được kích hoạt lại bằng thư mới")

    his.goto(f"{city.url}/con")
    told = news(his, f"{mother['name']} vừa kích hoạt lại")
    expect(told).to_contain_text("báo ngay cho nhà trường")
    expect(his.get_by_role("heading", name=mother["children"][0])).to_be_visible()
    assert_open_to_all(his)
    told.get_by_role("button", name="Đã xem").click()
    expect(told).to_have_count(0)

    city.hocba("enrolment", "confirm", waiting_of(city, mother["name"]), *BY)
    new.goto(f"{city.url}/con")
    for child in mother["children"]:
        expect(new.get_by_role("heading", name=child)).to_be_visible()
    expect(news(new, "Nhà trường đã xác nhận")).to_be_visible()


def test_whoever_the_school_does_not_know_waits_and_may_be_refused(
    city: City, letters: list[dict[str, Any]], new_phone: OpenPhone, tmp_path: Path
) -> None:
    """Here a court has barred the other guardian; in English. What is theirs alone they may take along meanwhile."""
    (mother,) = [one for one in letters if one["name"] == barred_family(letters)]
    page, _ = new_phone()
    enrol(city, page, mother)
    expect(news(page, "Đang chờ nhà trường xác nhận")).to_contain_text("Tòa án")
    page.get_by_role("button", name="English").click()
    expect(news(page, "Waiting for the school")).to_contain_text("bring your identity card")
    page.get_by_role("link", name="Why do I have to wait?").click()
    expect(page.get_by_role("heading", name="Why do I have to wait for the school?")).to_be_in_viewport()
    page.goto(f"{city.url}/tai-khoan")
    expect(news(page, "Waiting for the school")).to_be_visible()
    expect(page.get_by_text("Delete my account", exact=True)).to_be_visible()
    assert_open_to_all(page)
    page.get_by_role("button", name="Download the zip").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Unlock to go on").click()
    download.value.save_as(tmp_path / "all.zip")
    assert set(zipfile.ZipFile(tmp_path / "all.zip").namelist()) == {"DOC-TOI-README.txt", "account.json"}

    city.hocba("enrolment", "refuse", waiting_of(city, mother["name"]), *BY)
    page.get_by_role("button", name="See whether it is confirmed").click()
    expect(page).to_have_url(f"{city.url}/dang-nhap")


def barred_family(letters: list[dict[str, Any]]) -> str:
    """Name of the guardian whose child's other guardian is barred."""
    (barred,) = [one for one in letters if one["situation"] == "barred"]
    (other,) = [one for one in letters if one["pupils"] == barred["pupils"] and one is not barred]
    return str(other["name"])


def test_a_barred_guardian_gets_no_passkey_and_no_reason(
    city: City, letters: list[dict[str, Any]], new_phone: OpenPhone
) -> None:
    (barred,) = [one for one in letters if one["situation"] == "barred"]
    page, authenticator = new_phone()
    page.goto(f"{city.url}/kich-hoat#{barred['activation_code']}")
    page.get_by_label("Số định danh cá nhân").fill(barred["personal_code"])
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("alert")).to_contain_text("Mã kích hoạt hoặc số định danh cá nhân chưa đúng")
    assert_open_to_all(page)
    assert authenticator.uses() == 0


def test_a_guardian_who_is_barred_loses_what_was_open_too(
    city: City, letters: list[dict[str, Any]], new_phone: OpenPhone
) -> None:
    """The list, the card, and the copies for reading offline."""
    parent = [one for one in letters if one["situation"] == "one_child" and one["name"] != barred_family(letters)][1]
    (child,) = parent["children"]
    page, _ = new_phone()
    enrol(city, page, parent)
    page.locator("a.card-link").first.click()
    expect(page.locator("table").first).to_be_visible()
    card = page.url
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    reason = ("--reason", "court_order", "--decision", "12/2026/QĐ-TA")
    city.hocba("people", "bar", *place_of_pupil(city, parent), parent["name"], *reason)
    page.goto(f"{city.url}/con")
    expect(page.get_by_text("Hiện chưa có học sinh nào")).to_be_visible()
    expect(page.get_by_role("heading", name=child)).to_have_count(0)
    page.goto(card)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("table")).to_have_count(0)

    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("Không có mạng")
    expect(page.locator("table")).to_have_count(0)


def test_a_later_letter_adds_a_child_once_the_school_has_confirmed(
    city: City, letters: list[dict[str, Any]], new_phone: OpenPhone
) -> None:
    parent, other = pair_of_parents(letters, 1)
    page, _ = new_phone()
    enrol(city, page, parent)

    page.goto(f"{city.url}/kich-hoat#{other['activation_code']}")
    expect(page.get_by_text(f"Bạn đang đăng nhập với tên {parent['name']}")).to_be_visible()
    page.get_by_role("button", name="Thêm con").click()
    expect(page.get_by_role("alert")).to_contain_text("Mã kích hoạt")  # another person's letter
    assert_open_to_all(page)

    same_person = next(
        one for one in letters if one["situation"] == "one_child" and one["name"] != barred_family(letters)
    )
    name, (child,) = same_person["name"], same_person["children"]
    forget_personal_code(city, same_person)
    page.goto("about:blank")
    page.goto(f"{city.url}/kich-hoat#{same_person['activation_code']}")
    page.get_by_role("button", name="Thêm con").click()
    expect(news(page, "Đang chờ nhà trường xác nhận")).to_contain_text("mang thẻ căn cước")
    page.get_by_role("link", name="Về học bạ của con").click()
    expect(page.get_by_role("heading", name=parent["children"][0])).to_be_visible()
    expect(page.get_by_role("heading", name=child)).to_have_count(0)

    city.hocba("enrolment", "confirm", waiting_of(city, name), *BY)
    page.reload()
    expect(page.get_by_role("heading", name=child)).to_be_visible()
    expect(news(page, f"thêm học sinh: {child}")).to_be_visible()


def test_another_passkey_wants_the_old_one_first(
    city: City, letters: list[dict[str, Any]], new_phone: OpenPhone
) -> None:
    parent, _ = pair_of_parents(letters, 2)
    page, authenticator = new_phone()
    enrol(city, page, parent)
    page.get_by_role("link", name="Tài khoản").click()
    add = page.get_by_role("button", name="Thêm khóa trên máy này")
    passkeys = page.get_by_role("region", name="Khóa đăng nhập").locator("li")
    expect(passkeys).to_have_count(1)
    expect(passkeys).to_contain_text("khóa duy nhất")

    add.click()
    assert_open_to_all(page)
    page.get_by_role("button", name="Thôi, không làm nữa").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa có gì thay đổi")

    add.click()
    authenticator.refuse(True)
    page.get_by_role("button", name="Mở khóa để tiếp tục").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Chưa mở được khóa")
    authenticator.refuse(False)
    page.get_by_role("button", name="Mở khóa để tiếp tục").click()
    expect(page.get_by_role("alert")).to_contain_text("Máy này đã giữ một khóa của bạn")

    authenticator.lose()  # another authenticator, as far as anybody can tell
    add.click()
    expect(passkeys).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="Đã thêm khóa")).to_be_visible()
    assert_open_to_all(page)

    passkeys.last.get_by_role("button", name="Đổi tên").click()
    page.get_by_label("Tên mới của khóa").fill("Máy của bà ngoại")
    page.get_by_role("button", name="Lưu tên").click()
    expect(passkeys.filter(has_text="Máy của bà ngoại")).to_have_count(1)

    passkeys.filter(has_text="Đang dùng").get_by_role("button", name="Xóa").click()
    expect(page.get_by_role("dialog")).to_contain_text("Đây là khóa bạn đang dùng")
    assert_open_to_all(page)
    page.get_by_role("button", name="Xóa khóa này").click()
    expect(page).to_have_url(f"{city.url}/dang-nhap")
    page.get_by_role("button", name="Mở bằng khóa trên máy này").click()
    expect(page).to_have_url(f"{city.url}/tai-khoan")
    expect(passkeys).to_have_count(1)
    expect(passkeys).to_contain_text("Máy của bà ngoại")
    expect(news(page, "Một khóa đăng nhập của bạn đã bị xóa")).to_be_visible()


def test_a_new_personal_code_counts_once_the_school_has_confirmed_it(
    city: City, letters: list[dict[str, Any]], new_phone: OpenPhone
) -> None:
    _, parent = pair_of_parents(letters, 3)
    old, new = parent["personal_code"], "999185999977"
    page, authenticator = new_phone()
    enrol(city, page, parent)
    page.get_by_role("link", name="Tài khoản").click()
    page.get_by_text("Số định danh của tôi đã đổi").click()
    ask = page.get_by_role("button", name="Gửi nhà trường xác nhận")
    page.get_by_label("Số định danh cá nhân").fill("99918599")
    ask.click()
    expect(page.get_by_text("Số định danh cá nhân có đúng 12 chữ số")).to_be_visible()
    assert_open_to_all(page)

    page.get_by_label("Số định danh cá nhân").fill(new)
    ask.click()
    page.get_by_role("button", name="Thôi, không làm nữa").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa có gì thay đổi")
    assert not [one for one in city.hocba("enrolment", "waiting")["enrolments"] if one["guardian"] == parent["name"]]
    used = authenticator.uses()
    ask.click()
    page.get_by_role("button", name="Mở khóa để tiếp tục").click()
    expect(page.get_by_role("status").filter(has_text="Đã gửi")).to_be_visible()
    assert authenticator.uses() == used + 1
    expect(page.get_by_text(f"••• ••• ••• {old[-3:]}")).to_be_visible()
    assert_open_to_all(page)

    city.hocba("enrolment", "confirm", waiting_of(city, parent["name"]), *BY)
    page.reload()
    expect(page.get_by_text(f"••• ••• ••• {new[-3:]}")).to_be_visible()
    expect(news(page, "Nhà trường đã ghi số định danh mới")).to_be_visible()
    page.goto(f"{city.url}/con")
    log_out(page)
    page.goto(f"{city.url}/dang-nhap")
    page.get_by_label("Số định danh cá nhân").fill(old)
    page.get_by_role("button", name="Mở học bạ").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page).to_have_url(f"{city.url}/dang-nhap")
    log_in(city, page, {"personal_code": new})
    expect(page.get_by_role("heading", name=parent["children"][0])).to_be_visible()


def test_a_session_elsewhere_is_ended_from_here(
    city: City, letters: list[dict[str, Any]], new_phone: OpenPhone
) -> None:
    parent, _ = pair_of_parents(letters, 3)
    (page, authenticator), (elsewhere, copy) = new_phone(), new_phone()
    enrol(city, page, parent)
    copy.hold({**authenticator.passkeys()[0], "signCount": 100})
    elsewhere.goto(f"{city.url}/dang-nhap")
    elsewhere.get_by_role("button", name="Mở bằng khóa trên máy này").click()
    expect(elsewhere).to_have_url(f"{city.url}/con")
    elsewhere.locator("a.card-link").first.click()
    elsewhere.get_by_role("link", name="Báo chỗ sai").click()
    elsewhere.get_by_label("Nội dung").fill("Điểm Toán chưa đúng")
    asked_about = elsewhere.url

    page.goto(f"{city.url}/tai-khoan")
    devices = page.get_by_role("region", name="Máy đang đăng nhập").locator("li")
    expect(devices).to_have_count(2)
    assert_open_to_all(page)
    page.get_by_role("button", name="Đăng xuất ở đó").click()
    expect(devices).to_have_count(1)
    expect(devices).to_contain_text("Máy này")

    elsewhere.get_by_role("button", name="Gửi cho nhà trường").click()
    expect(elsewhere).to_have_url(f"{city.url}/dang-nhap")
    elsewhere.get_by_role("button", name="Mở bằng khóa trên máy này").click()
    expect(elsewhere).to_have_url(asked_about)
    expect(elsewhere.get_by_label("Nội dung")).to_have_value("Điểm Toán chưa đúng")
    beside = elsewhere.context.new_page()
    beside.goto(f"{city.url}/con")
    log_out(beside)
    elsewhere.dispatch_event("body", "visibilitychange")  # bubbles to the document, as when the tab is looked at
    expect(elsewhere).to_have_url(f"{city.url}/dang-nhap")
    page.reload()
    expect(devices).to_have_count(1)
    page.goto(f"{city.url}/con")
    log_out(page)
