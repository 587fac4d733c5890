"""Find QR codes in a photo and on the pages of a PDF. The only file of the verifier that knows zxing, Pillow
and pdfium.

What is found is text that anyone may have printed: ``verifier.capsule`` judges it. Photos and pages come from
strangers, so every image has a limit on its pixels before a single one is decoded, and no error of a library leaves
this file.
"""

from collections.abc import Callable
from functools import partial
from io import BytesIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import zxingcpp
from PIL import Image, UnidentifiedImageError

from verifier.errors import LimitExceededError, MalformedInputError

MAX_PHOTO_PIXELS = 50_000_000
"""Phones make photos of 12 to 50 million pixels; one byte each once decoded to grey."""
MAX_PAGES = 24
"""A card has four pages, twice as many and more when every teacher writes at length; no more are searched."""
MAX_PAGE_POINTS = 2_000
"""Longest side of a page, 1/72 inch: A3 has 1,191."""
PAGE_RESOLUTIONS_DPI = (200, 300)
"""At 200 dpi a module of 0.46 mm has 3.6 pixels; 300 helps when a viewer's rendering is unlucky."""
OVERVIEW_DPI = 150
"""Enough for a code of the printed size, whatever it is drawn with; drawing costs half of what it does at 200."""
MAX_PICTURES = 8
"""Pictures on a page that are drawn one by one; a card has its QR."""
QUIET_ZONE_POINTS = 12
"""Around a picture: the white that a reader of codes needs."""
POINTS_PER_INCH = 72
MAX_CODES = 16
"""More QR codes than this in one picture is no card."""

_MAY_HOLD_PICTURES = (pdfium_c.FPDF_PAGEOBJ_FORM, pdfium_c.FPDF_PAGEOBJ_SHADING)
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
    try:
        document = pdfium.PdfDocument(pdf)
    except pdfium.PdfiumError as error:
        raise MalformedInputError("pdf_not_drawable") from error
    try:
        if len(document) > MAX_PAGES:
            raise LimitExceededError("pdf_too_many_pages", limit=MAX_PAGES)
        searches: list[Callable[[pdfium.PdfPage], tuple[str, ...]]] = [
            _search_quickly,
            *(partial(_search, dpi=dpi) for dpi in PAGE_RESOLUTIONS_DPI),
        ]
        for search in searches:
            found: dict[str, None] = {}
            for number in range(len(document)):
                found.update(dict.fromkeys(_read_page(document, number, search)))
            if found:
                return tuple(found)
    finally:
        document.close()
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


def _read_page(
    document: pdfium.PdfDocument, number: int, search: Callable[[pdfium.PdfPage], tuple[str, ...]]
) -> tuple[str, ...]:
    try:
        page = document[number]
        if max(page.get_size()) > MAX_PAGE_POINTS:
            raise LimitExceededError("pdf_page_too_large", limit=MAX_PAGE_POINTS)
        texts = search(page)
        page.close()
    except pdfium.PdfiumError as error:
        raise MalformedInputError("pdf_not_drawable") from error
    return texts


def _search(page: pdfium.PdfPage, *, dpi: int) -> tuple[str, ...]:
    return _read_codes(_draw(page, dpi))


def _search_quickly(page: pdfium.PdfPage) -> tuple[str, ...]:
    """Each picture as sharp as ever, since codes are pictures, and the page around them in less detail."""
    places = _pictures(page)
    if places is None:
        return _search(page, dpi=PAGE_RESOLUTIONS_DPI[0])
    texts = dict.fromkeys(_read_codes(_draw(page, OVERVIEW_DPI), thorough=False))
    for place in places:
        texts.update(dict.fromkeys(_read_codes(_draw(page, PAGE_RESOLUTIONS_DPI[0], crop=place))))
    return tuple(texts)


def _pictures(page: pdfium.PdfPage) -> list[tuple[float, float, float, float]] | None:
    """What to cut off around each picture (left, bottom, right, top), or None if only the whole page will do."""
    width, height = page.get_size()
    if page.get_rotation() or tuple(page.get_cropbox()) != (0, 0, width, height):
        return None
    places = []
    for part in page.get_objects(max_depth=1):
        if part.type in _MAY_HOLD_PICTURES:
            return None
        if part.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = part.get_bounds()
            margins = (left, bottom, width - right, height - top)
            places.append(tuple(max(0.0, margin - QUIET_ZONE_POINTS) for margin in margins))
    return places if len(places) <= MAX_PICTURES else None


def _draw(page: pdfium.PdfPage, dpi: int, *, crop: tuple[float, float, float, float] = (0, 0, 0, 0)) -> Image.Image:
    image: Image.Image = page.render(
        scale=dpi / POINTS_PER_INCH, grayscale=True, may_draw_forms=False, crop=crop
    ).to_pil()
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
