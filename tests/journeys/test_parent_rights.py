"""Rights, as taps: a correction, the 18th birthday, everything taken along, the account deleted."""

import csv
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city import City
from tests.journeys.family import (
    answer_with,
    card_with_a_summer,
    holds_up,
    letter_of,
    parent_of_one,
    pupil_of,
    seven_children,
    show_passkey_again,
)
from tests.journeys.parents import enrol
from tests.journeys.phone import Phones, add_authenticator
from verifier.vietnam_time import VIETNAM_TIME

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def mother(
    city: City, built: tuple[City, dict[str, Any]], pocket: Phones, tmp_path_factory: pytest.TempPathFactory
) -> Page:
    """Of two children at two schools, logged in."""
    return with_phone(city, pocket, tmp_path_factory.mktemp("mother"), built[1]["parents"][0])


def with_phone(city: City, pocket: Phones, profile: Path, letter: dict[str, Any]) -> Page:
    page = pocket.open(profile).new_page()
    add_authenticator(page)
    enrol(city, page, letter)
    return page


def test_each_result_opens_the_rule_behind_it(city: City, mother: Page) -> None:
    mother.goto(f"{city.url}/con")
    holds_up(mother)
    for number in range(2):
        mother.locator("section.child").nth(number).locator("a.card-link").first.click()
        why = mother.locator(".why details")
        expect(why.first).to_be_visible()
        for reasons in why.all():
            reasons.locator("summary").click()
        expect(why.filter(has_text="Được lên lớp")).to_contain_text("Theo điều 1")
        holds_up(mother)
        mother.go_back()


def test_seven_children_and_twelve_years_are_easy_to_find_ones_way_in(city: City, mother: Page) -> None:
    page = mother
    answer_with(page, "/api/me", seven_children())
    page.goto(f"{city.url}/con")
    names = page.get_by_role("navigation", name="Chọn học sinh").get_by_role("link")
    expect(names).to_have_count(7)
    holds_up(page)
    expect(page.locator("section.child").nth(6).locator("a.card-link").first).not_to_be_in_viewport()
    names.nth(6).click()
    expect(page.locator("section.child").nth(6).locator("a.card-link").first).to_be_in_viewport()

    first = page.locator("section.child").first
    expect(first.locator("a.card-link:visible")).to_have_count(1)
    expect(first.get_by_role("link", name="xem chỗ khác nhau")).to_be_visible()
    first.get_by_text("11 năm học trước").click()
    expect(first.locator("a.card-link:visible")).to_have_count(12)
    schools = [name.inner_text() for name in first.locator(".timeline-school:visible").all()]
    assert schools == ["Trường THPT Chu Văn Mẫu", "Trường THCS Sao Mai", "Trường Tiểu học Hoa Sen"]
    expect(page.locator("section.child").nth(1)).to_contain_text("chậm nhất ngày 15/08/2027")
    holds_up(page)
    page.unroute("**/api/me")


def test_card_says_what_the_summer_is_for_and_what_was_corrected(city: City, mother: Page) -> None:
    page = mother
    record_id = "00000000-0000-4000-8000-000000000002"
    answer_with(page, f"/api/cards/{record_id}", card_with_a_summer(until=date(2026, 8, 15)))
    page.goto(f"{city.url}/hoc-ba/{record_id}")
    expect(page.get_by_text("Kiểm tra, đánh giá lại: Toán và Ngữ văn.")).to_contain_text("Hạn: ngày 15/08/2026.")
    expect(page.get_by_text("Toán, cả năm: 2,0 → 3,0")).to_be_visible()
    page.locator(".why summary").filter(has_text="Kết quả học tập").click()
    expect(page.get_by_text("Chưa được Đạt vì: Toán 3,0 (cần từ 3,5)").first).to_be_visible()
    holds_up(page)
    page.emulate_media(media="print")
    expect(page.get_by_text("Trang in để xem.")).to_be_visible()
    for screen_only in (".why", ".actions", ".resume"):
        expect(page.locator(screen_only)).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("document.documentElement.dataset.text = 'largest'")
    room_for_text = "box => box.clientWidth / parseFloat(getComputedStyle(box).fontSize)"
    assert page.locator(".notice-text").last.evaluate(room_for_text) > len("15/08/2026") * 0.6  # a digit's width


