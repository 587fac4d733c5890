"""Where on a sheet the tables are: header rows, what each column is, which rows are pupils, and of which class.

A table begins at a row that has a label for the pupil's name and at least one label more. Labels above and below it
that belong to the same header are joined from the top down, merged cells counting for every column they cover. Below
the header come pupils, until the next header; between them may stand title rows ("LỚP 1A"), which change the class,
the header again, and footers.
"""

import re
import unicodedata
from collections.abc import Sequence

from msgspec import Struct, structs

from backend.intake.workbook.kinds_of_rows import has_proof, is_footer, is_index_row, kind_of_row
from backend.intake.workbook.labels import (
    NOT_USED,
    Period,
    School,
    Surroundings,
    fields_by_label,
    label_key,
    own_subject_name,
    resolve,
    subjects_by_label,
)
from backend.intake.workbook.problems import Doubt, Mistake, Problem
from backend.intake.workbook.sheet import Cell, Sheet, place_of
from verifier.record.subjects import normalise_name

MAX_HEADER_ROWS = 3
MAX_TITLE_ROWS = 15
"""Above the first header: school, title, class, subject."""

_CLASS_TITLE = re.compile(r"(?:^|\b)(?:lớp|lop)\s*[:.]?\s*(\d{1,2}(?:[\w./-]{1,8}|\s[a-z]\d{0,2}\b)?)", re.IGNORECASE)
_CLASS_NAME = re.compile(r"(?:(?:lớp|lop)\s*)?((?:1[0-2]|[1-9])(?!\d)\s?[\w./-]{0,8})", re.IGNORECASE)
_PERIOD = re.compile(r"\b(?:hoc ki|hk)\s*(iv|iii|ii|i|[12])\b")
_SUBJECT_TITLE = re.compile(r"^\s*(?:môn|mon)(?:\s+học)?\s*[:.]?\s*(.+)$", re.IGNORECASE)
_SUMMER = re.compile(r"\b(?:kiem tra lai|danh gia lai|thi lai|sau he|ren luien he|ren luien trong he)\b")
_NAME_FIELDS = frozenset({"name", "family_name"})


class Column(Struct, frozen=True):
    """One column of a table."""

    number: int
    target: str | None
    """See ``labels.resolve``; None for a column nobody understands."""
    label: str
    """As the school wrote it, "Toán · HK I"."""
    place: str
    """Cell of the label."""
    own_name: str | None = None
    """Of a subject that only this school has: its name."""


class PupilRow(Struct, frozen=True):
    """A row of a pupil."""

    number: int
    class_group: str | None
    """Of the title above it."""
    cells: dict[int, Cell]


class Table(Struct, frozen=True):
    """A header and the pupils below it."""

    sheet: Sheet
    columns: tuple[Column, ...]
    rows: tuple[PupilRow, ...]
    left_out: tuple[Cell, ...]
    """First cells of rows that are no pupils."""
    nameless: tuple[Cell, ...]
    """Cells of rows that have values but no name."""
    name_place: str = ""
    """Cell of the label for the name."""


class _Header(Struct, frozen=True):
    first: int
    last: int
    name_column: int


def class_in_title(text: str) -> str | None:
    """Class of a title: "1A" of "DANH SÁCH LỚP 1A"."""
    found = _CLASS_TITLE.search(unicodedata.normalize("NFC", text))
    return None if found is None else clean_class(found[1])


def clean_class(text: str) -> str | None:
    """Class as it is called: "10A1" of "Lớp 10A1"; None when it does not begin with a grade."""
    found = _CLASS_NAME.fullmatch(" ".join(unicodedata.normalize("NFC", text).split()))
    return None if found is None else found[1].replace(" ", "").rstrip(".-/").upper()


def grade_of_class(class_group: str) -> int:
    """10 of "10A1"."""
    return int(re.match(r"1[0-2]|[1-9]", class_group)[0])  # type: ignore[index]  # clean_class has matched it


def find_class_titles(sheet: Sheet) -> dict[str, str | None]:
    """Classes that stand in titles, in the sheet's name (which has no cell) or below a class label, and their cells."""
    found: dict[str | None, str | None] = {_class_of_sheet(sheet.name): None}
    class_columns: set[int] = set()
    for cells in sheet.by_row().values():
        for cell in cells:
            if not isinstance(cell.value, str):
                continue
            text = cell.shown
            if cell.column in class_columns:
                found.setdefault(clean_class(text), cell.place)
            if len(cells) <= 3:
                found.setdefault(class_in_title(text), cell.place)
            if fields_by_label().get(label_key(text)) == "class_group":
                class_columns.add(cell.column)
    return {name: place for name, place in found.items() if name is not None}


