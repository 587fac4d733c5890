"""``hocba intake class.xlsx`` and ``hocba template``: the workbook door for people at a keyboard."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from backend.archive.prepared.card import OF_THE_SUMMER, Missing
from backend.city import City
from backend.command_context import write_file
from backend.console import say
from backend.intake.workbook.build_records import Facts
from backend.intake.workbook.keep_drafts import KeptDraft
from backend.intake.workbook.open_workbook import MAX_FILE_BYTES, is_workbook
from backend.intake.workbook.preview import PreviewRow, ProblemGroup, group_problems, preview_rows, problem_row
from backend.intake.workbook.problems import MAX_PROBLEMS, WorkbookRefusedError, WorkbookUnreadableError
from backend.intake.workbook.receive_workbook import (
    UnderstoodWorkbook,
    facts_of_city,
    receive_workbook,
    understand_workbook,
)
from backend.intake.workbook.template import build_template
from verifier.record.levels import EducationLevel, level_of_grade

PREVIEW_WIDTH = 180
"""Columns of a preview that goes into a file."""
MIN_WIDTH = 60
MAX_ALIKE = 500
"""Cells listed below a problem that they share."""
MAX_QUOTED = 60
"""Characters of a cell that are quoted; the whole is in the workbook."""

Command = Callable[..., Any]

_KINDS = {"mistake": "LỖI / MISTAKE", "doubt": "NGỜ / DOUBT", "cell": ""}


class WorkbookOptions(msgspec.Struct, frozen=True):
    """What the command line adds to a workbook; it stands over the workbook's own cover sheet."""

    facts: Facts
    class_group: str | None
    preview: bool

    @classmethod
    def of(cls, options: Mapping[str, str | bool | None]) -> "WorkbookOptions":
        """Out of what ``workbook_options`` gave to a command."""
        words = {name: value for name, value in options.items() if isinstance(value, str)}
        class_group = words.pop("class_group", None)
        return cls(Facts(**words), class_group, preview=options.get("preview") is True)


class WorkbookAnswer(msgspec.Struct, frozen=True):
    """What became of a workbook. Rows hold personal data, for the person who sent it."""

    file: str
    pupils: int
    refused: bool
    rows: tuple[PreviewRow, ...]
    drafts: tuple[KeptDraft, ...] = ()
    """Kept; ``missing`` says what each one waits for."""


def workbook_options(command: Command) -> Command:
    """The options that only a workbook needs."""
    for option in (
        click.option("--preview", is_flag=True, help="Chỉ xem đã hiểu gì / Only show what was understood."),
        click.option("--school", "school_code", help="Mã trường / Code of the school."),
        click.option("--year", "school_year", help="Năm học / School year: 2025-2026."),
        click.option("--class", "class_group", help="Lớp, nếu bảng không ghi / Class, if the workbook has none."),
        click.option("--principal", "manager_name", help="Người ký học bạ / Who signs for the school."),
        click.option("--place", "place", help="Địa danh / Place of issue: Hà Nội."),
        click.option("--province", "province", help="Tỉnh, thành phố / Province."),
    ):
        command = option(command)
    return command


def is_workbook_file(file: Path) -> bool:
    """Whether the file wants to be a workbook, by its first bytes."""
    with file.open("rb") as opened:
        return is_workbook(opened.read(8))


