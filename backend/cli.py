"""``hocba``: everything an operator does with a city.

Progress and words for people go to the standard error; ``--json`` puts one JSON document on the standard output.
Exit status: 0 done · 1 done in part, or refused · 2 wrong usage or configuration.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
import msgspec
from granian import Granian
from granian.constants import Interfaces
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from backend.archive import store as archive_store
from backend.archive.card import StoredList
from backend.archive.withdraw_card import withdraw_card
from backend.city import City, open_city
from backend.database import Database, upgrade_to_head
from backend.database.migrate import current_revision, newest_revision
from backend.demo.build_city import MAX_PUPILS, MIN_PUPILS, build_city
from backend.errors import BackendError
from backend.intake.answer import BatchAnswer, answer_of
from backend.intake.errors import BatchTooLargeError
from backend.intake.receive_batch import receive_batch
from backend.intake.store import end_tokens
from backend.intake.system_token import make_token
from backend.intake.unpack_transaction import MAX_WIRE_BYTES
from backend.issuing import store as issuing_store
from backend.issuing.issue_cards import issue_cards
from backend.messages import sentence
from backend.settings import Settings, SettingsError, load_settings
from backend.signing.errors import SigningError
from verifier.errors import VerifierError
from verifier.status import status_subject

DONE, IN_PART, WRONG_USAGE = 0, 1, 2

_STAGES = {
    "transactions": "Trường ký và gửi / Schools sign",
    "roster": "Danh sách học sinh / Rosters",
    "intake": "Tiếp nhận / Intake",
    "issuing": "Phát hành / Issuing",
}

_stderr = Console(stderr=True, highlight=False)


class _Commands(click.Group):
    """Ends every command that fails of something foreseen with its sentence in both languages, never with a trace."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            for problem in error.problems:
                _say(problem.code, problem.details)
            ctx.exit(WRONG_USAGE)
        except (BackendError, SigningError, VerifierError) as error:
            _say(error.reason, error.details)
            ctx.exit(IN_PART)


_json_option = click.option("--json", "as_json", is_flag=True, help="Kết quả dạng JSON / One JSON document.")


@click.group(cls=_Commands)
@click.version_option(package_name="hocba")
def main() -> None:
    """Học bạ số của một Sở Giáo dục và Đào tạo / The digital report cards of a department of education."""