def find_tables(sheet: Sheet, school: School) -> tuple[list[Table], list[Problem]]:
    """The sheet's tables from top to bottom, and what is wrong with their headers."""
    rows = sheet.by_row()
    headers = _find_headers(sheet, rows, school)
    tables, problems = [], []
    for index, header in enumerate(headers):
        previous = headers[index - 1].last if index else 0
        around = _surroundings(sheet, rows, school, after=previous, before=header.first)
        end = headers[index + 1].first if index + 1 < len(headers) else sheet.rows + 1
        columns = _columns(sheet, header, around)
        if around.period is Period.MID_TERM or (school == "primary" and around.period not in {None, Period.YEAR}):
            problems.append(Problem(Doubt.SHEET_NOT_YEAR_END, sheet.name, place_of(header.first, 1), ""))
            continue
        problems += _twice(sheet, columns)
        title = _class_above(sheet, rows, after=previous, before=header.first)
        tables.append(_table(sheet, rows, header, columns, end=end, class_group=title))
    return tables, problems


def _find_headers(sheet: Sheet, rows: dict[int, list[Cell]], school: School) -> list[_Header]:
    found: list[_Header] = []
    for number, cells in rows.items():
        if found and number <= found[-1].last:
            continue
        texts = [cell for cell in cells if isinstance(cell.value, str)]
        named = [cell for cell in texts if fields_by_label().get(label_key(cell.shown)) in _NAME_FIELDS]
        if not named:
            continue
        above = rows.get(number - 1, [])
        others = [cell for cell in cells if cell not in named and _is_label(cell, school)]
        if not others and not any(_is_label(cell, school) for cell in above):
            continue
        first, last = number, _merged_bottom(sheet, named[0])
        while last - first + 1 < MAX_HEADER_ROWS and _is_lower_row(rows.get(last + 1, []), named[0].column, school):
            last += 1
        if above and (not found or number - 1 > found[-1].last) and _is_upper_row(above, named[0].column, school):
            first -= 1
        found.append(_Header(first, last, named[0].column))
    return found


def _merged_bottom(sheet: Sheet, cell: Cell) -> int:
    for merged in sheet.merged:
        if (merged.top, merged.left) == (cell.row, cell.column):
            return min(merged.bottom, cell.row + MAX_HEADER_ROWS - 1)
    return cell.row


def _is_label(cell: Cell, school: School) -> bool:
    around = Surroundings(school, subject=next(iter(subjects_by_label(school).values())))
    return isinstance(cell.value, str) and resolve([cell.shown], around) is not None


def _is_lower_row(cells: Sequence[Cell], name_column: int, school: School) -> bool:
    """Whether a row continues the header: labels only, and nothing where the name would be."""
    at_name = [cell for cell in cells if cell.column == name_column]
    if not cells or any(fields_by_label().get(label_key(cell.shown)) != "family_name" for cell in at_name):
        return False
    texts = [cell for cell in cells if isinstance(cell.value, str)]
    return bool(texts) and sum(_is_label(cell, school) for cell in texts) * 2 > len(texts)


def _is_upper_row(cells: Sequence[Cell], name_column: int, school: School) -> bool:
    """Whether a row is the upper part of the header: groups, beside which the name's cell is blank."""
    if any(cell.column == name_column for cell in cells):
        return False
    return len(cells) >= 2 and sum(_is_label(cell, school) for cell in cells) * 2 >= len(cells)


def _columns(sheet: Sheet, header: _Header, around: Surroundings) -> tuple[Column, ...]:
    spread = _spread(sheet, header)
    columns: list[Column] = []
    carried: dict[int, Cell] = {}
    used: set[str] = set()
    for number in sorted({column for _, column in spread}):
        own = [spread[row, number] for row in range(header.first, header.last + 1) if (row, number) in spread]
        labels = list(dict.fromkeys((cell.row, cell.column) for cell in own))
        cells = [sheet.cells[place] for place in labels]
        target = resolve([cell.shown for cell in cells], around)
        if target == "name":
            target = _part_of_name(sheet, cells[-1], number)
        top = spread.get((header.first, number))
        if top is None and header.last > header.first and header.first in carried:
            # A group whose label was not merged over its columns stands above the first of them only.
            with_group = [carried[header.first], *cells]
            by_group = resolve([cell.shown for cell in with_group], around)
            if by_group is not None and by_group not in used and by_group != NOT_USED:
                target, cells = by_group, with_group
        elif top is not None:
            carried[header.first] = top
        if target is not None and target != NOT_USED:
            used.add(target)
        label = " · ".join(" ".join(cell.shown.split()) for cell in cells)
        own_name = own_subject_name([cell.shown for cell in cells]) if str(target).startswith("own:") else None
        columns.append(Column(number, target, label, place_of(cells[-1].row, number), own_name))
    with_marks = {key for column in columns if (key := _own_key(column)) and not _is_of_words(column)}
    return tuple(
        structs.replace(column, target=None) if (key := _own_key(column)) and key not in with_marks else column
        for column in columns
    )


def _part_of_name(sheet: Sheet, label: Cell, column: int) -> str:
    """A label merged over two columns stands for the family name and, right of it, the given name."""
    for merged in sheet.merged:
        if (merged.top, merged.left) == (label.row, label.column) and merged.right == merged.left + 1:
            return "family_name" if column == merged.left else "given_name"
    return "name"


