"""What the verify page costs and reads in a real Chromium, by the page's own ways in: photos, pasted codes, the camera.

Photos are synthetic and the same on every run: codes of sealed capsules, QR versions 12 to 14, as cheap cameras of 720
and 1080 lines show them. They go through the queue of an admission day, whose export says what came of each and when.
"""

import io
import json
import random
import statistics
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, islice, pairwise
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from PIL import Image, ImageEnhance, ImageFilter
from playwright.sync_api import Browser, BrowserType, FilePayload, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from backend.demo.cards import cards_of
from backend.issuing.qr_code import render_qr
from tests.journeys.camera_film import camera_arguments, qr_picture, write_film
from tests.journeys.phone import ARGUMENTS, CHROMIUM
from tests.journeys.stand_in import World, read_vector, served_world, set_clock
from tests.vectors import city
from verifier.capsule import Capsule

PHOTOS: Final = 200
VERSIONS: Final = range(12, 15)
SIZES: Final = {"720p": (1280, 720), "1080p": (1920, 1080)}
CONDITIONS: Final = ("straight", "tilted", "blurred", "low light", "all three")
SHARE_OF_HEIGHT: Final = (0.4, 0.65)
"""Side of the code in the picture: from 3.7 pixels a module, which is little, to 6.5 at 720 lines."""
CHECKS: Final = 20
SLOWER: Final = 4
MAX_CHECK_MS: Final = 30
MAX_CAMERA_MS: Final = 1_500
_VECTOR: Final = "genuine_upper_secondary"

_PASTE = """(text) => new Promise((done) => {
  const field = document.querySelector("textarea");
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => {
    const began = performance.now();
    new MutationObserver((_, observer) => { observer.disconnect(); done(performance.now() - began); })
      .observe(document.querySelector(".last-check"), { childList: true, subtree: true, characterData: true });
    field.form.requestSubmit();
  }));
})"""
_WATCH_CAMERA = """
document.addEventListener("playing", () => { window.began ??= performance.now(); }, true);
new MutationObserver(() => {
  if (document.querySelector(".verdict")) window.ended ??= performance.now();
}).observe(document, { childList: true, subtree: true });
"""


class Photo(Struct, frozen=True):
    """One picture with what is difficult about it."""

    size: str
    condition: str
    jpeg: bytes


