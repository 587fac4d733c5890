"""``hocba-verify``: check report cards from a shell.

Exit status: 0 all genuine · 1 some superseded, revoked, altered, untrusted or unreadable · 3 some undetermined, none of
the former · 2 wrong usage.
"""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from verifier.check_service import CheckService
from verifier.gather_inputs import InputUnreachableError, Source, gather_inputs
from verifier.list_cache import ListCache, problems_logger
from verifier.list_source import HttpSource
from verifier.messages import LANGUAGES, sentence
from verifier.print_verdict import describe_counts, describe_verdict
from verifier.report_csv import open_report
from verifier.settings import (
    LISTS_VARIABLE,
    PUBLIC_URL_VARIABLE,
    TRUST_ANCHOR_VARIABLE,
    UsageError,
    cache_folder,
    list_source,
    parse_lists,
    parse_public_url,
    parse_trust_anchor,
)
from verifier.unpack_zip import ArchiveRefusedError, verdict_of_problem, visible
from verifier.verdict import InputKind, Outcome, Verdict
from verifier.verify import could_not_check
from verifier.vietnam_time import VIETNAM_TIME
from verifier.worker import PROCESSES, CheckWorkers

FIRST_YEAR, LAST_YEAR = 2000, 2999
"""For ``--at``: no card is older, and the checks add days to it."""
_CODES_ALONE = frozenset({InputKind.CAPSULE, InputKind.PHOTO})
ALL_GENUINE, SOME_BAD, WRONG_USAGE, SOME_OPEN = 0, 1, 2, 3

_HELP = """Kiểm tra học bạ số: tệp PDF, XML, ảnh chụp mã QR; thư mục, tệp zip, mẫu tên (*.pdf, **/*.pdf), địa chỉ web;
hoặc nội dung mã QR ("-": đầu vào chuẩn).

Check digital report cards: PDF, XML, photo of the QR; folder, zip, pattern (*.pdf, **/*.pdf), web address;
or the QR's text ("-": standard input).

\b
Kết quả / exit status:
  0  tất cả hợp lệ / all genuine
  1  có bản không hợp lệ / some superseded, revoked, altered, untrusted or unreadable
  3  có bản chưa kết luận được / some undetermined, none of the former
  2  dùng sai / wrong usage
"""


@click.command(help=_HELP, context_settings={"max_content_width": 120})
@click.argument("inputs", nargs=-1, metavar="FILE|FOLDER|ZIP|PATTERN|URL|-…")
@click.option(
    "--trust-anchor",
    metavar="FP",
    envvar=TRUST_ANCHOR_VARIABLE,
    show_envvar=True,
    help="Dấu vân tay khóa gốc, 64 chữ số thập lục phân. / Fingerprint of the trust key, 64 hexadecimal digits.",
)
@click.option(
    "--lists",
    metavar="FOLDER|URL",
    envvar=LISTS_VARIABLE,
    show_envvar=True,
    help="Nơi lấy danh sách đã ký. / Where the signed lists come from.",
)
@click.option(
    "--at",
    metavar="TIME",
    help="Kiểm tra như vào thời điểm này; danh sách không được giữ lại. / Check as at this time; no list is kept.",
)
@click.option(
    "--deep",
    is_flag=True,
    help="So cả nội dung in trên trang với dữ liệu đã ký. / Also compare what the pages print with the signed data.",
)
@click.option(
    "--public-url",
    metavar="URL",
    envvar=PUBLIC_URL_VARIABLE,
    show_envvar=True,
    help="Địa chỉ mà mã QR phải dẫn tới; nếu không có, theo danh sách tin cậy. / "
    "Origin that QR codes have to lead to; without it, the trust list's.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="CSV",
    help="Ghi thêm báo cáo, mỗi tệp một dòng. / Also write a report, a row for each input.",
)
@click.option("--offline", is_flag=True, help="Không dùng mạng. / Use no network.")
@click.option(
    "--json", "as_json", is_flag=True, help="JSON; nhiều tệp: mỗi dòng một đối tượng. / JSON; NDJSON for many."
)
@click.version_option(package_name="hocba")
@click.pass_context
def main(
    context: click.Context,
    inputs: tuple[str, ...],
    *,
    trust_anchor: str | None,
    lists: str | None,
    at: str | None,
    deep: bool,
    public_url: str | None,
    report: Path | None,
    offline: bool,
    as_json: bool,
) -> None:
    """Entry point of the command."""
    with ExitStack() as stack:
        stack.enter_context(_unlogged_problems())
        try:
            moment = _parse_time(at)
            anchor = parse_trust_anchor(trust_anchor)
            origin = parse_public_url(public_url)
            sources = gather_inputs(inputs, offline=offline)
            cache = _list_cache(anchor, lists, offline=offline, keep=moment is None)
            rows = stack.enter_context(open_report(report))
        except UsageError as error:
            _say_usage(error)
            context.exit(WRONG_USAGE)
        # A folder or zip is many, even of one.
        several = len(sources) > 1 or sources[0].name not in {visible(inputs[0]), "QR"}
        clock: Callable[[], datetime] = (lambda: moment) if moment is not None else (lambda: datetime.now(UTC))
        workers = CheckWorkers(processes=min(PROCESSES, len(sources)))
        service = CheckService(workers, cache, public_url=origin, clock=clock)
        stack.callback(service.close)
        verdicts = []
        for source, verdict in _check_all(service, sources, clock, deep=deep):
            verdicts.append(verdict)
            if rows is not None:
                rows.add(source.name, verdict)
            click.echo(
                _as_json(verdict, source, several=several) if as_json else describe_verdict(verdict, source.name)
            )
        _say_list_problems(cache, said_before=set() if as_json else _codes_of(verdicts))
        _say_address_not_compared(verdicts, service, clock())
    if several and not as_json:
        click.echo(describe_counts(verdicts))
    context.exit(_exit_status(verdicts))


