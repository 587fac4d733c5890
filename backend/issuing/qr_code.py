"""The QR that a card's page carries: the capsule's address, drawn so that a cheap phone reads it from paper.

Measured on photographs: version 12 is read nearly always, version 15 half the time; level M survives damage that level
L does not and Q adds nothing; a module below 0.46 mm is lost. Hence version 14 at most, level M, and a printed side
that follows the version. The address is written in byte mode and its decimal digits in numeric mode (ISO/IEC 18004).
"""

import zxingcpp
from msgspec import Struct
from PIL import Image

from backend.issuing.errors import CapsuleTooLargeError

MAX_VERSION = 14
MODULE_MM = 0.47
"""Printed side of one module; 0.46 mm is the least that is read reliably."""
QUIET_ZONE_MODULES = 4
MODULES_OF_VERSION_0 = 17
MODULES_PER_VERSION = 4


class QrSymbol(Struct, frozen=True):
    """A QR ready to be placed on a page."""

    svg: str
    """Black modules as one path; the drawing holds its own quiet zone."""
    version: int
    side_mm: float
    """Printed side, quiet zone included."""


def render_qr(capsule_url: str) -> QrSymbol:
    """Draw ``capsule_url``; raise ``CapsuleTooLargeError`` when that takes more than version 14."""
    try:
        symbol = zxingcpp.create_barcode(capsule_url, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    except ValueError as error:
        raise CapsuleTooLargeError(characters=len(capsule_url)) from error
    image = Image.fromarray(symbol.to_image(scale=1, add_quiet_zones=True))
    side = image.width
    version = (side - 2 * QUIET_ZONE_MODULES - MODULES_OF_VERSION_0) // MODULES_PER_VERSION
    if version > MAX_VERSION:
        raise CapsuleTooLargeError(version=version, max_version=MAX_VERSION)
    path = _trace_rows(image.tobytes(), side)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>'
    return QrSymbol(svg=svg, version=version, side_mm=side * MODULE_MM)


def _trace_rows(pixels: bytes, side: int) -> str:
    """One rectangle for every run of black modules; a single path leaves no hairlines between the rows."""
    parts = []
    for y in range(side):
        row = pixels[y * side : (y + 1) * side]
        x = row.find(0)
        while x >= 0:
            end = row.find(255, x)
            parts.append(f"M{x} {y}h{end - x}v1h{x - end}z")
            x = row.find(0, end)
    return "".join(parts)
