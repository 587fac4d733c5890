"""An .xlsx file opened within limits; the only file that knows openpyxl's reader.

1. too large, an old .xls, a file with a password, or no zip at all: refused with what to do;
2. what is in the zip is measured before openpyxl reads it: number of parts, bytes, how far they blow up, and the ranges
   that a sheet claims, since openpyxl makes a cell for each place of a merged or linked range;
3. a document type in any part is refused: no spreadsheet program writes one;
4. visible sheets become plain cells. Formulas count by the value that the spreadsheet program stored last, which may
   be the empty text; a formula without one is marked, because reading it as blank would silently lose a mark.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from lxml import etree
from openpyxl.cell.cell import Cell as OpenpyxlCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from backend.intake.workbook.problems import WorkbookUnreadableError
from backend.intake.workbook.sheet import Cell, CellValue, MergedRange, Sheet, Workbook

MAX_FILE_BYTES = 20_000_000
"""A school of 4,000 pupils with every remark written out has some 5 MB."""
MAX_UNPACKED_BYTES = 150_000_000
"""Bounds time and memory: openpyxl reads some 15 MB of XML a second."""
MAX_RATIO = 200
"""Sheets of repeated words shrink to a thirtieth; a bomb to a thousandth."""
MAX_PARTS = 500
MAX_SHEETS = 120
"""One for each subject and class of a year group, and then some."""
MAX_CELLS = 1_000_000
"""4,000 pupils with 100 columns, and as much again."""
MAX_ROW = 20_000
MAX_COLUMN = 400
"""Values further out are no class list."""
MAX_MERGED = 20_000
MAX_CLAIMED_CELLS = 200_000
"""Places in merged and linked ranges of one sheet; a title over a school's widest table has some hundred."""

