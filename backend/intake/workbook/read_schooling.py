"""The study process (quá trình học tập): a sheet with a row for each school year of each pupil, tied by code.

Such a sheet is known by its name or title. A pupil's code or name may be merged over the rows of one pupil.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from msgspec import Struct, field, structs

from backend.intake.workbook.join_rows import Entry, Joined
from backend.intake.workbook.labels import aliases, fields_by_label, label_key, schooling_by_label
from backend.intake.workbook.problems import Doubt, Mistake, Problem
from backend.intake.workbook.read_cells import (
    CellRefusedError,
    Understood,
    read_code,
    read_date,
    read_line,
    read_personal_code,
)
from backend.intake.workbook.sheet import Cell, Sheet, place_of
from verifier.record.parse_xml import MAX_SCHOOLING_ENTRIES
from verifier.record.record import SchoolingEntry
from verifier.record.subjects import normalise_name

_SHEET = "quatrinhhoctap"
_PERSON = ("personal_code", "pupil_code", "name")
_NEEDED = ("class_group", "school_name")


class SchoolingLine(Struct, frozen=True):
    """One row: whose it is, and what it says."""

    sheet: str
    cell: str
    person: Mapping[str, str]
    entry: SchoolingEntry


class SchoolingSheet(Struct, frozen=True):
    """What was found on a sheet; ``noted`` has every cell with its label, for people to look over."""

    lines: list[SchoolingLine] = field(default_factory=list)
    noted: list[tuple[Cell, str, Understood]] = field(default_factory=list)
    mistakes: list[Problem] = field(default_factory=list)


def is_schooling_sheet(sheet: Sheet) -> bool:
    """Whether the sheet's name or a title in its first rows says so."""
    titles = [cell.shown for (row, _), cell in sheet.cells.items() if row <= 5]
    return any(label_key(text).startswith(_SHEET) for text in [sheet.name, *titles])


def read_schooling(sheet: Sheet, *, date_1904: bool) -> SchoolingSheet | None:
    """The rows below the header; None for a sheet without one."""
    rows = sheet.by_row()
    header = next((number for number, cells in rows.items() if _is_header(cells)), None)
    if header is None:
        return None
    columns = {cell.column: (target, cell.shown) for cell in rows[header] if (target := _target(cell)) is not None}
    found = SchoolingSheet()
    for number in range(header + 1, sheet.rows + 1):
        cells = {cell.column: cell for cell in rows.get(number, [])}
        if number in sheet.hidden_rows or not any(
            columns.get(column, ("",))[0].startswith("line:") for column in cells
        ):
            continue
        _read_row(sheet, number, cells, columns, date_1904=date_1904, found=found)
    return found


def attach_schooling(
    pupils: Sequence[Joined], lines: Sequence[SchoolingLine]
) -> tuple[list[Joined], list[Problem], list[Problem]]:
    """The pupils with their lines, in the sheet's order; doubts; mistakes."""
    by_code = {(kind, str(entry.value)): n for n, pupil in enumerate(pupils) for kind, entry in _codes(pupil)}
    by_name: dict[str, list[int]] = {}
    for number, pupil in enumerate(pupils):
        by_name.setdefault(normalise_name(pupil.name), []).append(number)
    owned: dict[int, list[SchoolingLine]] = {}
    doubts, mistakes = [], []
    for line in lines:
        name = line.person.get("name", "")
        owners = {by_code.get((kind, line.person[kind])) for kind in _PERSON[:2] if kind in line.person} - {None}
        known = [owner for owner in owners if owner is not None]
        has_code = any(kind in line.person for kind in _PERSON[:2])
        if not has_code:
            known = by_name.get(normalise_name(name), [])
        details: dict[str, str | int] = {"other": f"{pupils[known[0]].sheet}!{pupils[known[0]].cell}"} if known else {}
        problem = Problem(Doubt.SCHOOLING_OF_NOBODY, line.sheet, line.cell, name, details)
        if not known:
            doubts.append(problem)
        elif len(known) > 1:
            mistakes.append(structs.replace(problem, code=Mistake.PUPIL_AMBIGUOUS))
        elif name and normalise_name(name) != normalise_name(pupils[known[0]].name):
            mistakes.append(structs.replace(problem, code=Mistake.CONTRADICTION))
        else:
            owned.setdefault(known[0], []).append(line)
            if not has_code:
                doubts.append(structs.replace(problem, code=Doubt.JOINED_BY_NAME))
    for number, own in owned.items():
        if len(own) > MAX_SCHOOLING_ENTRIES:
            limit: dict[str, str | int] = {"limit": MAX_SCHOOLING_ENTRIES}
            last = own[MAX_SCHOOLING_ENTRIES]
            mistakes.append(Problem(Mistake.SCHOOLING_TOO_LONG, last.sheet, last.cell, pupils[number].name, limit))
    schooled = [
        structs.replace(pupil, schooling=tuple(line.entry for line in owned.get(number, ())))
        for number, pupil in enumerate(pupils)
    ]
    return schooled, doubts, mistakes


