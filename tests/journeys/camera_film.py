"""What a camera sees, as a film for Chromium's fake camera: sheets held up one after another."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image

from backend.issuing.qr_code import render_qr

FRAMES_A_SECOND: Final = 30
"""How fast Chromium plays a film of JPEG pictures; it begins anew at the end."""
SIZE: Final = (1280, 720)
_QR_SIDE: Final = 520


def qr_picture(text: str, *, side: int = _QR_SIDE) -> Image.Image:
    """The code of a card, with its quiet zone."""
    picture = Image.open(io.BytesIO(render_qr(text).png)).convert("L")
    modules = picture.width
    return picture.resize((side - side % modules, side - side % modules), Image.Resampling.NEAREST)


def write_film(path: Path, scenes: Sequence[tuple[str | None, float]]) -> Path:
    """Motion JPEG of sheets with a code, or of an empty desk for None, each for so many seconds."""
    with path.open("wb") as film:
        for text, seconds in scenes:
            frame = io.BytesIO()
            _desk(text).save(frame, "JPEG", quality=85)
            film.write(frame.getvalue() * round(seconds * FRAMES_A_SECOND))
    return path


def camera_arguments(film: Path) -> list[str]:
    """Chromium's switches for a camera that shows the film and may be used without asking."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]


def _desk(text: str | None) -> Image.Image:
    desk = Image.new("L", SIZE, 190)
    if text is not None:
        code = qr_picture(text)
        desk.paste(code, ((SIZE[0] - code.width) // 2, (SIZE[1] - code.height) // 2))
    return desk
