"""A workbook's sheets as plain values: the cells that hold something, where they stand, and what is hidden."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct
from openpyxl.utils import get_column_letter

CellValue = str | int | float | bool | date


class Cell(Struct, frozen=True):
    """A cell that holds something."""

    row: int
    column: int
    value: CellValue
    number_format: str = "General"
    legacy_font: str | None = None
    """Name of a font that draws TCVN3 or VNI bytes as Vietnamese letters."""

    @property
    def place(self) -> str:
        """The cell's name, "B7"."""
        return place_of(self.row, self.column)

    @property
    def shown(self) -> str:
        """The value as a person would quote it."""
        value = self.value
        if isinstance(value, date):
            return value.strftime("%d/%m/%Y")
        return f"{value:.15g}" if isinstance(value, float) else str(value)


class MergedRange(Struct, frozen=True):
    """A merged range; its value stands in the upper left cell."""

    top: int
    left: int
    bottom: int
    right: int


class Sheet(Struct, frozen=True):
    """One visible sheet."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    """By row and column, both from 1; blank cells have no entry."""
    merged: tuple[MergedRange, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    @property
    def rows(self) -> int:
        """The last row with a value."""
        return max((row for row, _ in self.cells), default=0)

    def by_row(self) -> dict[int, list[Cell]]:
        """Cells by row, from left to right."""
        found: dict[int, list[Cell]] = {}
        for (number, _), cell in sorted(self.cells.items()):
            found.setdefault(number, []).append(cell)
        return found


class Workbook(Struct, frozen=True):
    """What was opened."""

    sheets: tuple[Sheet, ...]
    hidden_sheets: tuple[str, ...]
    date_1904: bool
    """Whether serial dates count from 1904, as old Macs do."""


def place_of(row: int, column: int) -> str:
    """A cell's name: row 7, column 2 is "B7"."""
    return f"{get_column_letter(column)}{row}"