@main.command()
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--pupils", type=click.IntRange(MIN_PUPILS, MAX_PUPILS), default=240, show_default=True)
@_json_option
def demo(seed: int, pupils: int, *, as_json: bool) -> None:
    """Tạo thành phố thử nghiệm / Make the demo city, unless there is one already."""
    settings = _settings()
    with _progress(shown=not as_json) as advance:
        summary = build_city(settings, seed=seed, pupils=pupils, progress=advance, now=_now())
    _answer(msgspec.to_builtins(summary), as_json=as_json)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Chạy dịch vụ web / Serve the city: parents, verifier, schools' systems."""
    settings = _settings()
    with closing(Database(settings.database_url)) as database:
        if current_revision(database) != newest_revision():
            raise BackendError("database_not_migrated")
    _say("serving", {"url": settings.public_url})
    Granian("backend.app:create_app", factory=True, address=host, port=port, interface=Interfaces.ASGI).serve()


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_json_option
def intake(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Nhận gói học bạ / Receive transactions or plain XML lists from files."""
    city = _city()
    batches = []
    for file in files:
        try:
            batches.append({"file": file.name, **msgspec.to_builtins(_receive(city, file, shown=not as_json))})
        except BackendError as error:
            _say(error.reason, error.details)
            problem = {"code": error.reason, "sentence": msgspec.to_builtins(sentence(error.reason, error.details))}
            batches.append({"file": file.name, "error": problem})
    _answer({"batches": batches}, as_json=as_json)
    if any("error" in batch or batch["refused"] for batch in batches):
        sys.exit(IN_PART)


@main.command()
@click.option("--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1, show_default=True)
@click.option("--again", is_flag=True, help="Thử lại cả những học bạ đã lỗi / Try failed cards again too.")
@_json_option
def issue(workers: int, *, again: bool, as_json: bool) -> None:
    """Phát hành học bạ đã nhận / Issue every accepted card; safe to interrupt and to repeat."""
    city = _city()
    clock = _clock()
    with city.timestamp_urls(demo_clock=clock) as urls, _progress(shown=not as_json) as advance:
        report = issue_cards(
            city.database,
            city.objects,
            setup=city.worker_setup(timestamp_urls=urls, now=clock()),
            workers=workers,
            failed_too=again,
            on_progress=partial(advance, "issuing"),
            clock=clock,
        )
    with city.database.read() as connection:
        waiting = issuing_store.count_waiting_cards(connection, failed_too=False)
    _answer({**msgspec.to_builtins(report), "waiting": waiting}, as_json=as_json)
    if report.stopped_by is not None:
        _say(report.stopped_by, {})
    if report.stopped_by is not None or report.failures:
        sys.exit(IN_PART)


@main.command()
@_json_option
def status(*, as_json: bool) -> None:
    """Tình hình học bạ và danh sách / How many cards in which state, and how old the lists are."""
    city = _city()
    with city.database.read() as connection:
        answer = {
            "mode": city.settings.mode,
            "public_url": city.settings.public_url,
            "trust_anchor": city.trust_anchor,
            "cards": archive_store.count_cards_by_state(connection),
            "failures": issuing_store.count_failures_by_code(connection),
            "waiting": issuing_store.count_waiting_cards(connection, failed_too=False),
            "lists": [_list_answer(signed) for signed in archive_store.read_newest_lists(connection)],
        }
    _answer(answer, as_json=as_json)


@main.command()
@click.argument("record_id")
@click.option("--reason", required=True, help="Lý do / Why.")
@click.option("--by", "requested_by", required=True, help="Người đề nghị / Who asks for it.")
@click.option("--approved-by", required=True, help="Người duyệt / Who approves it.")
@click.option("--superseded", is_flag=True, help="Sẽ có học bạ thay thế / Another card takes its place.")
@_json_option
def revoke(  # one option each
    record_id: str, *, reason: str, requested_by: str, approved_by: str, superseded: bool, as_json: bool
) -> None:
    """Thu hồi một học bạ / Withdraw an issued card for good, and publish that."""
    city = _city()
    now = _now()
    with city.database.write() as connection:
        withdrawal = withdraw_card(
            connection,
            record_id,
            kind="superseded" if superseded else "revoked",
            reason=reason,
            requested_by=requested_by,
            approved_by=approved_by,
            now=now,
        )
        card = archive_store.find_card(connection, withdrawal.record_id)
    school_year = "" if card is None else card.school_year
    published = city.publisher.current_list(status_subject(school_year), now)
    answer = {"record_id": withdrawal.record_id, "kind": withdrawal.kind, "withdrawn_at": withdrawal.withdrawn_at}
    _answer({**answer, "list": _list_answer(published)}, as_json=as_json)


@main.command()
@_json_option
def migrate(*, as_json: bool) -> None:
    """Nâng cấp cơ sở dữ liệu / Bring the database to the newest schema."""
    with closing(Database(_settings().database_url)) as database:
        upgrade_to_head(database)
        _answer({"revision": current_revision(database)}, as_json=as_json)


@main.command()
@click.option("--trust-list", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_json_option
def publish(trust_list: Path | None, *, as_json: bool) -> None:
    """Công bố các danh sách đã ký / Publish the signed lists; take a new trust list in."""
    city = _city()
    now = _now()
    if trust_list is not None:
        city.publisher.take_trust_list(trust_list.read_bytes(), now)
    _answer({"lists": [_list_answer(signed) for signed in city.publisher.publish(now)]}, as_json=as_json)


@main.command()
@click.argument("school_code")
@click.option("--system", required=True, help="Tên phần mềm / Which software will hold it.")
@click.option("--end-others", is_flag=True, help="Huỷ các mã cũ của trường / End the school's other tokens.")
@_json_option
def token(school_code: str, system: str, *, end_others: bool, as_json: bool) -> None:
    """Cấp mã kết nối cho phần mềm nhà trường / Make a token for a school's system; it is shown this once."""
    city = _city()
    now = _now()
    with city.database.write() as connection:
        ended = end_tokens(connection, school_code=school_code, now=now) if end_others else 0
        made = make_token(connection, school_code=school_code, system=system, now=now)
    _answer({"school_code": school_code, "token": made, "ended": ended}, as_json=as_json)


def _receive(city: City, file: Path, *, shown: bool) -> BatchAnswer:
    if file.stat().st_size > MAX_WIRE_BYTES:
        raise BatchTooLargeError(limit=MAX_WIRE_BYTES)
    now = _now()
    with _progress(shown=shown) as advance:
        batch = receive_batch(
            file.read_bytes(),
            database=city.database,
            objects=city.objects,
            lists=city.publisher.verified_lists(now).lists,
            public_url=city.settings.public_url,
            token_school=None,
            on_progress=partial(advance, "intake"),
            now=now,
        )
    return answer_of(batch)


def _city() -> City:
    """The city that the settings name; closed when the command ends."""
    city = open_city(_settings())
    click.get_current_context().call_on_close(city.close)
    return city


def _settings() -> Settings:
    return load_settings(os.environ)


def _clock() -> Callable[[], datetime]:
    """This machine's clock, or the one that the caller handed in as click's ``obj``."""
    clock: Callable[[], datetime] | None = click.get_current_context().obj
    return _wall_clock if clock is None else clock


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def _now() -> datetime:
    return _clock()()


def _list_answer(signed: StoredList) -> dict[str, object]:
    return {
        "name": signed.name,
        "sequence": signed.sequence,
        "made_at": signed.made_at,
        "expires_at": signed.expires_at,
        "bytes": len(signed.content),
    }


@contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Bars on the standard error, one for each stage, and the function that moves them: stage, done, of all."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_stderr, disable=not shown) as bars:
        tasks: dict[str, TaskID] = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_STAGES.get(stage, stage))
            bars.update(tasks[stage], completed=done, total=total)

        yield advance


def _answer(answer: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(answer))
        return
    for name, value in answer.items():
        shown = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        click.echo(f"{name}: {shown}")


def _say(code: str, details: Mapping[str, str | int]) -> None:
    words = sentence(code, details)
    click.echo(f"{words.vi}\n{words.en} [{code}]", err=True)
