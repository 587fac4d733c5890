"""A card shared by a link: made, opened, seen who, refused, revoked; on phones, by touch and by keyboard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.city import City
from tests.journeys.family import (
    bar,
    fill_share,
    give_child_of_class,
    holds_up,
    made_link,
    make_link,
    open_link,
    parent_of_one,
    show_passkey_again,
)
from tests.journeys.paper import read_by_zxing
from tests.journeys.parents import enrol, enrol_staff
from tests.journeys.phone import Authenticator, Phones, add_authenticator

pytestmark = pytest.mark.journey

SCHOOL = "Trường THCS Sao Mai"
CLERK = "Lê Thị Văn Thư"


@pytest.fixture(scope="module")
def mother(
    city: City, built: tuple[City, dict[str, Any]], pocket: Phones, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Page, Authenticator]:
    """Of two children at two schools, logged in."""
    page = pocket.open(tmp_path_factory.mktemp("mother")).new_page()
    authenticator = add_authenticator(page)
    enrol(city, page, built[1]["parents"][0])
    return page, authenticator


@pytest.fixture(scope="module")
def office(pocket: Phones, tmp_path_factory: pytest.TempPathFactory) -> BrowserContext:
    """The receiver's browser: no session, no passkey."""
    return pocket.open(tmp_path_factory.mktemp("office"))


@pytest.fixture
def receiver(office: BrowserContext) -> Iterator[Page]:
    page = office.new_page()
    yield page
    page.close()


def begin(city: City, page: Page) -> None:
    """From the newest card of the first child."""
    page.goto(f"{city.url}/con")
    page.locator("a.card-link").first.click()
    expect(page.locator("table").first).to_be_visible()  # the list of children has links of that name too
    page.get_by_role("link", name="Chia sẻ", exact=True).click()
    expect(page.get_by_role("heading", name="Chia sẻ học bạ mới")).to_be_visible()


def test_a_link_needs_the_passkey_again_and_is_told_once(
    city: City, mother: tuple[Page, Authenticator], receiver: Page, tmp_path: Path
) -> None:
    page, passkey = mother
    begin(city, page)
    page.get_by_role("button", name="Tạo liên kết").click()
    expect(page.get_by_text("Hãy ghi ai nhận.")).to_be_visible()
    expect(page.get_by_text("Hãy ghi để làm gì.")).to_be_visible()
    holds_up(page)

    fill_share(page, receiver=SCHOOL)
    page.get_by_role("button", name="Tạo liên kết").click()
    holds_up(page)
    page.get_by_role("button", name="Thôi, không làm nữa").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa có gì thay đổi")

    uses = passkey.uses()
    page.get_by_role("button", name="Tạo liên kết").click()
    show_passkey_again(page)
    expect(page.get_by_role("heading", name="Đã tạo liên kết")).to_be_visible()
    assert passkey.uses() == uses + 1
    link = page.locator(".link-to-copy").inner_text()
    holds_up(page)
    page.locator(".link-qr").screenshot(path=tmp_path / "code.png")
    assert read_by_zxing([tmp_path / "code.png"]) == {link}

    receiver.goto(link)
    expect(receiver.get_by_text(SCHOOL)).to_be_visible()
    expect(receiver).to_have_url(f"{city.url}/x")  # the secret is out of the address bar
    receiver.get_by_role("button", name="Xem học bạ").click()
    expect(receiver.get_by_text("Hãy ghi họ tên của bạn.")).to_be_visible()
    holds_up(receiver)
    open_link(receiver, link, name=CLERK, organisation=SCHOOL)
    expect(receiver.locator(".shared-card table").first).to_be_visible()
    expect(receiver.get_by_role("link", name="Tải PDF")).to_have_count(0)
    receiver.get_by_text("Sơ yếu lí lịch").click()
    expect(receiver.get_by_text("Ngày sinh").first).to_be_visible()
    for private in ("Số định danh cá nhân", "Chỗ ở hiện tại", "Nơi sinh"):
        expect(receiver.get_by_text(private)).to_have_count(0)
    holds_up(receiver)

    receiver.reload()
    expect(receiver.locator(".shared-card table").first).to_be_visible()
    beside = receiver.context.new_page()  # whoever comes to this computer next
    beside.goto(f"{city.url}/x")
    expect(beside.get_by_text("Thiếu phần sau của liên kết")).to_be_visible()
    beside.close()