def _is_of_words(column: Column) -> bool:
    return str(column.target).endswith((":remark", ":teacher"))


def _own_key(column: Column) -> str | None:
    """Which of the school's own subjects the column belongs to."""
    kind, _, rest = str(column.target).partition(":")
    return rest.rpartition(":")[0] if kind == "own" else None


def _spread(sheet: Sheet, header: _Header) -> dict[tuple[int, int], Cell]:
    """The header's cells, merged ones at every place they cover."""
    spread = {place: cell for place, cell in sheet.cells.items() if header.first <= place[0] <= header.last}
    for merged in sheet.merged:
        cell = sheet.cells.get((merged.top, merged.left))
        if cell is None or not header.first <= merged.top <= header.last:
            continue
        for row in range(merged.top, min(merged.bottom, header.last) + 1):
            for column in range(merged.left, merged.right + 1):
                spread[row, column] = cell
    return spread


def _twice(sheet: Sheet, columns: Sequence[Column]) -> list[Problem]:
    seen: dict[str, Column] = {}
    problems = []
    for column in columns:
        if column.target in {None, NOT_USED, "number"} or column.number in sheet.hidden_columns:
            continue
        first = seen.setdefault(str(column.target), column)
        if first is not column:
            details: dict[str, str | int] = {"other": first.place, "label": column.label}
            problems.append(Problem(Mistake.COLUMN_TWICE, sheet.name, column.place, column.label, details))
    return problems


def _surroundings(
    sheet: Sheet, rows: dict[int, list[Cell]], school: School, *, after: int, before: int
) -> Surroundings:
    """What the sheet's name and the titles above the header say of subject and period."""
    titles = [
        cell.shown for number in range(max(after + 1, before - MAX_TITLE_ROWS), before) for cell in rows.get(number, [])
    ]
    subject = period = None
    for title in [*titles, sheet.name]:
        named = _SUBJECT_TITLE.match(unicodedata.normalize("NFC", title))
        key = label_key(re.split(r"[-–]\s*(?:lớp|học)", named[1], flags=re.IGNORECASE)[0] if named else title)
        subject = subject or subjects_by_label(school).get(key)
        period = period or _period(title)
    if period is Period.SUMMER and school == "primary":
        period = None  # circular 27 has one result a year; what the summer changed stands in its place
    return Surroundings(school, subject, period)


def _period(title: str) -> Period | None:
    words = normalise_name(title)
    if _SUMMER.search(words) and "truoc" not in words:
        return Period.SUMMER
    if "giua" in words:
        return Period.MID_TERM
    if "ca nam" in words or "cuoi nam" in words:
        return Period.YEAR
    found = {match[1] for match in _PERIOD.finditer(words)}
    if len(found) != 1:
        return None
    return Period.SEMESTER_1 if found <= {"i", "1"} else Period.SEMESTER_2


def _class_above(sheet: Sheet, rows: dict[int, list[Cell]], *, after: int, before: int) -> str | None:
    titles = [
        cell.shown for number in range(max(after + 1, before - MAX_TITLE_ROWS), before) for cell in rows.get(number, [])
    ]
    found = [name for title in titles if (name := class_in_title(title)) is not None]
    if found:
        return found[-1]
    return _class_of_sheet(sheet.name)


def _class_of_sheet(name: str) -> str | None:
    """Class that a sheet is named after; a sheet named "1" is nobody's class."""
    return class_in_title(name) or (clean_class(name) if any(map(str.isalpha, name)) else None)


def _table(
    sheet: Sheet,
    rows: dict[int, list[Cell]],
    header: _Header,
    columns: tuple[Column, ...],
    *,
    end: int,
    class_group: str | None,
) -> Table:
    used = {column.number: str(column.target) for column in columns if column.target not in {None, NOT_USED}}
    pupils: list[PupilRow] = []
    left_out: list[Cell] = []
    nameless: list[Cell] = []
    after_footer = False
    for number in range(header.last + 1, end):
        cells = rows.get(number, [])
        if not cells or number in sheet.hidden_rows or (number == header.last + 1 and is_index_row(cells)):
            continue
        kind = kind_of_row(cells, used, name_column=header.name_column)
        title = next((name for cell in cells if (name := class_in_title(cell.shown)) is not None), None)
        after_footer = (after_footer or any(is_footer(cell.shown) for cell in cells[:2])) and title is None
        if kind == "pupil" and after_footer and not has_proof(cells, used):
            kind = "other"
        if kind == "pupil":
            after_footer = False
            pupils.append(PupilRow(number, class_group, {cell.column: cell for cell in cells}))
        elif title is not None and len(cells) <= 3:
            class_group = title
        elif kind == "nameless":
            nameless.append(cells[0])
        else:
            left_out.append(cells[0])
    name_place = place_of(header.first, header.name_column)
    labelled = {column.number for column in columns}
    blank = sorted({column for row in pupils for column in row.cells} - labelled)
    columns += tuple(Column(column, None, "", place_of(header.last, column)) for column in blank)
    return Table(sheet, columns, tuple(pupils), tuple(left_out), tuple(nameless), name_place)