def test_correction_is_asked_for_from_the_card_and_answered_in_time(city: City, mother: Page) -> None:
    page = mother
    page.goto(f"{city.url}/con")
    page.locator("a.card-link").first.click()
    page.locator(".why summary").filter(has_text="Được lên lớp").click()
    page.get_by_role("link", name="Đề nghị nhà trường xem lại").first.click()
    expect(page.get_by_label("Chỗ nào sai?")).to_have_value("Được lên lớp")
    page.get_by_role("button", name="Gửi cho nhà trường").click()
    expect(page.get_by_text("Hãy viết nội dung")).to_be_visible()
    holds_up(page)
    page.get_by_label("Chỗ nào sai?").select_option(label="Chỗ khác")
    page.get_by_label("Chỗ sai, theo cách gọi của bạn").fill("Toán, học kì II")
    holds_up(page)
    page.get_by_label("Chỗ nào sai?").select_option(label="Toán")
    page.get_by_label("Nội dung").fill("Học bạ ghi 7,2; bài kiểm tra của con được 9.")
    page.get_by_role("button", name="Gửi cho nhà trường").click()
    expect(page.get_by_text("Đã gửi cho nhà trường")).to_be_in_viewport()
    expect(page.get_by_label("Nội dung")).to_have_value("")  # nothing is left to be sent twice
    entry = page.get_by_role("listitem").filter(has_text="· Toán")
    expect(entry).to_contain_text("Đã gửi")
    expect(entry).to_contain_text("Trả lời chậm nhất ngày")
    holds_up(page)

    (waiting,) = city.hocba("request", "list")["requests"]
    request_id = waiting["request"]["request_id"]
    city.hocba("request", "acknowledge", request_id, "--by", "Văn thư")
    page.reload()
    expect(entry).to_contain_text("Nhà trường đã nhận")
    city.hocba("request", "answer", request_id, "--text", "Đã sửa, học bạ mới sẽ thay.", "--by", "Hiệu trưởng")
    page.reload()
    expect(entry).to_contain_text("Đã trả lời")
    expect(entry).to_contain_text("Đã sửa, học bạ mới sẽ thay.")
    expect(entry.get_by_role("button", name="Rút lại yêu cầu")).to_have_count(0)


def test_request_is_taken_back(city: City, mother: Page) -> None:
    page = mother
    page.goto(f"{city.url}/yeu-cau")
    page.get_by_label("Hạn chế xử lý dữ liệu").check()
    page.get_by_label("Nội dung").fill("Đang chờ kết luận")
    page.get_by_role("button", name="Gửi cho nhà trường").click()
    entry = page.get_by_role("listitem").filter(has_text="Đang chờ kết luận")
    entry.get_by_role("button", name="Rút lại yêu cầu").click()
    expect(entry).to_contain_text("Đã rút lại")
    assert city.hocba("request", "list")["requests"] == []


def test_english_reader_reads_days_and_rules(city: City, mother: Page) -> None:
    page = mother
    page.goto(f"{city.url}/yeu-cau")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("Answered", exact=True)).to_be_visible()
    holds_up(page)
    page.goto(f"{city.url}/nhat-ky")
    expect(page.get_by_role("listitem").first).to_contain_text("mother")
    holds_up(page)
    page.goto(f"{city.url}/con")
    page.locator("a.card-link").first.click()
    page.locator(".why summary").first.click()
    expect(page.get_by_text("Article 9.2").first).to_be_visible()
    page.get_by_role("button", name="Tiếng Việt").click()


@pytest.fixture(scope="module")
def of_age(city: City) -> dict[str, str]:
    """A pupil who is not 18 yet today."""
    today = datetime.now(UTC).date()
    return pupil_of(city, younger_than=date(today.year - 18, today.month, today.day))


def come_nearer(city: City, pupil: dict[str, str], *, days: int) -> None:
    """As if the 18th birthday were so many days away: a decision corrects the date of birth."""
    day = datetime.now(VIETNAM_TIME).date() + timedelta(days=days)
    born = day.replace(year=day.year - 18, day=min(day.day, 28))
    decided = ("--date-of-birth", born.isoformat(), "--decision", "12/QĐ-UBND", "--by", "Văn thư")
    city.hocba("people", "civil-status", pupil["school_code"], pupil["pupil_code"], *decided)


