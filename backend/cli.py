"""``hocba``: everything an operator does with a city.

``--json`` puts one JSON document on the standard output. Exit status: 0 done · 1 done in part, or refused · 2 wrong
usage or configuration.
"""

import socket
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import click
import msgspec
from granian import Granian
from granian.constants import Interfaces

from backend.archive import store as archive_store
from backend.certificate_commands import certificate
from backend.city import City, open_city
from backend.command_context import city_here, json_option, now_here, settings_here, write_file
from backend.console import (
    list_answer,
    print_batch,
    print_counts,
    print_json,
    print_lists,
    print_rows,
    progress_bars,
    say,
    say_fault,
)
from backend.database import Database, upgrade_to_head
from backend.database.migrate import current_revision, newest_revision
from backend.demo.build_city import MAX_PUPILS, MIN_PUPILS, CitySummary, build_city
from backend.department_commands import roster, school
from backend.enrolment_commands import enrolment
from backend.errors import BackendError
from backend.intake.answer import BatchAnswer, answer_of
from backend.intake.errors import BatchTooLargeError
from backend.intake.receive_batch import receive_batch
from backend.intake.store import end_tokens
from backend.intake.system_token import make_token
from backend.intake.unpack_transaction import MAX_WIRE_BYTES
from backend.issuing import store as issuing_store
from backend.issuing.print_career import print_career
from backend.issuing_commands import issue, issuing
from backend.key_commands import keys
from backend.letter_commands import letters
from backend.look_commands import looks
from backend.messages import sentence
from backend.people.career_cards import career_cards
from backend.people_commands import people
from backend.prepare_commands import prepare, prepared, waiting
from backend.recall_commands import recall, replace, revoke
from backend.request_commands import request
from backend.settings import SettingsError
from backend.sign_commands import sign
from backend.signing.errors import SigningError
from backend.staff_commands import staff
from backend.trust_commands import trust
from backend.workbook_commands import WorkbookOptions, is_workbook_file, take_workbook, template, workbook_options
from verifier.errors import VerifierError

IN_PART, WRONG_USAGE = 1, 2
_STAFF_ROLES = {
    "homeroom_teacher": "Giáo viên chủ nhiệm / Homeroom teacher",
    "manager": "Cán bộ quản lý / Manager",
    "clerk": "Văn thư / Clerk",
}


_NOT_UTF8 = "surrogates not allowed"
"""What Python says of bytes of the command line that were no UTF-8, where a database or a terminal should take them."""


class _Commands(click.Group):
    """Ends a command that fails of something foreseen with its sentence in both languages.

    Of anything else it says where, without the values that people's data are.
    """

    def invoke(self, ctx: click.Context) -> object:
        try:
            return self._invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, its text may quote people's data
            if isinstance(error, UnicodeEncodeError) and error.reason == _NOT_UTF8:
                say("argument_not_utf8", {})
                return ctx.exit(WRONG_USAGE)
            say_fault(error)
            return ctx.exit(IN_PART)

    def _invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            for problem in error.problems:
                say(problem.code, problem.details)
            return ctx.exit(WRONG_USAGE)
        except (BackendError, SigningError, VerifierError) as error:
            say(error.reason, error.details)
            return ctx.exit(IN_PART)


_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=_Commands)
@click.version_option(package_name="hocba")
def main() -> None:
    """Học bạ số của một Sở Giáo dục và Đào tạo / The digital report cards of a department of education."""


for _command in (
    certificate,
    enrolment,
    issue,
    issuing,
    keys,
    letters,
    looks,
    people,
    prepare,
    prepared,
    recall,
    replace,
    request,
    revoke,
    roster,
    school,
    sign,
    staff,
    template,
    trust,
    waiting,
):
    main.add_command(_command)


@main.command()
@click.option("--seed", type=int, default=1, show_default=True, help="Mỗi số một thành phố / Another city for each.")
@click.option("--pupils", type=click.IntRange(MIN_PUPILS, MAX_PUPILS), default=240, show_default=True)
@json_option
def demo(seed: int, pupils: int, *, as_json: bool) -> None:
    """Tạo thành phố thử nghiệm / Make the demo city, or finish the one that was begun."""
    with progress_bars(shown=not as_json) as advance:
        summary = build_city(settings_here(), seed=seed, pupils=pupils, progress=advance, now=now_here())
    if as_json:
        print_json(summary)
    else:
        _print_summary(summary)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Chạy dịch vụ web / Serve the city: parents, verifier, schools' systems."""
    settings = settings_here()
    with closing(Database(settings.database_url)) as database:
        if current_revision(database) != newest_revision():
            raise BackendError("database_not_migrated")
    open_city(settings).close()  # what it lacks is said here, in a sentence, and not by each process that would serve
    _refuse_taken_port(host, port)
    say("serving", {"url": settings.public_url})
    Granian("backend.app:create_app", factory=True, address=host, port=port, interface=Interfaces.ASGI).serve()


