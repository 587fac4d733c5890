"""The whole way of a card in a real browser: batch in, parent's phone, paper, QR, verdict, with and without network."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journeys.city import HOCBA, PUPILS, SEED, City
from tests.journeys.paper import (
    attached_xml,
    print_pages,
    read_by_zbar,
    read_by_zxing,
    with_attached_xml,
    with_words_on_first_page,
)
from tests.journeys.parents import enrol, log_in
from tests.journeys.phone import add_authenticator, phone

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    with phone(tmp_path_factory.mktemp("profile")) as context:
        yield context


@pytest.fixture(scope="module")
def page(browser: BrowserContext) -> Page:
    page = browser.new_page()
    add_authenticator(page)
    return page


@pytest.fixture(scope="module")
def parent(built: tuple[City, dict[str, Any]]) -> dict[str, Any]:
    shown: dict[str, Any] = built[1]["parents"][0]
    return shown


@pytest.fixture(scope="module")
def card_pdf(city: City, page: Page, parent: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enrol, log out, log in again, open the first child's card, download its PDF: as the parent does it."""
    enrol(city, page, parent)
    page.get_by_role("button", name="Đăng xuất").click()
    log_in(city, page, parent)
    page.locator("a.card-link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Học bạ")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải PDF").click()
    path = tmp_path_factory.mktemp("download") / "card.pdf"
    download.value.save_as(path)
    assert re.fullmatch(r"hoc-ba-\d{4}-\d{4}\.pdf", download.value.suggested_filename)
    return path


