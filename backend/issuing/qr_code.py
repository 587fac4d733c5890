"""The QR that a card's page carries: the capsule's address, drawn so that a cheap phone reads it from paper.

Measured on photographs: version 12 is read nearly always, version 15 half the time; level M survives damage that level
L does not and Q adds nothing; a module below 0.46 mm is lost. Hence version 14 at most, level M, and a printed side
that follows the version. The address is written in byte mode and its decimal digits in numeric mode (ISO/IEC 18004).
"""

from io import BytesIO

import zxingcpp
from msgspec import Struct
from PIL import Image

from backend.issuing.errors import CapsuleTooLargeError

MAX_VERSION = 14
MODULE_MM = 0.47
"""Printed side of one module; 0.46 mm is the least that is read reliably."""
QUIET_ZONE_MODULES = 4
PIXELS_A_MODULE = 2
"""A drawing of paths takes ten times the bytes of this picture, whose edges are sharper than a printer needs."""
MODULES_OF_VERSION_0 = 17
MODULES_PER_VERSION = 4


class QrSymbol(Struct, frozen=True):
    """A QR ready to be placed on a page."""

    png: bytes
    """Grey, ``PIXELS_A_MODULE`` pixels a module, with its own quiet zone."""
    version: int
    side_mm: float
    """Printed side, quiet zone included."""


def render_qr(capsule_url: str) -> QrSymbol:
    """Draw ``capsule_url``; raise ``CapsuleTooLargeError`` when that takes more than version 14."""
    try:
        symbol = zxingcpp.create_barcode(capsule_url, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    except ValueError as error:
        raise CapsuleTooLargeError(characters=len(capsule_url)) from error
    image = Image.fromarray(symbol.to_image(scale=PIXELS_A_MODULE, add_quiet_zones=True))
    side = image.width // PIXELS_A_MODULE
    version = (side - 2 * QUIET_ZONE_MODULES - MODULES_OF_VERSION_0) // MODULES_PER_VERSION
    if version > MAX_VERSION:
        raise CapsuleTooLargeError(version=version, max_version=MAX_VERSION)
    png = BytesIO()
    image.save(png, "PNG")
    return QrSymbol(png=png.getvalue(), version=version, side_mm=side * MODULE_MM)