def _parse_time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError("usage_time_malformed") from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise UsageError("usage_time_malformed")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=VIETNAM_TIME)


def _list_cache(anchor: str, lists: str | None, *, offline: bool, keep: bool) -> ListCache:
    """Lists to check with; what is checked as at another time neither reads nor changes what is kept."""
    source = list_source(parse_lists(lists)) if lists or not offline else None
    if offline and isinstance(source, HttpSource):
        source = None
    return ListCache(trust_anchor=anchor, source=source, folder=cache_folder(os.environ) if keep else None)


def _check_all(
    service: CheckService, sources: list[Source], clock: Callable[[], datetime], *, deep: bool
) -> Iterator[tuple[Source, Verdict]]:
    """Verdicts in the order of the inputs, a few at a time."""
    with _progress(len(sources)) as advance, ThreadPoolExecutor(max_workers=PROCESSES) as threads:
        for source, verdict in zip(
            sources, threads.map(lambda source: _check(service, source, clock(), deep=deep), sources), strict=True
        ):
            advance()
            yield source, verdict


def _check(service: CheckService, source: Source, now: datetime, *, deep: bool) -> Verdict:
    try:
        data = source.read()
    except InputUnreachableError as error:
        return could_not_check(InputKind.UNKNOWN, error.reason, now=now)
    except ArchiveRefusedError as error:
        return verdict_of_problem(error.reason, now=now)
    return service.check(data, deep=deep)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    console = Console(stderr=True)
    if total == 1 or not console.is_terminal:
        yield lambda: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Verdicts go to the standard output as they come; the bar must not carry them off to the other stream.
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as progress:
        task = progress.add_task("Kiểm tra / Checking", total=total)
        yield lambda: progress.advance(task)


def _as_json(verdict: Verdict, source: Source, *, several: bool) -> str:
    if not several:
        return msgspec.json.encode(verdict).decode()
    return msgspec.json.encode({"input": source.name, **msgspec.structs.asdict(verdict)}).decode()


def _exit_status(verdicts: list[Verdict]) -> int:
    outcomes = {verdict.verdict for verdict in verdicts}
    if outcomes - {Outcome.GENUINE, Outcome.UNDETERMINED}:
        return SOME_BAD
    return SOME_OPEN if Outcome.UNDETERMINED in outcomes else ALL_GENUINE


def _say_usage(error: UsageError) -> None:
    value = visible(str(error.details.get("value", "")))
    for language in LANGUAGES:
        click.echo(f"{sentence(error.reason, language)} {value}".rstrip(), err=True)


@contextmanager
def _unlogged_problems() -> Iterator[None]:
    """What is wrong with a list is said in sentences, once."""
    problems_logger.disabled = True
    try:
        yield
    finally:
        problems_logger.disabled = False


def _codes_of(verdicts: list[Verdict]) -> set[str]:
    """Every reason that stands with a verdict already."""
    return {code for one in verdicts for line in (one.intact, one.issuer, one.status) for code in line.codes}


def _say_list_problems(cache: ListCache, *, said_before: set[str]) -> None:
    for name, code in cache.problems.items():
        if code in said_before:
            continue
        for language in LANGUAGES:
            click.echo(f"{name}: {sentence(code, language)}", err=True)


def _say_address_not_compared(verdicts: list[Verdict], service: CheckService, now: datetime) -> None:
    """Nobody says where the department's codes lead: then one that leads to a fake page looks like any other.

    A code on the page of a PDF is covered by its seal.
    """
    with_code = any(verdict.input_kind in _CODES_ALONE and verdict.record is not None for verdict in verdicts)
    if with_code and not service.knows_public_url(now):
        for language in LANGUAGES:
            click.echo(sentence("code_address_not_compared", language), err=True)


if __name__ == "__main__":
    sys.exit(main())
