"""``make pictures``: the README's pictures, taken of the running demo city with a phone-sized Chromium."""

import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.city import ROOT, City, build_city
from tests.journeys.paper import print_pages, read_by_zxing
from tests.journeys.phone import add_authenticator, phone

FOLDER = ROOT / "docs/images"
GAP = 24


def main() -> None:
    """Enrol a demo parent, open a card, open its QR, and put what the phone showed side by side."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        city, summary = build_city(folder)
        with city.served(), phone(folder / "profile") as context:
            page = context.new_page()
            add_authenticator(page)
            shots = take(city, page, summary["parents"][0], folder)
        FOLDER.mkdir(parents=True, exist_ok=True)
        side_by_side(shots).save(FOLDER / "parent-and-verdict.png", optimize=True)


def take(city: City, page: Page, parent: dict[str, str], folder: Path) -> list[Path]:
    """The children's list, a card, and the verdict of its QR."""
    page.goto(f"{city.url}/kich-hoat#{parent['activation_code']}")
    page.get_by_label("Số định danh cá nhân").fill(parent["personal_code"])
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page).to_have_url(f"{city.url}/con")
    expect(page.locator("a.card-link").first).to_be_visible()
    shots = [shoot(page, folder / "children.png")]
    page.locator("a.card-link").first.click()
    expect(page.locator("table").first).to_be_visible()
    shots.append(shoot(page, folder / "card.png"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải PDF").click()
    download.value.save_as(folder / "card.pdf")
    (url,) = read_by_zxing(print_pages(folder / "card.pdf", folder))
    page.goto("about:blank")
    page.goto(url)
    expect(page.locator(".verdict")).to_be_visible()
    shots.append(shoot(page, folder / "verdict.png"))
    return shots


def shoot(page: Page, path: Path) -> Path:
    """What fits the phone's screen."""
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=path)
    return path


def side_by_side(paths: list[Path]) -> Image.Image:
    """The pictures in one row."""
    pictures = [Image.open(path).convert("RGB") for path in paths]
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) - 1)
    row = Image.new("RGB", (width, pictures[0].height), "#dfe3e8")
    x = 0
    for picture in pictures:
        row.paste(picture, (x, 0))
        x += picture.width + GAP
    return row


if __name__ == "__main__":
    main()
