"""A workbook read: every cell that is used with what was understood, the doubts, the mistakes, and the pupils.

1. open it within limits; read the cover sheet of our template, where there is one;
2. which classes, and so which level: from titles, sheet names, class columns, the cover or the caller;
3. find the tables of every visible sheet and read their cells;
4. put the rows of one pupil together (``join_rows``).

Mistakes are collected, not raised one by one, so that a school mends its file in one go.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct, field, structs

from backend.assessment.check_text import wrong_letters
from backend.intake.workbook.find_tables import (
    MAX_TITLE_ROWS,
    Column,
    Table,
    clean_class,
    find_class_titles,
    find_tables,
    grade_of_class,
)
from backend.intake.workbook.join_rows import Entry, Joined, Row, join_rows
from backend.intake.workbook.labels import (
    NOT_USED,
    School,
    catalogue,
    facts_by_label,
    label_key,
    own_subject_key,
    subject_name,
)
from backend.intake.workbook.open_workbook import open_workbook
from backend.intake.workbook.problems import Doubt, Mistake, Problem
from backend.intake.workbook.read_cells import CellRefusedError, Understood, Value, read_date, read_line, reader_of
from backend.intake.workbook.read_schooling import (
    SchoolingLine,
    attach_schooling,
    is_schooling_sheet,
    read_schooling,
)
from backend.intake.workbook.sheet import Cell, Sheet, place_of
from verifier.record.levels import EducationLevel, level_of_grade
from verifier.record.subjects import normalise_name

_SCHOOL_YEAR_TITLE = re.compile(r"nam hoc\W{0,3}(20\d\d)\s*[-–—/]\s*(20\d\d)")
_COVER_SHEETS = frozenset({"thongtin", "thongtinchung"})


class Reading(Struct, frozen=True):
    """One cell of a pupil: what stands in it and what was understood."""

    sheet: str
    cell: str
    label: str
    value: str
    understood: str
    doubt: Doubt | None


class WorkbookReading(Struct, frozen=True):
    """What a workbook says. Readings and values are personal data."""

    school: School
    facts: Mapping[str, str]
    """Of the cover sheet, by name (``aliases.json``)."""
    readings: tuple[Reading, ...]
    doubts: tuple[Problem, ...]
    mistakes: tuple[Problem, ...]
    pupils: tuple[Joined, ...]
    subject_names: Mapping[str, str]
    """Of the catalogue's subjects, by code: as the card will call them."""
    own_subjects: Mapping[str, str]
    """Subjects that only this school has, in the order of their columns: the name by its key."""
    fact_places: Mapping[str, str] = {}
    """Cells of the cover sheet where facts belong, by name."""
    cover_sheet: str | None = None
    titled_years: tuple[tuple[str, Cell, str], ...] = ()
    """School years in titles above the tables: sheet, cell, year."""


class _Found(Struct):
    """What is collected on the way through the sheets."""

    date_1904: bool
    school: School = "primary"
    readings: list[Reading] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    mistakes: list[Problem] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    subject_names: dict[str, str] = field(default_factory=dict)
    own_subjects: dict[str, str] = field(default_factory=dict)
    fact_places: dict[str, str] = field(default_factory=dict)


