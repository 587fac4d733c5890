"""The pages of a PDF: drawn for whoever looks for codes, or their text piece by piece. The only file that knows pdfium.

A piece of text is one text object: what is written in one go, so at most one line of one cell. Pieces come in the order
in which the content streams draw them; where they stand is not looked at, nor what shape a font gives to a letter.

Pages come from strangers: pages, their size and their text have limits, and no error of the library leaves this file.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from verifier.errors import LimitExceededError, MalformedInputError

MAX_PAGES = 24
"""A card has four pages, twice as many and more when every teacher writes at length; no more are searched."""
MAX_PAGE_POINTS = 2_000
"""Longest side of a page, 1/72 inch: A3 has 1,191."""
MAX_PICTURES = 8
"""Pictures on a page that are drawn one by one; a card has its QR."""
QUIET_ZONE_POINTS = 12
"""Around a picture: the white that a reader of codes needs."""
POINTS_PER_INCH = 72
MAX_PIECES = 20_000
"""A card has some 300; one whose teachers write at length 1,000."""
MAX_LETTERS = 400_000
"""Of all pages."""

_BYTES_A_UNIT = 2
_MAY_HOLD_PICTURES = (pdfium_c.FPDF_PAGEOBJ_FORM, pdfium_c.FPDF_PAGEOBJ_SHADING)

Page: TypeAlias = pdfium.PdfPage
Drawing: TypeAlias = pdfium.PdfBitmap
Margins: TypeAlias = tuple[float, float, float, float]
"""What is cut off: left, bottom, right, top."""
NO_MARGINS: Margins = (0, 0, 0, 0)


@contextmanager
def open_pages(pdf: bytes) -> Iterator[pdfium.PdfDocument]:
    """The document, closed at the end.

    Raises:
        MalformedInputError: ``pdf_not_drawable``.
        LimitExceededError: ``pdf_too_many_pages``.
    """
    try:
        document = pdfium.PdfDocument(pdf)
    except pdfium.PdfiumError as error:
        raise MalformedInputError("pdf_not_drawable") from error
    try:
        if len(document) > MAX_PAGES:
            raise LimitExceededError("pdf_too_many_pages", limit=MAX_PAGES)
        yield document
    finally:
        document.close()


@contextmanager
def open_page(document: pdfium.PdfDocument, number: int) -> Iterator[Page]:
    """One page.

    Raises:
        MalformedInputError: ``pdf_not_drawable``, when it is opened or later.
        LimitExceededError: ``pdf_page_too_large``.
    """
    try:
        page = document[number]
        if max(page.get_size()) > MAX_PAGE_POINTS:
            raise LimitExceededError("pdf_page_too_large", limit=MAX_PAGE_POINTS)
        yield page
        page.close()
    except pdfium.PdfiumError as error:
        raise MalformedInputError("pdf_not_drawable") from error


def draw(page: Page, dpi: int, *, margins: Margins = NO_MARGINS) -> Drawing:
    """The page in grey, without forms."""
    return page.render(scale=dpi / POINTS_PER_INCH, grayscale=True, may_draw_forms=False, crop=margins)


def find_pictures(page: Page) -> list[Margins] | None:
    """What to cut off around each picture, or None if only the whole page will do."""
    width, height = page.get_size()
    if page.get_rotation() or tuple(page.get_cropbox()) != (0, 0, width, height):
        return None
    places: list[Margins] = []
    for part in page.get_objects(max_depth=1):
        if part.type in _MAY_HOLD_PICTURES:
            return None
        if part.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = part.get_bounds()
            around = (left, bottom, width - right, height - top)
            left, bottom, right, top = (max(0.0, margin - QUIET_ZONE_POINTS) for margin in around)
            places.append((left, bottom, right, top))
    return places if len(places) <= MAX_PICTURES else None


def read_page_texts(pdf: bytes) -> tuple[tuple[str, ...], ...]:
    """The pieces of text on each page.

    Raises:
        MalformedInputError: ``pdf_not_drawable``.
        LimitExceededError: ``pdf_too_many_pages``, ``pdf_page_too_large``, ``pdf_too_much_text``.
    """
    with open_pages(pdf) as document:
        room = [MAX_PIECES, MAX_LETTERS]
        return tuple(tuple(_pieces(document, number, room)) for number in range(len(document)))


def _pieces(document: pdfium.PdfDocument, number: int, room: list[int]) -> Iterator[str]:
    with open_page(document, number) as page:
        text = page.get_textpage()
        for part in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT]):
            piece = _text_of(part, text)
            room[0] -= 1
            room[1] -= len(piece)
            if min(room) < 0:
                raise LimitExceededError("pdf_too_much_text", limit=MAX_LETTERS)
            yield piece
        text.close()


def _text_of(part: pdfium.PdfObject, text: pdfium.PdfTextPage) -> str:
    size = pdfium_c.FPDFTextObj_GetText(part, text, None, 0)
    if size > _BYTES_A_UNIT * MAX_LETTERS:
        raise LimitExceededError("pdf_too_much_text", limit=MAX_LETTERS)
    buffer = ctypes.create_string_buffer(size)
    pdfium_c.FPDFTextObj_GetText(part, text, ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), size)
    return buffer.raw[:size].decode("utf-16-le", "replace").removesuffix("\0")
