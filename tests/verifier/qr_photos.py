"""Pictures with QR codes on them, as a phone would hand them in."""

from io import BytesIO

import zxingcpp
from PIL import Image

PIXELS_PER_MODULE = 6
MARGIN = 40


def photo_of(text: str, *, kind: str = "PNG") -> bytes:
    """A picture of one QR code."""
    return _save(_code(text), kind)


def two_codes(first: str, second: str) -> bytes:
    """A picture with two codes side by side."""
    left, right = _code(first), _code(second)
    image = Image.new("L", (left.width + right.width, max(left.height, right.height)), 255)
    image.paste(left, (0, 0))
    image.paste(right, (left.width, 0))
    return _save(image, "PNG")


def blank_photo() -> bytes:
    """A picture of nothing."""
    return _save(Image.new("L", (400, 300), 200), "PNG")


def _code(text: str) -> Image.Image:
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    code = Image.fromarray(symbol.to_image(scale=PIXELS_PER_MODULE, add_quiet_zones=True)).convert("L")
    image = Image.new("L", (code.width + 2 * MARGIN, code.height + 2 * MARGIN), 255)
    image.paste(code, (MARGIN, MARGIN))
    return image


def _save(image: Image.Image, kind: str) -> bytes:
    output = BytesIO()
    image.convert("RGB").save(output, kind, **({"lossless": True} if kind == "WEBP" else {}))
    return output.getvalue()