EMPTY_FORMULA = "=?"
"""Value of a cell whose formula has no stored result."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LEGACY_FONT = re.compile(r"(\.Vn|VNI[- ]|VNtimes)", re.IGNORECASE)
_CLAIM = re.compile(rb"<(?:[^<>\s/!?]*:)?(?:mergeCell|hyperlink)[\s/>][^>]*")
_CLAIMED_RANGE = re.compile(
    rb"""\sref\s*=\s*["']([A-Z]{1,3})([1-9][0-9]{0,6})(?::([A-Z]{1,3})([1-9][0-9]{0,6}))?["']"""
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")

_UNREADABLE = (
    etree.XMLSyntaxError,
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,  # zipfile: the part is encrypted; NotImplementedError: packed in a way that it does not know
    ParseError,
    ValueError,
    KeyError,
    OSError,
    TypeError,
)


def is_workbook(data: bytes) -> bool:
    """Whether the file wants to be a workbook: a zip, or an old .xls."""
    return data.startswith((b"PK\x03\x04", _OLE))


def open_workbook(data: bytes) -> Workbook:
    """Sheets and cells of an .xlsx or .xlsm file; macros are never looked at.

    Raises:
        WorkbookUnreadableError: ``workbook_too_large``, ``workbook_old_format``, ``workbook_damaged``,
            ``workbook_blown_up``, ``workbook_has_doctype``, ``workbook_too_many_sheets``, ``workbook_too_many_cells``.
    """
    if len(data) > MAX_FILE_BYTES:
        raise WorkbookUnreadableError("workbook_too_large", limit=MAX_FILE_BYTES // 1_000_000)
    if data.startswith(_OLE):
        raise WorkbookUnreadableError("workbook_old_format")
    try:
        unanswered = _measure(data)
        reader = ExcelReader(io.BytesIO(data), data_only=True, keep_links=False)
        reader.read()
        book = reader.wb
        parts = {sheet.name: link.target.lstrip("/") for sheet, link in reader.parser.find_sheets()}
    except _UNREADABLE as error:
        raise WorkbookUnreadableError("workbook_damaged") from error
    if len(book.sheetnames) > MAX_SHEETS:
        raise WorkbookUnreadableError("workbook_too_many_sheets", limit=MAX_SHEETS)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return Workbook(
        sheets=tuple(_sheet(sheet, unanswered.get(parts[sheet.title], ())) for sheet in visible),
        hidden_sheets=tuple(sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"),
        date_1904=book.epoch == CALENDAR_MAC_1904,
    )


def _measure(data: bytes) -> dict[str, tuple[str, ...]]:
    """Steps 2 and 3; by part, the cells whose formula has no stored result."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * len(data):
            raise WorkbookUnreadableError("workbook_blown_up", limit=MAX_UNPACKED_BYTES // 1_000_000)
        unanswered: dict[str, tuple[str, ...]] = {}
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                content = archive.read(part)
                if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:
                    raise WorkbookUnreadableError("workbook_has_doctype")
                if part.filename.startswith("xl/worksheets/"):
                    _measure_claims(content, part.filename)
                    if _FORMULA.search(content) is not None:
                        unanswered[part.filename] = tuple(_unanswered_formulas(content))
    return unanswered


def _unanswered_formulas(content: bytes) -> Iterator[str]:
    """Cells with a formula and no stored result; an empty text, which the cell's type tells, is a result."""
    for _, cell in etree.iterparse(io.BytesIO(content), tag="{*}c", resolve_entities=False, no_network=True):
        if cell.find("{*}f") is not None:
            stored = cell.find("{*}v")
            if stored is None or (not stored.text and cell.get("t") != "str"):
                yield cell.attrib["r"]
        cell.clear()


def _measure_claims(content: bytes, part: str) -> None:
    """Bound the ranges for which openpyxl makes cells; one that cannot be measured here is not read there."""
    claimed = 0
    for claim in _CLAIM.finditer(content):
        found = _CLAIMED_RANGE.search(claim[0])
        if found is None:
            raise WorkbookUnreadableError("workbook_damaged")
        left, top = column_index_from_string(found[1].decode()), int(found[2])
        right = left if found[3] is None else column_index_from_string(found[3].decode())
        bottom = top if found[4] is None else int(found[4])
        claimed += max(right - left + 1, 0) * max(bottom - top + 1, 0)
    if claimed > MAX_CLAIMED_CELLS:
        raise WorkbookUnreadableError("workbook_too_many_cells", limit=MAX_ROW, columns=MAX_COLUMN, sheet=part)


def _sheet(sheet: Worksheet, unanswered: Sequence[str]) -> Sheet:
    cells = {(cell.row, cell.column): cell for cell in _cells(sheet)}
    for place in unanswered:
        letters, row = coordinate_from_string(place)
        column = column_index_from_string(letters)
        cells.setdefault((row, column), Cell(row, column, EMPTY_FORMULA))
    if len(cells) > MAX_CELLS or any(row > MAX_ROW or column > MAX_COLUMN for row, column in cells):
        raise WorkbookUnreadableError("workbook_too_many_cells", limit=MAX_ROW, columns=MAX_COLUMN, sheet=sheet.title)
    merged = sheet.merged_cells.ranges
    if len(merged) > MAX_MERGED:
        raise WorkbookUnreadableError("workbook_too_many_cells", limit=MAX_ROW, columns=MAX_COLUMN, sheet=sheet.title)
    return Sheet(
        name=sheet.title,
        cells=cells,
        merged=tuple(MergedRange(found.min_row, found.min_col, found.max_row, found.max_col) for found in merged),
        hidden_rows=frozenset(row for row, shape in sheet.row_dimensions.items() if shape.hidden),
        hidden_columns=frozenset(_hidden_columns(sheet)),
    )


def _filled(sheet: Worksheet) -> Iterator[OpenpyxlCell]:
    """The cells that are there: walking rows and columns would make every blank one."""
    existing: dict[tuple[int, int], Any] = sheet._cells  # noqa: SLF001  # openpyxl has no public way to the cells that exist
    return (cell for cell in existing.values() if isinstance(cell, OpenpyxlCell) and cell.value is not None)


def _cells(sheet: Worksheet) -> Iterator[Cell]:
    fonts: dict[int, str | None] = {}
    for cell in _filled(sheet):
        value = _value(cell.value)
        if value is None:
            continue
        style = cell.style_id
        if style not in fonts:
            name = cell.font.name or ""
            fonts[style] = name if _LEGACY_FONT.match(name) else None
        number_format = "General" if isinstance(value, str) else str(cell.number_format)
        yield Cell(cell.row, cell.column, value, number_format, fonts[style])


def _value(value: object) -> CellValue | None:
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool | int | float | date):
        return value
    return value.isoformat() if isinstance(value, time) else str(value)


def _hidden_columns(sheet: Worksheet) -> Iterator[int]:
    for letter, shape in sheet.column_dimensions.items():
        if shape.hidden:
            first = shape.min or column_index_from_string(letter)
            yield from range(first, min(shape.max or first, MAX_COLUMN) + 1)