def read_workbook(data: bytes, *, class_group: str | None = None) -> WorkbookReading:
    """Read an .xlsx file; ``class_group`` is the class of pupils of whom the workbook does not say it.

    Raises:
        WorkbookUnreadableError: it cannot be opened; see ``open_workbook``.
    """
    book = open_workbook(data)
    found = _Found(date_1904=book.date_1904)
    cover = next((sheet for sheet in book.sheets if label_key(sheet.name) in _COVER_SHEETS), None)
    facts = {} if cover is None else _read_cover(cover, found)
    sheets = [sheet for sheet in book.sheets if sheet is not cover and sheet.cells]
    given = class_group or facts.get("class_group")
    of_schooling = [sheet for sheet in sheets if is_schooling_sheet(sheet)]
    sheets = [sheet for sheet in sheets if sheet not in of_schooling]
    level = _level_of(sheets, given, found)
    if level is not None:
        found.school = level
        _read_sheets(sheets, None if given is None else clean_class(given), found)
    for name in book.hidden_sheets:
        found.doubts.append(Problem(Doubt.SHEET_HIDDEN, name, None, ""))
    pupils, doubts, mistakes = join_rows(found.rows)
    pupils, unclear, wrong = attach_schooling(pupils, _read_schooling(of_schooling, found))
    found.doubts += doubts + unclear
    found.mistakes += mistakes + wrong
    if not found.mistakes and not pupils:
        code = Mistake.NO_PUPIL if any(_has_name(sheet, found.school) for sheet in sheets) else Mistake.NO_TABLE
        found.mistakes.append(Problem(code, sheets[0].name if sheets else None, None, ""))
        found.mistakes += [wrong for sheet in sheets for wrong in _headers_in_old_letters(sheet)]
    found.doubts += _swapped_dates(found.rows)
    return WorkbookReading(
        school=found.school,
        facts=facts,
        readings=tuple(found.readings),
        doubts=tuple(found.doubts),
        mistakes=tuple(found.mistakes),
        pupils=tuple(pupils),
        subject_names=found.subject_names,
        own_subjects=found.own_subjects,
        fact_places=found.fact_places,
        titled_years=_titled_years(sheets),
        cover_sheet=None if cover is None else cover.name,
    )


def _read_cover(sheet: Sheet, found: _Found) -> dict[str, str]:
    """Label and value, side by side."""
    facts: dict[str, str] = {}
    for cells in sheet.by_row().values():
        name = facts_by_label().get(label_key(cells[0].shown))
        beside = sheet.cells.get((cells[0].row, cells[0].column + 1))
        if name is None:
            continue
        found.fact_places[name] = place_of(cells[0].row, cells[0].column + 1)
        if beside is None:
            continue
        try:
            value = _read_fact(name, beside, found)
        except CellRefusedError as error:
            found.mistakes.append(_mistake(sheet, beside, error))
            continue
        if value is not None:
            facts[name] = str(value)
    return facts


def _read_fact(name: str, cell: Cell, found: _Found) -> Value | None:
    """Words on one line; a day that stands in a cell as a date or its number is written as one."""
    if name in {"created_on", "signed_on"} and not isinstance(cell.value, str):
        return read_date(cell, date_1904=found.date_1904).value
    return read_line(cell).value


def _titled_years(sheets: Sequence[Sheet]) -> tuple[tuple[str, Cell, str], ...]:
    """School years that titles name: sheet, cell and year."""
    found = []
    for sheet in sheets:
        for cells in list(sheet.by_row().values())[:MAX_TITLE_ROWS]:
            for cell in cells if len(cells) <= 3 else ():
                year = _SCHOOL_YEAR_TITLE.search(normalise_name(cell.shown))
                if year is not None and int(year[2]) == int(year[1]) + 1:
                    found.append((sheet.name, cell, f"{year[1]}-{year[2]}"))
    return tuple(found)


def _headers_in_old_letters(sheet: Sheet) -> list[Problem]:
    """Where no header is found, the cells whose letters tell why: TCVN3 or VNI in a font that does not say so."""
    return [
        Problem(code, sheet.name, cell.place, cell.shown, {"field": cell.shown, "label": ""})
        for (row, _), cell in sorted(sheet.cells.items())
        if row <= MAX_TITLE_ROWS and isinstance(cell.value, str)
        for code in wrong_letters(cell.value)
    ]