def test_parent_sees_who_opened_it_reports_it_and_revokes_the_link(
    city: City, mother: tuple[Page, Authenticator], receiver: Page
) -> None:
    page, _ = mother
    begin(city, page)
    fill_share(page, receiver="Phòng tuyển sinh")
    link = make_link(page)
    open_link(receiver, link, name="Người Lạ")
    expect(receiver.locator(".shared-card").first).to_be_visible()

    page.get_by_role("link", name="Tới danh sách đã chia sẻ").click()
    entry = page.get_by_role("listitem").filter(has_text="Phòng tuyển sinh")
    expect(entry).to_contain_text("Đã mở 1 lần")
    holds_up(page)
    entry.get_by_role("link", name="Xem ai đã mở").click()
    look = page.get_by_role("listitem").filter(has_text="Người Lạ").first
    expect(look).to_contain_text("Người nhận liên kết")
    expect(look).to_contain_text("Tự khai, không ai kiểm tra: Người Lạ")
    expect(look).to_contain_text("Mở bằng liên kết của")
    look.get_by_text("Báo lần xem đáng ngờ").click()
    look.get_by_role("button", name="Gửi báo cáo").click()
    expect(look).to_contain_text("Hãy viết vài dòng")
    holds_up(page)
    look.get_by_label("Vì sao bạn thấy lần xem này không đúng?").fill("Tôi không biết người này")
    look.get_by_role("button", name="Gửi báo cáo").click()
    expect(look).to_contain_text("Bạn đã báo ngày")

    page.goto(f"{city.url}/chia-se")
    entry.get_by_role("button", name="Thu hồi ngay").click()
    expect(entry).to_contain_text("Đã thu hồi")
    expect(entry.get_by_role("button")).to_have_count(0)
    receiver.goto("about:blank")
    receiver.goto(link)
    expect(receiver.get_by_role("alert")).to_contain_text("đã thu lại liên kết này")
    holds_up(receiver)


def test_parent_sees_which_teacher_opened_the_card_and_reports_it(
    city: City,
    built: tuple[City, dict[str, Any]],
    mother: tuple[Page, Authenticator],
    pocket: Phones,
    tmp_path: Path,
) -> None:
    """A card that waits for the teacher's signature; the parent has no card of that child yet."""
    page, _ = mother
    letter = next(one for one in built[1]["staff"] if one["role"] == "homeroom_teacher")
    place = {"school_name": letter["school_name"], "class_group": letter["class_group"]}
    child = give_child_of_class(city, tmp_path, parent=built[1]["parents"][0]["personal_code"], **place)
    teacher = pocket.open(tmp_path / "teacher").new_page()
    add_authenticator(teacher)
    enrol_staff(city, teacher, letter)
    teacher.locator("a.card-link").first.click()
    teacher.locator(".card-row", has_text=child["name"]).locator(".card-row-link").click()
    expect(teacher.locator("table").first).to_be_visible()

    page.goto(f"{city.url}/con")
    section = page.locator("section.child", has_text=child["name"])
    section.get_by_role("link", name="Ai đã xem").click()
    look = page.get_by_role("listitem").filter(has_text=letter["name"])
    expect(look).to_have_count(1)
    for known in ("Người của nhà trường, Sở", "giáo viên chủ nhiệm", letter["school_name"], "Xem học bạ"):
        expect(look).to_contain_text(known)
    expect(look).not_to_contain_text("Tự khai")
    look.get_by_text("Báo lần xem đáng ngờ").click()
    look.get_by_label("Vì sao bạn thấy lần xem này không đúng?").fill("Con không học lớp này")
    look.get_by_role("button", name="Gửi báo cáo").click()
    expect(look).to_contain_text("Bạn đã báo ngày")
    holds_up(page)
    (report,) = [
        one
        for one in city.hocba("looks", "reported", "--school", child["school_code"])["reports"]
        if one["text"] == "Con không học lớp này"
    ]
    assert report["look"]["name"] == letter["name"]


