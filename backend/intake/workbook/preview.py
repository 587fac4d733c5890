"""What was understood of a workbook, as rows for people: mistakes first, then doubts, then every cell."""

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from backend.intake.workbook.build_records import Drafts
from backend.intake.workbook.problems import Doubt, Problem
from backend.intake.workbook.read_workbook import WorkbookReading
from backend.messages import Sentence

_CELL_DOUBTS = frozenset(Doubt)


class PreviewRow(Struct, frozen=True):
    """One cell, or one thing to know about the workbook. Holds personal data."""

    kind: Literal["mistake", "doubt", "cell"]
    place: str
    """``sheet!cell``."""
    label: str
    """The column's header."""
    value: str
    """As it stands in the cell."""
    understood: str
    code: str | None = None
    sentence: Sentence | None = None


def preview_rows(reading: WorkbookReading, drafts: Drafts) -> Iterator[PreviewRow]:
    """Mistakes, doubts, and then the cells that are as they seem, in the order of the sheets."""
    for problem in drafts.mistakes:
        yield problem_row(problem, "mistake")
    for problem in drafts.doubts:
        yield problem_row(problem, "doubt")
    for found in reading.readings:
        if found.doubt is None:
            yield PreviewRow("cell", f"{found.sheet}!{found.cell}", found.label, found.value, found.understood)


class ProblemGroup(Struct, frozen=True):
    """Rows that say the same of several cells of one column, or of several pupils."""

    first: PreviewRow
    others: tuple[PreviewRow, ...]
    sentences: tuple[Sentence, ...]
    """Of the first row, and what the same rule says more of the very same pupils."""


def group_problems(rows: Sequence[PreviewRow]) -> list[ProblemGroup]:
    """Mistakes and doubts, in order; those of one column, or of one rule, stand together at the first of them."""
    groups: dict[object, list[PreviewRow]] = {}
    for row in rows:
        if row.kind == "cell":
            continue
        sheet, _, _ = row.place.rpartition("!")
        key: object = (row.code, row.sentence) if _is_of_a_rule(row) else (row.kind, row.code, sheet, row.label)
        groups.setdefault(key, []).append(row)
    alike: dict[object, list[list[PreviewRow]]] = {}
    for group, found in groups.items():
        same: object = (found[0].code, *(row.place for row in found)) if _is_of_a_rule(found[0]) else group
        alike.setdefault(same, []).append(found)
    return [
        ProblemGroup(
            first=of_same[0][0],
            others=tuple(of_same[0][1:]),
            sentences=tuple(found[0].sentence for found in of_same if found[0].sentence is not None),
        )
        for of_same in alike.values()
    ]


def _is_of_a_rule(row: PreviewRow) -> bool:
    """Whether a circular's rule says it, and not the reading of a cell."""
    return row.kind == "doubt" and row.code not in _CELL_DOUBTS


def problem_row(problem: Problem, kind: Literal["mistake", "doubt"]) -> PreviewRow:
    """A problem as a row."""
    return PreviewRow(
        kind=kind,
        place=problem.place,
        label=str(problem.details.get("label", "")),
        value=problem.value,
        understood=str(problem.details.get("understood", "")),
        code=str(problem.code),
        sentence=problem.sentence,
    )