def _level_of(sheets: Sequence[Sheet], given: str | None, found: _Found) -> School | None:
    classes: dict[str, tuple[str | None, str | None]] = {}
    for sheet in sheets:
        for name, place in find_class_titles(sheet).items():
            classes.setdefault(name, (sheet.name, place))
    if given is not None:
        clean = clean_class(given)
        if clean is None:
            found.mistakes.append(Problem(Mistake.CLASS_UNKNOWN, None, None, given))
            return None
        classes.setdefault(clean, (None, None))
    if not classes:
        found.mistakes.append(Problem(Mistake.CLASS_UNKNOWN, sheets[0].name if sheets else None, None, ""))
        return None
    schools: dict[School, str] = {}
    for name in classes:
        is_primary = level_of_grade(grade_of_class(name)) == EducationLevel.PRIMARY
        schools.setdefault("primary" if is_primary else "secondary", name)
    if len(schools) > 1:
        first, second = (Problem(Mistake.LEVELS_MIXED, *classes[name], name) for name in schools.values())
        details: dict[str, str | int] = {"other": f"{first.place or '--class'} ({first.value})"}
        found.mistakes.append(structs.replace(second, details=details))
        return None
    return next(iter(schools))


def _read_sheets(sheets: Sequence[Sheet], class_group: str | None, found: _Found) -> None:
    for sheet in sheets:
        tables, problems = find_tables(sheet, found.school)
        for problem in problems:
            (found.doubts if isinstance(problem.code, Doubt) else found.mistakes).append(problem)
        if not tables and not problems:
            found.doubts.append(Problem(Doubt.SHEET_LEFT_OUT, sheet.name, None, ""))
        for row in sorted(sheet.hidden_rows):
            if any(place[0] == row for place in sheet.cells):
                found.doubts.append(Problem(Doubt.ROW_HIDDEN, sheet.name, place_of(row, 1), ""))
        for table in tables:
            _read_table(table, class_group, found)


def _read_schooling(sheets: Sequence[Sheet], found: _Found) -> list[SchoolingLine]:
    lines: list[SchoolingLine] = []
    for sheet in sheets:
        read = read_schooling(sheet, date_1904=found.date_1904)
        if read is None:
            found.doubts.append(Problem(Doubt.SHEET_LEFT_OUT, sheet.name, None, ""))
            continue
        for cell, label, understood in read.noted:
            _note(sheet, label, cell, understood, found)
        found.mistakes += read.mistakes
        lines += read.lines
    return lines


def _read_table(table: Table, class_group: str | None, found: _Found) -> None:
    sheet = table.sheet
    columns = _usable_columns(table, found)
    for cell in table.nameless:
        found.mistakes.append(Problem(Mistake.ROW_WITHOUT_NAME, sheet.name, cell.place, cell.shown))
    for cell in table.left_out:
        found.doubts.append(Problem(Doubt.ROW_LEFT_OUT, sheet.name, cell.place, cell.shown))
    readers = {
        column.number: reader_of(
            str(column.target), date_1904=found.date_1904, assessment=_assessment(str(column.target), found.school)
        )
        for column in columns
    }
    targets = frozenset(str(column.target) for column in columns)
    for pupil in table.rows:
        entries: dict[str, Entry] = {}
        refused: set[str] = set()
        for column in columns:
            if column.number not in pupil.cells:
                continue
            cell = pupil.cells[column.number]
            try:
                understood = readers[column.number](cell)
            except CellRefusedError as error:
                found.mistakes.append(_mistake(sheet, cell, error, label=column.label))
                refused.add(str(column.target))
                continue
            _note(sheet, column.label, cell, understood, found)
            if understood.value is not None:
                entries[str(column.target)] = Entry(
                    understood.value, sheet.name, cell.place, cell.shown, isinstance(cell.value, str)
                )
        found.rows.append(
            Row(
                sheet=sheet.name,
                cell=place_of(pupil.number, min(pupil.cells)),
                header=table.name_place,
                class_group=_class_of(sheet, entries.get("class_group"), pupil.class_group or class_group, found),
                entries=entries,
                targets=targets,
                refused=frozenset(refused),
            )
        )


def _class_of(sheet: Sheet, written: Entry | None, other: str | None, found: _Found) -> str | None:
    """The class in the row's own column, else that of the title or of the whole workbook."""
    if written is None:
        return other
    name = clean_class(str(written.value))
    if name is None:
        found.mistakes.append(Problem(Mistake.CLASS_UNKNOWN, sheet.name, written.cell, written.shown))
    return name or other