def _codes(pupil: Joined) -> list[tuple[str, Entry]]:
    return [(kind, entry) for kind in _PERSON[:2] if (entry := pupil.entries.get(kind)) is not None]


def _target(cell: Cell) -> str | None:
    key = label_key(cell.shown)
    line = schooling_by_label().get(key)
    person = fields_by_label().get(key)
    return f"line:{line}" if line is not None else person if person in _PERSON else None


def _is_header(cells: Sequence[Cell]) -> bool:
    targets = {_target(cell) for cell in cells}
    return {"line:class_group", "line:school_name"} <= targets and bool(targets & set(_PERSON))


def _read_row(
    sheet: Sheet,
    number: int,
    cells: Mapping[int, Cell],
    columns: Mapping[int, tuple[str, str]],
    *,
    date_1904: bool,
    found: SchoolingSheet,
) -> None:
    values: dict[str, str] = {}
    refused: set[str] = set()
    for column, (target, label) in columns.items():
        cell = cells.get(column) or (_merged_above(sheet, number, column) if target in _PERSON else None)
        if cell is None:
            continue
        try:
            understood = _reader(target, date_1904=date_1904)(cell)
        except CellRefusedError as error:
            details = {"label": label, **error.details}
            found.mistakes.append(Problem(error.code, sheet.name, cell.place, cell.shown, details))
            refused.add(target)
            continue
        if cell.row == number:
            found.noted.append((cell, label, understood))
        if understood.value is not None:
            values[target] = _written(understood.value)
    of_person = [column for column, (target, _) in columns.items() if target in _PERSON and column in cells]
    place = place_of(number, min(of_person or cells))
    missing = [name for name in _NEEDED if f"line:{name}" not in values.keys() | refused]
    for name in missing:
        details = {"label": aliases().schooling[name][0]}
        found.mistakes.append(Problem(Mistake.VALUE_MISSING, sheet.name, place, values.get("name", ""), details))
    person = {kind: values[kind] for kind in _PERSON if kind in values}
    if not person and not refused:
        found.mistakes.append(Problem(Mistake.ROW_WITHOUT_NAME, sheet.name, place, values.get("line:class_group", "")))
    elif not missing and not refused:
        entry = SchoolingEntry(
            class_group=values["line:class_group"],
            school_name=values["line:school_name"],
            school_year=values.get("line:school_year"),
            arrived_on=values.get("line:arrived_on"),
        )
        found.lines.append(SchoolingLine(sheet.name, place, person, entry))


def _merged_above(sheet: Sheet, row: int, column: int) -> Cell | None:
    return next(
        (
            sheet.cells.get((merged.top, merged.left))
            for merged in sheet.merged
            if merged.top <= row <= merged.bottom and merged.left <= column <= merged.right
        ),
        None,
    )


def _reader(target: str, *, date_1904: bool) -> Callable[[Cell], Understood]:
    if target == "line:arrived_on":
        return lambda cell: read_line(cell) if isinstance(cell.value, str) else read_date(cell, date_1904=date_1904)
    if target == "personal_code":
        return read_personal_code
    return read_line if target in {"name", "line:school_name"} else read_code


def _written(value: object) -> str:
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)