@pytest.fixture(scope="module")
def qr_url(card_pdf: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a phone's camera reads from the printed page; zxing and zbar must agree."""
    pages = print_pages(card_pdf, tmp_path_factory.mktemp("pages"))
    by_zxing, by_zbar = read_by_zxing(pages), read_by_zbar(pages)
    assert len(by_zxing) == 1
    assert by_zbar == by_zxing
    return by_zxing.pop()


def check_file(city: City, page: Page, path: Path) -> Locator:
    page.goto(f"{city.url}/v")
    page.locator("input[type=file][accept*=pdf]").set_input_files(path)
    return page.locator(".verdict-view")


def verdict_word(view: Locator) -> Locator:
    return view.locator(".verdict")


def test_parent_sees_every_child_and_every_mark(city: City, card_pdf: Path, page: Page, parent: dict[str, Any]) -> None:
    page.goto(f"{city.url}/con")
    for child in parent["children"]:
        expect(
            page.get_by_role("heading", name=child["name"] if isinstance(child, dict) else child).first
        ).to_be_visible()
    page.locator("a.card-link").first.click()
    transcript = city.verify(card_pdf)[1]["record"]
    subjects = transcript["results"]["subjects"]
    assert len(subjects) >= 9
    rows = page.locator("table tbody tr")
    expect(rows.first).to_be_visible()
    shown = page.locator("main").inner_text()
    for subject in subjects:
        for mark in (subject.get("score"), subject.get("year"), subject.get("semester_1"), subject.get("semester_2")):
            if mark is not None:
                assert str(mark).replace(".", ",") in shown or str(mark).removesuffix(".0") in shown


def test_page_fits_a_phone(city: City, card_pdf: Path, page: Page) -> None:
    assert card_pdf.exists()
    for path in ("/", "/kich-hoat", "/dang-nhap", "/con", "/v"):
        page.goto(city.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_link_of_another_letter_is_taken_in_the_same_tab(city: City, page: Page) -> None:
    page.goto(f"{city.url}/kich-hoat")
    page.goto(f"{city.url}/kich-hoat#ABCD-EFGH-JKMN")
    expect(page.get_by_label("Mã kích hoạt")).to_have_value("ABCD-EFGH-JKMN")
    expect(page).to_have_url(f"{city.url}/kich-hoat")


def test_downloaded_pdf_is_genuine_in_the_shell(city: City, card_pdf: Path) -> None:
    status, verdict = city.verify(card_pdf)
    assert (status, verdict["verdict"]) == (0, "genuine")
    assert {signature["role"] for signature in verdict["signatures"]} >= {"manager", "school", "pdf_seal"}
    assert "personal_code" not in str(verdict)


def test_downloaded_pdf_is_genuine_on_the_page(city: City, card_pdf: Path, page: Page) -> None:
    view = check_file(city, page, card_pdf)
    expect(verdict_word(view)).to_have_class("verdict genuine")
    expect(view).to_contain_text("HỢP LỆ")


def test_qr_opens_a_genuine_card_with_and_without_network(city: City, qr_url: str, browser: BrowserContext) -> None:
    assert qr_url.startswith(f"{city.url}/v#")
    visitor = browser.new_page()
    visitor.goto(f"{city.url}/v")
    visitor.evaluate("navigator.serviceWorker.ready.then(() => true)")
    visitor.goto("about:blank")
    visitor.goto(qr_url)
    view = visitor.locator(".verdict-view")
    expect(verdict_word(view)).to_have_class("verdict genuine")
    assert visitor.url == f"{city.url}/v"

    browser.set_offline(True)
    try:
        visitor.goto("about:blank")
        visitor.goto(qr_url)
        expect(verdict_word(view)).to_have_class("verdict genuine")
        expect(view).to_contain_text("không cần mạng")
    finally:
        browser.set_offline(False)
        visitor.close()


def test_photo_of_the_printed_qr_is_read_in_the_browser(city: City, card_pdf: Path, page: Page, tmp_path: Path) -> None:
    first, *_ = (path for path in print_pages(card_pdf, tmp_path) if read_by_zxing([path]))
    page.goto(f"{city.url}/v")
    page.locator("input[type=file][accept^=image]").first.set_input_files(first)
    expect(verdict_word(page.locator(".verdict-view"))).to_have_class("verdict genuine")


def test_one_mark_changed_in_the_attached_xml_is_altered(
    city: City, card_pdf: Path, page: Page, tmp_path: Path
) -> None:
    pdf = card_pdf.read_bytes()
    xml = attached_xml(pdf)
    changed = re.sub(
        rb"<(DIEM_CA_NAM|MUC_DAT_DUOC)>([^<]+)<",
        lambda found: b"<%b>%b<" % (found[1], b"10.0" if found[1] == b"DIEM_CA_NAM" else b"C"),
        xml,
        count=1,
    )
    assert changed != xml
    forged = tmp_path / "xml-changed.pdf"
    forged.write_bytes(with_attached_xml(pdf, changed))
    assert city.verify(forged)[0] == 1
    view = check_file(city, page, forged)
    expect(verdict_word(view)).to_have_class("verdict altered")
    expect(view).not_to_contain_text("Điểm")

    bare = tmp_path / "changed.xml"
    bare.write_bytes(changed)
    expect(verdict_word(check_file(city, page, bare))).to_have_class("verdict altered")


def test_words_written_over_the_page_are_altered(city: City, card_pdf: Path, page: Page, tmp_path: Path) -> None:
    forged = tmp_path / "page-changed.pdf"
    forged.write_bytes(with_words_on_first_page(card_pdf.read_bytes(), "10,0"))
    status, verdict = city.verify(forged)
    assert (status, verdict["verdict"], verdict["record"]) == (1, "altered", None)
    expect(verdict_word(check_file(city, page, forged))).to_have_class("verdict altered")


def test_withdrawn_card_is_revoked_everywhere(city: City, card_pdf: Path, qr_url: str, browser: BrowserContext) -> None:
    record_id = city.verify(card_pdf)[1]["record"]["record_id"]
    city.hocba("revoke", record_id, "--reason", "nhập sai điểm", "--by", "trường", "--approved-by", "Sở")
    visitor = browser.new_page()
    visitor.goto(qr_url)
    expect(verdict_word(visitor.locator(".verdict-view"))).to_have_class("verdict revoked")
    status, verdict = city.verify(card_pdf)
    assert (status, verdict["verdict"]) == (1, "revoked")
    answer = httpx.post(f"{city.url}/api/verify", content=card_pdf.read_bytes())
    assert answer.json()["verdict"] == "revoked"
    visitor.close()


def test_demo_prints_the_fingerprint_that_a_shell_needs(
    first_city: tuple[City, dict[str, Any]], tmp_path: Path
) -> None:
    again = first_city[0].copied_to(tmp_path / "again")
    done = subprocess.run(
        [HOCBA, "demo", "--pupils", str(PUPILS), "--seed", str(SEED)],
        env=again.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    printed = re.search("--trust-anchor: ([0-9a-f]{64})$", done.stdout, re.MULTILINE)
    assert printed is not None, done.stdout
    assert printed[1] == again.hocba("demo", "--pupils", str(PUPILS), "--seed", str(SEED))["trust_anchor"]