def _usable_columns(table: Table, found: _Found) -> list[Column]:
    """Columns that are read; those that are hidden or unknown are said where they hold something."""
    sheet, usable = table.sheet, []
    for column in table.columns:
        if column.target in {NOT_USED, "number"}:
            continue
        filled = any(column.number in row.cells for row in table.rows)
        if column.number in sheet.hidden_columns:
            if filled:
                found.doubts.append(Problem(Doubt.COLUMN_HIDDEN, sheet.name, column.place, column.label))
        elif column.target is None:
            if filled:
                _say_unknown(column, table, found)
        else:
            if column.own_name is not None and filled:
                key = own_subject_key(column.own_name)
                if key not in found.own_subjects:
                    found.own_subjects[key] = column.own_name
                    found.doubts.append(Problem(Doubt.OWN_SUBJECT, sheet.name, column.place, column.label))
            if column.target.startswith("subject:"):
                code = column.target.split(":")[1]
                found.subject_names.setdefault(code, subject_name(code, column.label, found.school))
            usable.append(column)
    return usable


def _say_unknown(column: Column, table: Table, found: _Found) -> None:
    if _may_be_given_name(column, table):
        found.mistakes.append(Problem(Mistake.NAME_SPLIT, table.sheet.name, column.place, ""))
    else:
        found.doubts.append(Problem(Doubt.COLUMN_UNKNOWN, table.sheet.name, column.place, column.label))


def _may_be_given_name(column: Column, table: Table) -> bool:
    """A column without a label right behind the whole name, with words in it."""
    before = next((other for other in table.columns if other.number == column.number - 1), None)
    if column.label or before is None or before.target not in {"name", "family_name"}:
        return False
    cells = [row.cells[column.number] for row in table.rows if column.number in row.cells]
    return any(isinstance(cell.value, str) and any(map(str.isalpha, cell.value)) for cell in cells)


def _note(sheet: Sheet, label: str, cell: Cell, understood: Understood, found: _Found) -> None:
    value = understood.value
    shown = "" if value is None else value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)
    found.readings.append(Reading(sheet.name, cell.place, label, cell.shown, shown, understood.doubt))
    if isinstance(value, str) and not value.isascii():
        said: dict[str, str | int] = {"field": label, "label": label}
        found.doubts += [Problem(code, sheet.name, cell.place, cell.shown, said) for code in wrong_letters(value)]
    if understood.doubt is not None:
        details: dict[str, str | int] = {"understood": shown, "label": label}
        found.doubts.append(Problem(understood.doubt, sheet.name, cell.place, cell.shown, details))


def _assessment(target: str, school: School) -> str | None:
    kind, _, rest = target.partition(":")
    subject = catalogue(school).by_code(rest.partition(":")[0]) if kind == "subject" else None
    return None if subject is None else subject.assessment


def _mistake(sheet: Sheet, cell: Cell, error: CellRefusedError, *, label: str = "") -> Problem:
    return Problem(error.code, sheet.name, cell.place, cell.shown, {"label": label, **error.details})


def _has_name(sheet: Sheet, school: School) -> bool:
    return bool(find_tables(sheet, school)[0])


def _swapped_dates(rows: Sequence[Row]) -> list[Problem]:
    """A foreign Excel takes 03/04 for the fourth of March and leaves 17/05 as text: a column with both is suspect."""
    by_sheet: dict[str, list[Entry]] = {}
    for row in rows:
        entry = row.entries.get("date_of_birth")
        if entry is not None and isinstance(entry.value, date):
            by_sheet.setdefault(row.sheet, []).append(entry)
    suspects = []
    for entries in by_sheet.values():
        as_text = [entry for entry in entries if entry.is_text]
        as_date = [entry for entry in entries if not entry.is_text]
        if not as_text or not as_date:
            continue
        text_all_late = all(_day(entry) > 12 for entry in as_text)
        if text_all_late and all(_day(entry) <= 12 for entry in as_date):
            suspects += as_date
    return [Problem(Doubt.DATE_MAYBE_SWAPPED, entry.sheet, entry.cell, entry.shown) for entry in suspects]


def _day(entry: Entry) -> int:
    return entry.value.day if isinstance(entry.value, date) else 0