def test_older_looks_are_a_tap_away(city: City, mother: tuple[Page, Authenticator]) -> None:
    page, _ = mother
    look = {"at": "2026-06-02T02:00:00Z", "pupil_id": "p", "record_id": None, "role": None}
    look |= {"share_id": None, "shared_by": None}
    newer = {**look, "look_id": "1", "by": "staff", "name": "Cô Hoa", "organisation": SCHOOL, "what": "card"}
    older = {**look, "look_id": "2", "by": "school_system", "name": None, "organisation": SCHOOL, "what": "list"}
    answers = [
        {"looks": [{**newer, "role": "homeroom_teacher", "reported_at": None}], "next": "1"},
        {"looks": [{**older, "reported_at": "2026-06-03T02:00:00Z"}], "next": None},
    ]
    page.route("**/api/history?*", lambda route: route.fulfill(json=answers["before=" in route.request.url]))
    page.goto(f"{city.url}/nhat-ky")
    expect(page.get_by_role("listitem").filter(has_text="Cô Hoa")).to_contain_text("giáo viên chủ nhiệm")
    page.get_by_role("button", name="Xem cũ hơn").click()
    expect(page.get_by_role("listitem").filter(has_text="Phần mềm của nhà trường")).to_contain_text("Bạn đã báo ngày")
    expect(page.get_by_role("listitem").filter(has_text="Cô Hoa")).to_be_visible()
    expect(page.get_by_role("button", name="Xem cũ hơn")).to_have_count(0)
    holds_up(page)
    page.unroute("**/api/history?*")


def test_wrong_passcode_locks_the_link_for_good(city: City, mother: tuple[Page, Authenticator], receiver: Page) -> None:
    page, _ = mother
    begin(city, page)
    page.get_by_label("Mật mã (không bắt buộc)").fill("123")
    page.get_by_role("button", name="Tạo liên kết").click()
    expect(page.get_by_text("Mật mã cần ít nhất 4 ký tự")).to_be_visible()
    fill_share(page, receiver="Nơi có mật mã", passcode="hoa-sen-7")
    link = make_link(page)
    expect(page.get_by_text("Hãy nói mật mã cho người nhận bằng cách khác")).to_be_visible()

    open_link(receiver, link, name=CLERK)
    expect(receiver.get_by_text("Hãy nhập mật mã gia đình đã báo.")).to_be_visible()
    for left in range(4, 0, -1):
        receiver.get_by_label("Mật mã").fill(f"sai-{left}")
        receiver.get_by_role("button", name="Xem học bạ").click()
        expect(receiver.get_by_role("alert")).to_contain_text(f"Còn {left} lần thử")
    holds_up(receiver)
    receiver.get_by_label("Mật mã").fill("sai nữa")
    receiver.get_by_role("button", name="Xem học bạ").click()
    expect(receiver.get_by_role("alert")).to_contain_text("liên kết bị khóa")
    receiver.get_by_label("Mật mã").fill("hoa-sen-7")
    receiver.get_by_role("button", name="Xem học bạ").click()
    expect(receiver.get_by_role("alert")).to_contain_text("liên kết bị khóa")
    page.goto(f"{city.url}/chia-se")
    expect(page.get_by_role("listitem").filter(has_text="Nơi có mật mã")).to_contain_text("Đã khóa")


def test_a_child_of_seven_has_to_agree(city: City, mother: tuple[Page, Authenticator]) -> None:
    page, _ = mother
    begin(city, page)
    fill_share(page, receiver="Nơi nào đó")
    page.get_by_label("đã được hỏi và đồng ý").uncheck()
    page.get_by_role("button", name="Tạo liên kết").click()
    expect(page.get_by_text("Con đã đủ 7 tuổi.")).to_be_visible()
    holds_up(page)


def test_link_with_everything_hands_out_the_signed_files_once(
    city: City, mother: tuple[Page, Authenticator], receiver: Page, tmp_path: Path
) -> None:
    page, _ = mother
    begin(city, page)
    fill_share(page, receiver=SCHOOL)
    page.get_by_label("Có địa chỉ, nơi sinh, quê quán").check()
    page.get_by_label("Có số định danh cá nhân").check()
    page.get_by_label("Chỉ mở được một lần").check()
    link = make_link(page)
    open_link(receiver, link, name=CLERK)
    with receiver.expect_download() as download:
        receiver.get_by_role("link", name="Tải PDF").click()
    download.value.save_as(tmp_path / "card.pdf")
    status, verdict = city.verify(tmp_path / "card.pdf")
    assert (status, verdict["verdict"]) == (0, "genuine")
    receiver.get_by_text("Sơ yếu lí lịch").click()
    expect(receiver.get_by_text("Số định danh cá nhân")).to_be_visible()
    receiver.goto("about:blank")
    receiver.goto(link)
    expect(receiver.get_by_role("alert")).to_contain_text("chỉ mở được một lần và đã được mở")