def take_workbook(city: City, file: Path, options: WorkbookOptions, *, quiet: bool, now: datetime) -> WorkbookAnswer:
    """Read a workbook and keep its drafts, or only show what was understood.

    Raises:
        BackendError: it cannot be opened, the school is unknown, or nothing can be kept now.
    """
    if file.stat().st_size > MAX_FILE_BYTES:
        raise WorkbookUnreadableError("workbook_too_large", limit=MAX_FILE_BYTES // 1_000_000)
    lists = city.publisher.verified_lists(now).lists
    understood = understand_workbook(
        file.read_bytes(),
        given=options.facts,
        class_group=options.class_group,
        city_facts=partial(facts_of_city, lists),
    )
    drafts, pupils = understood.drafts, len(understood.reading.pupils)
    if options.preview:
        rows = tuple(preview_rows(understood.reading, drafts))
        answer = WorkbookAnswer(file.name, pupils, refused=bool(drafts.mistakes), rows=rows)
    else:
        answer = _keep(city, file.name, understood, now)
    if not quiet:
        _print_rows(file.name, answer.rows)
        if answer.refused:
            say("workbook_refused", {"count": sum(row.kind == "mistake" for row in answer.rows)})
        elif not options.preview:
            print_kept(answer)
    return answer


def _keep(city: City, name: str, understood: UnderstoodWorkbook, now: datetime) -> WorkbookAnswer:
    pupils = len(understood.reading.pupils)
    try:
        kept = receive_workbook(understood, database=city.database, now=now)
    except WorkbookRefusedError as error:
        mistakes = tuple(problem_row(problem, "mistake") for problem in error.problems)
        return WorkbookAnswer(name, pupils, refused=True, rows=mistakes)
    doubts = tuple(problem_row(problem, "doubt") for problem in understood.drafts.doubts)
    return WorkbookAnswer(name, pupils, refused=False, rows=doubts, drafts=kept)


@click.command()
@click.argument("level", type=click.Choice([level.value for level in EducationLevel]))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--grade", type=click.IntRange(1, 12), help="Chỉ các môn của khối này / Only this grade's subjects.")
def template(level: str, output: Path, grade: int | None) -> None:
    """Lấy bảng mẫu để nhập điểm / Write the workbook to fill in: one row a pupil, a cover sheet for the school."""
    of = EducationLevel(level)
    if grade is not None and level_of_grade(grade) is not of:
        raise click.BadParameter("khối và cấp học không khớp / grade and level do not fit", param_hint="--grade")
    write_file(output, build_template(of, grade=grade))
    say("template_written", {"file": output.name})


def _print_rows(name: str, rows: Sequence[PreviewRow]) -> None:
    """Mistakes, doubts, then a table of the cells that are as they seem; readable on 80 columns."""
    width = max(get_terminal_size((PREVIEW_WIDTH, 24)).columns, MIN_WIDTH)
    counts = Counter(row.kind for row in rows)
    if rows:
        click.echo(
            f"{name}: lỗi / mistakes {counts['mistake']}, ngờ / doubts {counts['doubt']}, "
            f"ô đã hiểu / cells understood {counts['cell']}"
        )
    shown: Counter[str] = Counter()
    for group in group_problems(rows):
        shown[group.first.kind] += 1 + len(group.others)
        if group.first.kind == "mistake" and shown["mistake"] > MAX_PROBLEMS + len(group.others):
            continue
        _print_group(group, width)
    if counts["mistake"] > MAX_PROBLEMS:
        say("workbook_problems_more", {"limit": MAX_PROBLEMS, "count": counts["mistake"]})
    cells = [row for row in rows if row.kind == "cell"]
    if cells:
        table = Table("Ô / Cell", "Cột / Column", "Giá trị / Value", "Hiểu là / Understood", expand=True)
        for row in cells:
            understood = "=" if row.understood == row.value else row.understood or "–"
            table.add_row(*map(_plain, (row.place, row.label, row.value, understood)))
        Console(width=width).print(table)


def _print_group(group: ProblemGroup, width: int) -> None:
    first = group.first
    times = f" × {len(group.others) + 1}" if group.others else ""
    said = f"{_KINDS[first.kind]}  {first.place or '–'}{times}"
    said += f" · {_one_line(first.label)}" if first.label else ""
    _print_wrapped(said + _value_of(first), width, indent=2, first_indent=0)
    for said_in in group.sentences:
        _print_wrapped(said_in.vi, width, indent=4)
    for number, said_in in enumerate(group.sentences, start=1):
        code = f" [{first.code}]" if number == len(group.sentences) else ""
        _print_wrapped(f"{said_in.en}{code}", width, indent=4)
    if group.others:
        others = "; ".join(row.place.rpartition("!")[2] + _value_of(row) for row in group.others[:MAX_ALIKE])
        rest = len(group.others) - MAX_ALIKE
        more = f"; … + {rest}" if rest > 0 else ""
        _print_wrapped(f"Cũng vậy / Likewise: {others}{more}", width, indent=4)


def _value_of(row: PreviewRow) -> str:
    """What stands in the cell, and what it was taken for."""
    value = f": «{_one_line(row.value)}»" if row.value else ""
    return f"{value} → {row.understood}" if row.understood and row.understood != row.value else value


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_QUOTED else line[: MAX_QUOTED - 1] + "…"


def _print_wrapped(text: str, width: int, *, indent: int, first_indent: int | None = None) -> None:
    first = " " * (indent if first_indent is None else first_indent)
    click.echo(fill(text, width, initial_indent=first, subsequent_indent=" " * indent, break_on_hyphens=False))


def _plain(text: str) -> Text:
    """A cell's words as they are: they may look like rich's markup."""
    return Text(text)


def print_kept(answer: WorkbookAnswer) -> None:
    """Say how many drafts were kept, and which of them wait for what."""
    again = sum(draft.again for draft in answer.drafts)
    click.echo(
        f"{answer.file}: bản nháp chờ ký / drafts that wait for signatures {len(answer.drafts)}, "
        f"cập nhật / updated {again}, điểm ngờ / doubts {len(answer.rows)}"
    )
    without_code = [draft for draft in answer.drafts if Missing.PERSONAL_CODE in draft.missing]
    _print_waiting("workbook_codes_missing", without_code)
    _print_waiting("workbook_summer_waits", [draft for draft in answer.drafts if OF_THE_SUMMER & set(draft.missing)])


def _print_waiting(code: str, drafts: Sequence[KeptDraft]) -> None:
    if drafts:
        say(code, {"count": len(drafts)})
    for draft in drafts:
        click.echo(f"  {draft.class_group} · {draft.place} · {draft.record_id}")
