from io import BytesIO

import pytest
import qrcode
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from backend.issuing.errors import CapsuleTooLargeError
from backend.issuing.qr_code import MODULE_MM, PIXELS_A_MODULE, QUIET_ZONE_MODULES, render_qr

ORIGIN = "https://hocba.example/v#"


def digits(cose_bytes: int) -> str:
    """As many digits as a capsule of that size has (leading byte 1)."""
    return str((1 << (8 * cose_bytes)) * 3 // 2)


@pytest.mark.parametrize(("cose_bytes", "version"), [(180, 10), (242, 12), (330, 14)])
def test_version_follows_the_capsule(cose_bytes: int, version: int) -> None:
    symbol = render_qr(ORIGIN + digits(cose_bytes))
    assert symbol.version == version
    assert symbol.side_mm == pytest.approx((17 + 4 * version + 8) * MODULE_MM)


def test_module_is_large_enough_for_cheap_phones() -> None:
    assert MODULE_MM >= 0.46


def test_capsule_above_version_14_is_refused() -> None:
    with pytest.raises(CapsuleTooLargeError, match="capsule_too_large"):
        render_qr(ORIGIN + digits(400))
    with pytest.raises(CapsuleTooLargeError, match="capsule_too_large"):
        render_qr(ORIGIN + "7" * 9000)


def test_drawing_is_read_back_by_two_readers() -> None:
    url = ORIGIN + digits(330)
    symbol = render_qr(url)
    image = Image.open(BytesIO(symbol.png))
    barcode = zxingcpp.read_barcode(image)
    assert barcode is not None
    assert (barcode.text, barcode.ec_level) == (url, "M")
    assert [found.data.decode() for found in pyzbar.decode(image)] == [url]


def test_picture_is_as_sharp_as_it_says() -> None:
    symbol = render_qr(ORIGIN + digits(242))
    with Image.open(BytesIO(symbol.png)) as image:
        assert image.width == round(symbol.side_mm / MODULE_MM) * PIXELS_A_MODULE
        assert image.convert("L").getextrema() == (0, 255)
        quiet = QUIET_ZONE_MODULES * PIXELS_A_MODULE
        assert image.convert("L").point(lambda grey: 255 - grey).getbbox() == (quiet,) * 2 + (image.width - quiet,) * 2


@pytest.mark.parametrize("cose_bytes", [180, 242, 330])
def test_another_writer_needs_no_smaller_symbol(cose_bytes: int) -> None:
    url = ORIGIN + digits(cose_bytes)
    other = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    other.add_data(url, optimize=20)
    other.make(fit=True)
    assert render_qr(url).version <= other.version