def test_links_of_a_barred_parent_are_dead(city: City, pocket: Phones, receiver: Page, tmp_path: Path) -> None:
    father = parent_of_one(city)
    page = pocket.open(tmp_path).new_page()
    add_authenticator(page)
    enrol(city, page, father)
    begin(city, page)
    fill_share(page, receiver="Ông bà")
    link = make_link(page)
    open_link(receiver, link, name="Ông nội")
    expect(receiver.locator(".shared-card").first).to_be_visible()
    bar(city, child=father["children"][0], parent=father)
    receiver.goto("about:blank")
    receiver.goto(link)
    expect(receiver.get_by_role("alert")).to_contain_text("hiện không mở được")
    page.goto(f"{city.url}/con")
    expect(page.get_by_text("Hiện chưa có học sinh nào")).to_be_visible()


def test_page_without_the_end_of_the_link_says_what_to_do(city: City, receiver: Page) -> None:
    receiver.goto(f"{city.url}/x")
    expect(receiver.get_by_text("Thiếu phần sau của liên kết")).to_be_visible()
    holds_up(receiver)
    receiver.goto(f"{city.url}/x#{'A' * 43}")
    expect(receiver.get_by_role("alert")).to_contain_text("Không có liên kết này")
    holds_up(receiver)
    receiver.get_by_role("link", name="Vì sao liên kết không mở được?").click()
    expect(receiver.get_by_role("heading", name="Liên kết chia sẻ không mở được")).to_be_in_viewport()


def test_keyboard_alone_shares_opens_and_revokes(
    city: City, mother: tuple[Page, Authenticator], receiver: Page
) -> None:
    page, _ = mother
    page.goto(f"{city.url}/chia-se/moi")
    expect(page.get_by_label("Ai nhận?")).to_be_visible()
    tab_to(page, "Ai nhận?")
    page.keyboard.type("Bằng bàn phím")
    tab_to(page, "Để làm gì?")
    page.keyboard.type("thử")
    tab_to(page, "đã được hỏi và đồng ý")
    page.keyboard.press("Space")
    tab_to(page, "Tạo liên kết")
    page.keyboard.press("Enter")
    link = made_link(page, "Đã tạo liên kết")

    receiver.goto(link)
    expect(receiver.get_by_label("Họ tên của bạn")).to_be_visible()
    tab_to(receiver, "Họ tên của bạn")
    receiver.keyboard.type("Cô Phím")
    tab_to(receiver, "Xem học bạ")
    receiver.keyboard.press("Enter")
    expect(receiver.locator(".shared-card table").first).to_be_visible()
    tab_to(receiver, "Sơ yếu lí lịch")
    receiver.keyboard.press("Enter")
    expect(receiver.get_by_text("Ngày sinh").first).to_be_visible()

    tab_to(page, "Tới danh sách đã chia sẻ")
    page.keyboard.press("Enter")
    entry = page.get_by_role("listitem").filter(has_text="Bằng bàn phím")
    expect(entry).to_contain_text("Đang mở")
    tab_to(page, "Thu hồi ngay")  # the newest link stands first
    page.keyboard.press("Enter")
    expect(entry).to_contain_text("Đã thu hồi")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(() => { const at = document.activeElement;"
            " return (at.labels?.[0] ?? at).textContent + (at.getAttribute('aria-label') ?? ''); })()"
        )
        if name in focused:
            return
    pytest.fail(f"{name} is not reached by keyboard")


def test_english_reader_shares_and_revokes(city: City, mother: tuple[Page, Authenticator]) -> None:
    page, _ = mother
    page.goto(f"{city.url}/chia-se")
    page.get_by_role("button", name="English").click()
    page.get_by_role("link", name="Share a report card").click()
    page.get_by_label("Who receives it?").fill("Sunrise School")
    page.get_by_label("What for?").fill("admission")
    page.get_by_label("has been asked and agrees").check()
    holds_up(page)
    page.get_by_role("button", name="Make the link").click()
    made_link(page, "The link is made")
    page.get_by_role("link", name="To the list of links").click()
    entry = page.get_by_role("listitem").filter(has_text="Sunrise School")
    holds_up(page)
    entry.get_by_role("button", name="Revoke now").click()
    expect(entry).to_contain_text("Revoked")
    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.get_by_role("heading", name="Chia sẻ học bạ")).to_be_visible()