def _refuse_taken_port(host: str, port: int) -> None:
    """The server shares its port with whoever else shares it, and two cities would answer by turns."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise BackendError("port_taken", host=host, port=port) from error


@main.command()
@click.argument("files", nargs=-1, required=True, type=_file)
@workbook_options
@json_option
def intake(files: tuple[Path, ...], *, as_json: bool, **options: str | bool | None) -> None:
    """Nhận gói học bạ hoặc bảng tính của trường / Receive transactions, XML lists, or a school's .xlsx workbooks.

    Bảng tính thành bản nháp chờ ký / A workbook becomes drafts that wait for signatures.
    """
    city = city_here()
    from_keyboard = WorkbookOptions.of(options)
    answers: list[dict[str, object]] = []
    in_part = False
    for file in files:
        try:
            if is_workbook_file(file):
                answer = take_workbook(city, file, from_keyboard, quiet=as_json, now=now_here())
                in_part = in_part or answer.refused
                answers.append(msgspec.to_builtins(answer))
                continue
            batch = _receive(city, file, shown=not as_json)
        except BackendError as error:
            in_part = True
            words = sentence(error.reason, error.details)
            answers.append({"file": file.name, "error": {"code": error.reason, "sentence": words}})
            click.echo(f"{file.name}:", err=True)
            say(error.reason, error.details)
            continue
        in_part = in_part or batch.refused > 0
        answers.append({"file": file.name, **msgspec.to_builtins(batch)})
        if not as_json:
            print_batch(file.name, batch)
    if as_json:
        print_json({"batches": answers})
    if in_part:
        sys.exit(IN_PART)


@main.command()
@json_option
def status(*, as_json: bool) -> None:
    """Tình hình học bạ và danh sách / How many cards in which state, and how old the lists are."""
    city = city_here()
    with city.database.read() as connection:
        cards = archive_store.count_cards_by_state(connection)
        failures = issuing_store.count_failures_by_code(connection)
        waiting = issuing_store.count_waiting_cards(connection, failed_too=False)
        lists = [list_answer(signed) for signed in archive_store.read_newest_lists(connection)]
    settings = {"mode": city.settings.mode, "public_url": city.settings.public_url, "trust_anchor": city.trust_anchor}
    if as_json:
        print_json({**settings, "cards": cards, "failures": failures, "waiting": waiting, "lists": lists})
        return
    print_rows(settings.items())
    print_counts("Học bạ / Cards", cards)
    print_counts("Lỗi phát hành / Not issued", failures)
    print_rows([("Còn chờ / Waiting", waiting)])
    print_lists(lists)


@main.command()
@json_option
def migrate(*, as_json: bool) -> None:
    """Nâng cấp cơ sở dữ liệu / Bring the database to the newest schema."""
    with closing(Database(settings_here().database_url)) as database:
        upgrade_to_head(database)
        revision = current_revision(database)
    if as_json:
        print_json({"revision": revision})
    else:
        print_rows([("revision", revision)])


@main.command()
@click.option("--trust-list", type=_file, help="Danh sách tin cậy đã ký / A trust list that the trust key signed.")
@json_option
def publish(trust_list: Path | None, *, as_json: bool) -> None:
    """Công bố các danh sách đã ký / Publish the signed lists; take a new trust list in."""
    city = city_here()
    now = now_here()
    if trust_list is not None:
        city.publisher.take_trust_list(trust_list.read_bytes(), now)
    lists = [list_answer(signed) for signed in city.publisher.publish(now)]
    if as_json:
        print_json({"lists": lists})
    else:
        print_lists(lists)


@main.command()
@click.argument("school_code")
@click.option("--system", required=True, help="Tên phần mềm / Which software will hold it.")
@click.option("--end-others", is_flag=True, help="Huỷ các mã cũ của trường / End the school's other tokens.")
@json_option
def token(school_code: str, system: str, *, end_others: bool, as_json: bool) -> None:
    """Cấp mã kết nối cho phần mềm nhà trường / Make a token for a school's system; it is shown this once."""
    city = city_here()
    now = now_here()
    with city.database.write() as connection:
        ended = end_tokens(connection, school_code=school_code, now=now) if end_others else 0
        made = make_token(connection, school_code=school_code, system=system, now=now)
    if as_json:
        print_json({"school_code": school_code, "token": made, "ended": ended})
    else:
        click.echo(made)


@main.command()
@click.argument("record_id")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Tệp PDF sẽ ghi / The PDF to write.",
)
def career(record_id: str, output: Path) -> None:
    """In gộp học bạ cả cấp học của một học sinh / One PDF of all issued years of a pupil's level; it bears no seal."""
    city = city_here()
    with city.database.read() as connection:
        cards = career_cards(connection, record_id=record_id)
    pdf = print_career(cards, objects=city.objects, public_url=city.settings.public_url, now=now_here())
    write_file(output, pdf)
    say("career_printed", {"years": len(cards)})


def _receive(city: City, file: Path, *, shown: bool) -> BatchAnswer:
    if file.stat().st_size > MAX_WIRE_BYTES:
        raise BatchTooLargeError(limit=MAX_WIRE_BYTES)
    now = now_here()
    with progress_bars(shown=shown) as advance:
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


def _print_summary(summary: CitySummary) -> None:
    print_rows([("Địa chỉ / Address", summary.url), ("Học bạ / Cards", summary.cards)])
    for parent in summary.parents:
        children = ", ".join(parent.children)
        click.echo(f"Phụ huynh / Parent: {parent.name} ({children})")
        print_rows(
            [
                ("  Số định danh cá nhân / Personal code", parent.personal_code),
                ("  Mã kích hoạt / Activation code", parent.activation_code),
            ]
        )
    for member in summary.staff:
        role = _STAFF_ROLES[member.role]
        click.echo(f"{role}: {member.name} ({member.school_name}, {member.class_group})")
        print_rows(
            [
                ("  Số định danh cá nhân / Personal code", member.personal_code),
                ("  Mã kích hoạt / Activation code", member.activation_code),
            ]
        )
    if summary.staff:
        print_rows([("Mã của trường khác / Other schools' staff", summary.staff_letters)])
    print_rows(
        [
            ("Thư khác / More letters", summary.letters),
            ("PDF để thử / PDF to try", summary.sample_pdf),
            ("Dấu vân tay khóa gốc / Fingerprint for --trust-anchor", summary.trust_anchor),
        ]
    )
