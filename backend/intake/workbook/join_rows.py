"""The rows of one pupil, from as many sheets as there are, put together.

Codes tie rows together: personal code, pupil code. A tenth of a school can share a name, so a row without a code is
tied by name and date of birth (or class) only where exactly one pupil fits, and a doubt says so. Two rows that say
different things of one pupil are a mistake; nobody decides which of them is right.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from backend.intake.workbook.problems import Doubt, Mistake, Problem
from backend.intake.workbook.read_cells import Value
from verifier.record.record import SchoolingEntry
from verifier.record.subjects import normalise_name


class Entry(Struct, frozen=True):
    """An understood value and the cell it comes from."""

    value: Value
    sheet: str
    cell: str
    shown: str
    is_text: bool = True

    @property
    def place(self) -> str:
        """``sheet!cell`` of the value."""
        return f"{self.sheet}!{self.cell}"


class Row(Struct, frozen=True):
    """What one row says of a pupil, by target."""

    sheet: str
    cell: str
    class_group: str | None
    entries: Mapping[str, Entry]
    targets: frozenset[str] = frozenset()
    """Of all columns of the row's table, blank cells included."""
    refused: frozenset[str] = frozenset()
    """Of the cells that cannot be understood; their mistakes are said already."""
    header: str = ""
    """Cell of the table's label for the name."""

    @property
    def place(self) -> str:
        """``sheet!cell`` of the row."""
        return f"{self.sheet}!{self.cell}"

    @property
    def name(self) -> str | None:
        """Full name, put together where family and given name have columns of their own."""
        whole = self.entries.get("name")
        if whole is not None:
            return str(whole.value)
        parts = [str(self.entries[key].value) for key in ("family_name", "given_name") if key in self.entries]
        return " ".join(parts) or None

    def value(self, target: str) -> Value | None:
        """Understood value of a column."""
        entry = self.entries.get(target)
        return None if entry is None else entry.value


class Joined(Struct, frozen=True):
    """Everything that the workbook says of one pupil."""

    sheet: str
    cell: str
    """The first row's, where a mistake that has no cell of its own is shown."""
    name: str
    class_group: str | None
    entries: Mapping[str, Entry]
    targets: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    schooling: tuple[SchoolingEntry, ...] = ()
    header: str = ""
    """Where the first row's table has its label for the name."""

    def value(self, target: str) -> Value | None:
        """Understood value of a column."""
        entry = self.entries.get(target)
        return None if entry is None else entry.value

    def has_column(self, target: str) -> bool:
        """Whether any of the pupil's tables asks for it."""
        return target in self.targets

    def problem(self, code: str, target: str | None = None, **details: str | int) -> Problem:
        """A problem at the cell of ``target``, or at the pupil's row."""
        entry = None if target is None else self.entries.get(target)
        if entry is None:
            return Problem(code, self.sheet, self.cell, self.name, details)
        return Problem(code, entry.sheet, entry.cell, entry.shown, details)


_CODES = ("personal_code", "pupil_code")
_TIED_BY = frozenset({"name", "family_name", "given_name", "class_group", *_CODES})


class _Pupils:
    """Pupils found so far, and how to find them again."""

    def __init__(self) -> None:
        self.rows: list[list[Row]] = []
        self.problems: list[Problem] = []
        self._by_code: dict[tuple[str, str], int] = {}

    def add(self, row: Row) -> None:
        """Tie a row with a code to its pupil, or begin a new one."""
        codes = [(kind, str(value)) for kind in _CODES if (value := row.value(kind)) is not None]
        known = {self._by_code[code] for code in codes if code in self._by_code}
        if len(known) > 1:
            other = _code_place(self.rows[self._by_code[codes[0]]], dict(codes[:1]))
            self.problems.append(_problem(row, Mistake.CODE_TWICE, codes[0][0], other=other))
            return
        index = known.pop() if known else self._begin()
        for earlier in self.rows[index]:
            if earlier.sheet == row.sheet:
                kind = next(kind for kind, value in codes if str(earlier.value(kind)) == value)
                other = _code_place([earlier], {kind: str(row.value(kind))})
                self.problems.append(_problem(row, Mistake.CODE_TWICE, kind, other=other))
                return
        self.rows[index].append(row)
        self._by_code |= dict.fromkeys(codes, index)

    def add_by_name(self, row: Row) -> None:
        """Tie a row without a code to the one pupil of that name, or begin a new one."""
        candidates = [index for index, rows in enumerate(self.rows) if _may_be_same(rows, row)]
        if not candidates:
            self.rows[self._begin()].append(row)
        elif len(candidates) > 1:
            self.problems.append(_problem(row, Mistake.PUPIL_AMBIGUOUS, "name"))
        else:
            other = self.rows[candidates[0]][0].place
            self.problems.append(_problem(row, Doubt.JOINED_BY_NAME, "name", other=other))
            self.rows[candidates[0]].append(row)

    def _begin(self) -> int:
        self.rows.append([])
        return len(self.rows) - 1


