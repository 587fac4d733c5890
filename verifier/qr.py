"""Find QR codes in a photo and on the pages of a PDF. The only file of the verifier that knows zxing and Pillow.

What is found is text that anyone may have printed: ``verifier.capsule`` judges it. Photos and pages come from
strangers, so every image has a limit on its pixels before a single one is decoded, and no error of a library leaves
this file.
"""

from collections.abc import Callable
from functools import partial
from io import BytesIO

import zxingcpp
from PIL import Image, UnidentifiedImageError

from verifier.errors import LimitExceededError, MalformedInputError
from verifier.pdf_pages import NO_MARGINS, Margins, Page, draw, find_pictures, open_page, open_pages

MAX_PHOTO_PIXELS = 50_000_000
"""Phones make photos of 12 to 50 million pixels; one byte each once decoded to grey."""
PAGE_RESOLUTIONS_DPI = (200, 300)
"""At 200 dpi a module of 0.46 mm has 3.6 pixels; 300 helps when a viewer's rendering is unlucky."""
OVERVIEW_DPI = 150
"""Enough for a code of the printed size, whatever it is drawn with; drawing costs half of what it does at 200."""
MAX_CODES = 16
"""More QR codes than this in one picture is no card."""

_PHOTO_FORMATS = ("JPEG", "PNG", "WEBP")


def read_photo(photo: bytes) -> tuple[str, ...]:
    """Texts of all QR codes in a photo (JPEG, PNG or WebP), without repetition.

    Raises:
        MalformedInputError: ``photo_malformed``, or ``photo_without_qr`` when no QR can be read in it.
        LimitExceededError: ``photo_too_large``.
    """
    texts = _read_codes(_open_photo(photo))
    if not texts:
        raise MalformedInputError("photo_without_qr")
    return texts


def read_pdf_pages(pdf: bytes) -> tuple[str, ...]:
    """Texts of all QR codes on the rendered pages of a PDF, without repetition; empty if there is none.

    Raises:
        MalformedInputError: ``pdf_not_drawable``.
        LimitExceededError: ``pdf_page_too_large`` or ``pdf_too_many_pages``.
    """
    with open_pages(pdf) as document:
        searches: list[Callable[[Page], tuple[str, ...]]] = [
            _search_quickly,
            *(partial(_search, dpi=dpi) for dpi in PAGE_RESOLUTIONS_DPI),
        ]
        for search in searches:
            found: dict[str, None] = {}
            for number in range(len(document)):
                with open_page(document, number) as page:
                    found.update(dict.fromkeys(search(page)))
            if found:
                return tuple(found)
    return ()


def _open_photo(photo: bytes) -> Image.Image:
    try:
        image: Image.Image = Image.open(BytesIO(photo), formats=_PHOTO_FORMATS)
        width, height = image.size
        if width * height > MAX_PHOTO_PIXELS:
            raise LimitExceededError("photo_too_large", limit=MAX_PHOTO_PIXELS)
        image.draft("L", image.size)  # a JPEG then gives its brightness without ever making colours
        return image.convert("L")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise LimitExceededError("photo_too_large", limit=MAX_PHOTO_PIXELS) from error
    except UnidentifiedImageError as error:
        raise MalformedInputError("photo_malformed") from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError) as error:
        # Pillow's decoders raise any of these for a file that was cut or tampered with.
        raise MalformedInputError("photo_malformed") from error


def _search(page: Page, *, dpi: int) -> tuple[str, ...]:
    return _read_codes(_draw(page, dpi))


def _search_quickly(page: Page) -> tuple[str, ...]:
    """Each picture as sharp as ever, since codes are pictures, and the page around them in less detail."""
    places = find_pictures(page)
    if places is None:
        return _search(page, dpi=PAGE_RESOLUTIONS_DPI[0])
    texts = dict.fromkeys(_read_codes(_draw(page, OVERVIEW_DPI), thorough=False))
    for place in places:
        texts.update(dict.fromkeys(_read_codes(_draw(page, PAGE_RESOLUTIONS_DPI[0], margins=place))))
    return tuple(texts)


def _draw(page: Page, dpi: int, *, margins: Margins = NO_MARGINS) -> Image.Image:
    image: Image.Image = draw(page, dpi, margins=margins).to_pil()
    return image


def _read_codes(image: Image.Image, *, thorough: bool = True) -> tuple[str, ...]:
    try:
        codes = zxingcpp.read_barcodes(
            image,
            formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
            try_rotate=thorough,
            try_downscale=thorough,
        )
    except (ValueError, RuntimeError, TypeError) as error:
        raise MalformedInputError("photo_malformed") from error
    texts = dict.fromkeys(code.text for code in codes if code.valid and code.text)
    return tuple(texts)[:MAX_CODES]
