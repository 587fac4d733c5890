"""What the commands say to people: Vietnamese first, English second, progress bars and results apart.

Bars and sentences go to the standard error, results to the standard output, where a pipe or ``--json`` wants them.
"""

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from backend.archive.card import StoredList
from backend.intake.answer import BatchAnswer
from backend.intake.batch import Outcome
from backend.messages import sentence
from verifier.vietnam_time import VIETNAM_TIME

Advance = Callable[[str, int, int], None]
"""Moves a bar: stage, how much of it is done, all of it."""

_STAGES = {
    "transactions": "Trường ký và gửi / Schools sign",
    "roster": "Danh sách học sinh / Rosters",
    "intake": "Tiếp nhận / Intake",
    "issuing": "Phát hành / Issuing",
    "signing": "Ký / Signing",
}


@contextmanager
def progress_bars(*, shown: bool) -> Iterator[Advance]:
    """One bar for each stage, from its first move on."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as bars:
        tasks: dict[str, TaskID] = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_STAGES.get(stage, stage))
            bars.update(tasks[stage], completed=done, total=total)

        yield advance


def print_json(answer: object) -> None:
    """One JSON document."""
    click.echo(msgspec.json.encode(answer))


def print_rows(rows: Iterable[tuple[str, object]]) -> None:
    """Label and value, a line each."""
    for label, value in rows:
        click.echo(f"{label}: {value}")


def print_counts(label: str, counts: Mapping[str, int]) -> None:
    """How many of what, a line each; codes that have a sentence are said with it."""
    for name, count in sorted(counts.items()):
        click.echo(f"{label}: {count} × {name}")


def print_batch(name: str, batch: BatchAnswer) -> None:
    """What became of a file of cards, of each card that was refused, and how often which warning was given."""
    before = sum(receipt.outcome is Outcome.ALREADY_RECEIVED for receipt in batch.receipts)
    already = f", đã nhận trước đó / received before {before}" if before else ""
    click.echo(f"{name}: nhận / accepted {batch.accepted}, từ chối / refused {batch.refused}{already}")
    for receipt in batch.receipts:
        if receipt.outcome is Outcome.REFUSED:
            place = " · ".join(part for part in (f"#{receipt.position}", receipt.record_id, receipt.field) if part)
            click.echo(f"  {place}\n    {receipt.sentence.vi}\n    {receipt.sentence.en} [{receipt.code}]")
    warnings = Counter(warning.code for receipt in batch.receipts for warning in receipt.warnings)
    for code, times in warnings.most_common():
        first = next(one for receipt in batch.receipts for one in receipt.warnings if one.code == code)
        click.echo(f"  cảnh báo / warning: {times} × {code}\n    {first.sentence.vi}\n    {first.sentence.en}")


def say(code: str, details: Mapping[str, str | int]) -> None:
    """The sentence of a code, on the standard error."""
    words = sentence(code, details)
    click.echo(f"{words.vi}\n{words.en} [{code}]", err=True)


def say_fault(error: Exception) -> None:
    """Where a command failed of what nobody has foreseen, without the error's text: a database quotes values in it."""
    say("unexpected_error", {})
    click.echo("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__, err=True)


def clock_time(moment: datetime) -> str:
    """A moment as a clock in Vietnam shows it."""
    return f"{moment.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M}"


def list_answer(signed: StoredList) -> dict[str, object]:
    """A signed list without its bytes."""
    return {
        "name": signed.name,
        "sequence": signed.sequence,
        "made_at": signed.made_at,
        "expires_at": signed.expires_at,
        "bytes": len(signed.content),
    }


def print_lists(lists: Iterable[Mapping[str, object]]) -> None:
    """Signed lists, a line each."""
    for signed in lists:
        click.echo(f"{signed['name']}: № {signed['sequence']}, {signed['bytes']} byte, → {signed['expires_at']}")