def join_rows(rows: Sequence[Row]) -> tuple[list[Joined], list[Problem], list[Problem]]:
    """Pupils in the order of their first rows, doubts, mistakes."""
    pupils = _Pupils()
    for row in rows:
        if any(row.value(kind) is not None for kind in _CODES):
            pupils.add(row)
    for row in rows:
        if all(row.value(kind) is None for kind in _CODES):
            pupils.add_by_name(row)
    problems = pupils.problems
    joined = [_join(found, problems) for found in pupils.rows if found]
    doubts = [problem for problem in problems if isinstance(problem.code, Doubt)]
    return joined, doubts, [problem for problem in problems if isinstance(problem.code, Mistake)]


def _may_be_same(rows: Sequence[Row], row: Row) -> bool:
    """Same name, and the same day of birth, or the same class where one of the two has no day."""
    first = rows[0]
    if any(earlier.sheet == row.sheet for earlier in rows):
        return False
    if normalise_name(first.name or "") != normalise_name(row.name or ""):
        return False
    days = first.value("date_of_birth"), row.value("date_of_birth")
    if None not in days:
        return days[0] == days[1]
    return None in (first.class_group, row.class_group) or first.class_group == row.class_group


def _join(rows: Sequence[Row], problems: list[Problem]) -> Joined:
    entries: dict[str, Entry] = {}
    for row in rows:
        for target, entry in row.entries.items():
            earlier = entries.setdefault(target, entry)
            if earlier.value != entry.value and target not in _TIED_BY:
                problems.append(_contradiction(entry, earlier))
    names = {normalise_name(row.name): row for row in rows if row.name is not None}
    if len(names) > 1:
        first, second = list(names.values())[:2]
        problems.append(_problem(second, Mistake.CONTRADICTION, "name", other=first.place))
    classes = {row.class_group: row for row in rows if row.class_group is not None}
    if len(classes) > 1:
        first, second = list(classes.values())[:2]
        problems.append(_problem(second, Mistake.CONTRADICTION, "class_group", other=first.place))
    return Joined(
        sheet=rows[0].sheet,
        cell=rows[0].cell,
        name=rows[0].name or "",
        class_group=next(iter(classes), None),
        entries=entries,
        targets=frozenset().union(*(row.targets for row in rows)),
        refused=frozenset().union(*(row.refused for row in rows)),
        header=rows[0].header,
    )


def _code_place(rows: Sequence[Row], codes: Mapping[str, str]) -> str:
    """Where one of the codes stands already."""
    return next(
        entry.place
        for row in rows
        for kind, code in codes.items()
        if (entry := row.entries.get(kind)) is not None and str(entry.value) == code
    )


def _contradiction(entry: Entry, earlier: Entry) -> Problem:
    details: dict[str, str | int] = {"other": earlier.place}
    return Problem(Mistake.CONTRADICTION, entry.sheet, entry.cell, entry.shown, details)


def _problem(row: Row, code: str, target: str, **details: str | int) -> Problem:
    entry = row.entries.get(target)
    cell, shown = (row.cell, row.name or "") if entry is None else (entry.cell, entry.shown)
    return Problem(code, row.sheet, cell, shown, details)
