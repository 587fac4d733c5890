"""What people do to a card's file outside hocba: print it, photograph it, change it."""

import io
import subprocess
from pathlib import Path

import zxingcpp
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyzbar import pyzbar

PRINT_DPI = 200


def print_pages(pdf: Path, folder: Path) -> list[Path]:
    """The pages as pictures, by Debian's pdftoppm."""
    subprocess.run(["pdftoppm", "-r", str(PRINT_DPI), "-png", str(pdf), str(folder / "page")], check=True, timeout=60)
    return sorted(folder.glob("page*.png"))


def read_by_zxing(pages: list[Path]) -> set[str]:
    """Texts of all QR codes on the pages, as zxing reads them."""
    return {code.text for page in pages for code in zxingcpp.read_barcodes(Image.open(page))}


def read_by_zbar(pages: list[Path]) -> set[str]:
    """Texts of all QR codes on the pages, as zbar reads them."""
    return {
        code.data.decode()
        for page in pages
        for code in pyzbar.decode(Image.open(page), symbols=[pyzbar.ZBarSymbol.QRCODE])
    }


def attached_xml(pdf: bytes) -> bytes:
    """The XML that the card carries, taken out with pyHanko's reader."""
    reader = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
    return bytes(_attachment(reader).data)


def with_attached_xml(pdf: bytes, changed: bytes) -> bytes:
    """The card with another XML inside, as an editor saves it: a revision behind the signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
    stream = _attachment(writer)
    stream._data = changed
    stream._encoded_data = None
    writer.update_container(stream)
    return _written(writer)


def with_words_on_first_page(pdf: bytes, words: str) -> bytes:
    """The card with something written over its first page, as an editor saves it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
    page = writer.root["/Pages"]["/Kids"][0]
    font = writer.add_object(
        generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Font"),
                generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
                generic.pdf_name("/BaseFont"): generic.pdf_name("/Helvetica-Bold"),
            }
        )
    )
    fonts = page["/Resources"]["/Font"]
    fonts[generic.pdf_name("/Forged")] = font
    overlay = writer.add_object(
        generic.StreamObject(stream_data=f"q BT /Forged 24 Tf 200 500 Td ({words}) Tj ET Q".encode())
    )
    contents = page.raw_get("/Contents")
    earlier = list(contents) if isinstance(contents, generic.ArrayObject) else [contents]
    page[generic.pdf_name("/Contents")] = generic.ArrayObject([*earlier, overlay])
    writer.update_container(page)
    writer.update_container(fonts)
    return _written(writer)


def _attachment(writer: IncrementalPdfFileWriter) -> generic.StreamObject:
    (specification,) = writer.root["/AF"]
    stream = specification.get_object()["/EF"]["/F"]
    assert isinstance(stream, generic.StreamObject)
    return stream


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()