def photos(seed: int = 1, many: int = PHOTOS) -> Iterator[Photo]:
    """As many of each size and condition; every card once in each."""
    draw = random.Random(seed)  # noqa: S311  # the same pictures on every run
    kinds = [(size, condition) for size in SIZES for condition in CONDITIONS]
    texts = list(islice(_codes(seed), many // len(kinds)))
    for size, condition in kinds:
        for text in texts:
            yield Photo(size, condition, _photograph(text, size, condition, draw))


def _codes(seed: int) -> Iterator[str]:
    """Sealed capsules of generated cards whose QR is of the versions wanted."""
    for number in count():
        for card in cards_of(seed, number):
            transcript = card.record.transcript
            digest = city.hashes_of(transcript.record_id.encode())
            capsule = Capsule(transcript, issued_at=datetime(2026, 6, 1, tzinfo=UTC), xml_sha256=digest)
            text = city.text_of(city.sealed(capsule))
            if render_qr(text).version in VERSIONS:
                yield text


def _photograph(text: str, size: str, condition: str, draw: random.Random) -> bytes:
    width, height = SIZES[size]
    hard = condition == "all three"
    side = round(height * draw.uniform(*SHARE_OF_HEIGHT))
    sheet = Image.new("L", (width, height), 235)
    code = qr_picture(text, side=4 * side).resize((side, side), Image.Resampling.BOX)
    sheet.paste(code, ((width - side) // 2, (height - side) // 2))
    if hard or condition == "tilted":
        sheet = _tilt(sheet, draw)
    if hard or condition == "blurred":
        sheet = sheet.filter(ImageFilter.GaussianBlur(draw.uniform(1.2, 2.4)))
    if hard or condition == "low light":
        dark = ImageEnhance.Brightness(sheet).enhance(draw.uniform(0.1, 0.25))
        grain = Image.frombytes("L", (width, height), draw.randbytes(width * height))
        sheet = Image.blend(dark, grain, 0.15)
    picture = io.BytesIO()
    sheet.save(picture, "JPEG", quality=80)
    return picture.getvalue()


def _tilt(sheet: Image.Image, draw: random.Random) -> Image.Image:
    """Turned a little, and seen from one side: the far edge is shorter."""
    turned = sheet.rotate(draw.uniform(-12, 12), Image.Resampling.BICUBIC, fillcolor=235)
    # Seen from the side, about the middle: x and y are divided by 1 + slant * (x - middle).
    slant = draw.choice((-1, 1)) * draw.uniform(0.1, 0.25) / sheet.height
    across, down = sheet.width / 2, sheet.height / 2
    scale = 1 - slant * across
    numerators = (1 + across * slant, 0, -slant * across**2, down * slant, 1, -slant * across * down, slant, 0)
    coefficients = tuple(number / scale for number in numerators)
    perspective = Image.Transform.PERSPECTIVE
    return turned.transform(sheet.size, perspective, coefficients, Image.Resampling.BICUBIC, fillcolor=235)


def open_queue(world: World, browser: Browser, *, clock_runs: bool) -> Page:
    """The room for many cards, at the vector's moment, with its lists at hand."""
    vector = read_vector(_VECTOR)
    world.silent = False
    world.become(vector)
    page = browser.new_context(locale="vi-VN").new_page()
    if clock_runs:
        page.clock.install(time=vector["now"])
    else:
        set_clock(page, vector)
    page.goto(f"{world.url}/v")
    page.get_by_text("Dùng được khi không có mạng").wait_for()
    page.get_by_role("button", name="Kiểm tra liên tiếp").click()
    page.get_by_role("button", name="Mở máy ảnh").wait_for()
    return page


def read_photos(page: Page, taken: list[Photo]) -> list[dict[str, Any]]:
    """What the page's export says of each, in their order."""
    files: list[FilePayload] = [
        {"name": f"{photo.condition}.jpg", "mimeType": "image/jpeg", "buffer": photo.jpeg} for photo in taken
    ]
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_text(f"{len(taken)} dòng").wait_for(timeout=120_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Xuất JSON").click()
    exported: dict[str, Any] = json.loads(download.value.path().read_text())
    results: list[dict[str, Any]] = exported["results"]
    return results


def print_photos(console: Console, page: Page) -> None:
    """Read rate by condition and size, and the median time of a photo, decoding and check together."""
    taken = list(photos())
    results = read_photos(page, taken)
    table = Table("photo", *SIZES)
    for condition in CONDITIONS:
        cells = []
        for size in SIZES:
            pairs = [r for p, r in zip(taken, results, strict=True) if (p.size, p.condition) == (size, condition)]
            cells.append(f"{sum(map(_is_read, pairs))} of {len(pairs)}")
        table.add_row(condition, *cells)
    console.print(table)
    at = [datetime.fromisoformat(result["written_at"]) for result in results]
    spent = [1000 * (later - earlier).total_seconds() for earlier, later in pairwise(at)]
    read = sum(map(_is_read, results))
    console.print(f"read {read} of {len(results)} photos; median {statistics.median(spent):.0f} ms a photo")


def _is_read(result: dict[str, Any]) -> bool:
    """Whether the seal held: every byte of the code was read right."""
    return result["verdict"] is not None and result["verdict"]["record"] is not None


def print_checks(console: Console, page: Page) -> None:
    """From a code's text to the verdict on screen, without a network, on a slower processor."""
    page.get_by_text("Dán đường dẫn hoặc dãy số").click()
    page.context.set_offline(True)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    spent = [page.evaluate(_PASTE, text) for text in islice(_codes(2), CHECKS)]
    median = statistics.median(spent)
    console.print(f"check, {SLOWER}x slower, offline, drawing included: median {median:.1f} ms (under {MAX_CHECK_MS})")


def print_camera(console: Console, world: World, chromium: BrowserType) -> None:
    """From the camera's first frame to the verdict."""
    vector = read_vector(_VECTOR)
    with tempfile.TemporaryDirectory() as folder:
        film = write_film(Path(folder) / "card.mjpeg", [(vector["text"], 1)])
        browser = chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *camera_arguments(film)])
        page = browser.new_context(locale="vi-VN").new_page()
        page.add_init_script(_WATCH_CAMERA)
        set_clock(page, vector)
        page.goto(f"{world.url}/v")
        page.get_by_text("Dùng được khi không có mạng").wait_for()
        page.get_by_role("button", name="Quét mã QR").click()
        page.locator(".verdict").wait_for()
        spent = page.evaluate("window.ended - window.began")
        browser.close()
    console.print(f"camera's first frame to verdict: {spent:.0f} ms (under {MAX_CAMERA_MS})")


def print_verify_page(console: Console) -> None:
    """All of it."""
    with served_world() as world, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        print_checks(console, open_queue(world, browser, clock_runs=False))
        print_photos(console, open_queue(world, browser, clock_runs=True))
        browser.close()
        print_camera(console, world, playwright.chromium)


if __name__ == "__main__":
    print_verify_page(Console())