def test_18th_birthday_ends_the_parents_reading_until_the_pupil_lets_them(
    city: City, pocket: Phones, of_age: dict[str, str], tmp_path: Path
) -> None:
    parent = with_phone(city, pocket, tmp_path / "parent", letter_of(city, of_age["parent"]))
    section = parent.locator("section.child", has_text=of_age["name"])
    expect(section).to_be_visible()
    card = section.locator("a.card-link").first.get_attribute("href")
    code = of_age["school_code"]
    come_nearer(city, of_age, days=30)
    parent.reload()
    soon = section.get_by_role("note").filter(has_text="sắp đủ 18 tuổi")
    expect(soon).to_contain_text("tới trường nhận thư kích hoạt của riêng mình")
    holds_up(parent)
    city.hocba("letters", code, "--own-accounts", "--output", str(tmp_path / "letters.csv"))
    with (tmp_path / "letters.csv").open(encoding="utf-8-sig", newline="") as table:
        own = next(row for row in csv.DictReader(table) if row["guardian"] == of_age["name"])
    own_phone = with_phone(city, pocket, tmp_path / "pupil", {**own, "personal_code": of_age["personal_code"]})
    expect(own_phone.get_by_role("note")).to_contain_text("Tài khoản của bạn đã sẵn sàng")
    expect(own_phone.get_by_role("heading", name="Học bạ của tôi")).to_be_visible()
    expect(own_phone.locator("section.child")).to_have_count(0)
    holds_up(own_phone)
    parent.reload()
    expect(soon).to_contain_text("Con đã có tài khoản riêng")

    come_nearer(city, of_age, days=0)
    parent.goto(f"{city.url}/con")
    told = parent.get_by_role("note").filter(has_text="đã đủ 18 tuổi")
    expect(told).to_contain_text("Cha mẹ có được xem không?")
    expect(section).to_have_count(0)
    holds_up(parent)
    told.get_by_role("link", name="đọc thêm").click()
    expect(parent.get_by_role("heading", name="Khi con đủ 18 tuổi")).to_be_in_viewport()
    parent.goto(f"{city.url}{card}")
    expect(parent.get_by_role("heading", name="Không mở được học bạ này")).to_be_visible()

    own_phone.reload()
    expect(own_phone.get_by_role("heading", name="Học bạ của tôi")).to_be_visible()
    own_phone.get_by_text("Cha mẹ có được xem không?").click()
    holds_up(own_phone)
    mine = own_phone.get_by_role("listitem").filter(has_text=letter_of(city, of_age["parent"])["name"])
    mine.get_by_role("button", name="Cho xem tiếp").click()
    expect(mine).to_contain_text("Được xem")
    parent.goto(f"{city.url}/con")
    expect(section).to_be_visible()
    expect(told).to_have_count(0)
    expect(parent.get_by_role("note").filter(has_text="cho bạn xem tiếp học bạ")).to_contain_text(of_age["name"])

    mine.get_by_role("button", name="Thôi cho xem").click()
    expect(mine).to_contain_text("Không được xem")
    parent.goto(f"{city.url}{card}")
    expect(parent.get_by_role("heading", name="Không mở được học bạ này")).to_be_visible()


def test_everything_is_taken_along_and_the_account_deleted(city: City, pocket: Phones, tmp_path: Path) -> None:
    letter = parent_of_one(city)
    page = with_phone(city, pocket, tmp_path / "phone", letter)
    page.goto(f"{city.url}/yeu-cau")
    page.get_by_role("button", name="Tải tệp zip").click()
    with page.expect_download() as download:
        show_passkey_again(page)
    download.value.save_as(tmp_path / "all.zip")
    names = zipfile.ZipFile(tmp_path / "all.zip").namelist()
    assert {Path(name).suffix for name in names} >= {".json", ".pdf", ".xml"}

    page.get_by_text("Xóa tài khoản của tôi").click()
    page.get_by_role("button", name="Xóa tài khoản", exact=True).click()
    expect(page.get_by_text("Hãy đánh dấu vào ô này")).to_be_visible()
    holds_up(page)
    page.get_by_label("Tôi hiểu và muốn xóa tài khoản").check()
    page.get_by_role("button", name="Xóa tài khoản", exact=True).click()
    gone = page.get_by_role("dialog")
    expect(gone).to_contain_text("Đã xóa tài khoản")
    expect(gone.get_by_role("listitem").first).to_be_visible()
    holds_up(page)
    gone.get_by_role("button", name="Trang đầu").click()
    page.goto(f"{city.url}/con")
    expect(page).to_have_url(f"{city.url}/dang-nhap")
    page.get_by_label("Số định danh cá nhân").fill(letter["personal_code"])
    page.get_by_role("button", name="Mở học bạ").click()
    expect(page.get_by_role("alert")).to_be_visible()
