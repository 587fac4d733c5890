"""``hocba letters``: a school's activation letters, to print and hand over, or for the school's own channel."""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import click

from backend.accounts import access_of
from backend.archive.store import read_schools
from backend.city import City
from backend.command_context import city_here, json_option, now_here
from backend.console import print_json, print_rows
from backend.department.csv_table import TableRefusedError
from backend.department.letters import ParentLetter, write_letters
from backend.department.print_letters import activation_address, print_letters
from backend.errors import NotFoundError
from backend.people.identity import PupilNotFoundError
from backend.people.majority.own_account import open_own_accounts
from backend.people.matching.store import pupils_by_place

LETTERS_RUN: Final = "hocba letters"
"""What the register names as reason of a pupil's own account; its letter is handed over against signature."""
CSV_FIELDS = ("class_group", "child", "guardian", "activation_code", "expires_at")
_new_file = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("school_code")
@click.option("--class", "class_group", help="Chỉ một lớp / One class only.")
@click.option(
    "--pupil",
    "pupil_code",
    help="Một học sinh, kể cả người đã kích hoạt: mất điện thoại / One pupil, those with a passkey too: a lost phone.",
)
@click.option("--guardian", help="Chỉ người này, tên như trong danh sách / Only who bears this name in the roster.")
@click.option(
    "--own-accounts",
    "only_own",
    is_flag=True,
    help="Chỉ học sinh đã hoặc sắp đủ 18 tuổi / Only to pupils who are 18 or soon will be.",
)
@click.option("--output", type=_new_file, help="CSV.")
@click.option("--pdf", type=_new_file, help="Thư in, mỗi lớp có danh sách ký nhận / Letters, with lists to sign on.")
@json_option
def letters(
    school_code: str,
    *,
    class_group: str | None,
    pupil_code: str | None,
    guardian: str | None,
    only_own: bool,
    output: Path | None,
    pdf: Path | None,
    as_json: bool,
) -> None:
    """Thư kích hoạt cho phụ huynh / Activation letters for parents who have no passkey yet: PDF, CSV or both.

    Pupils who are 18, or will be within eight months, get one of their own: that account opens on the birthday.
    Whoever has a code and its owner's personal code can enrol: print, hand over against signature, delete the file.
    """
    if output is None and pdf is None:
        raise click.UsageError("--pdf, --output: cần ít nhất một tệp / at least one file is needed.")
    city, now = city_here(), now_here()
    with city.database.read() as connection:
        school = read_schools(connection).get(school_code)
        pupil_known = pupil_code is None or pupils_by_place(connection, [(school_code, pupil_code)])
    if school is None:
        raise NotFoundError("school_not_found", school_code=school_code)
    if not pupil_known:
        raise PupilNotFoundError
    with ExitStack() as files:
        # Opened first: a code that nobody can read afterwards would end the one before.
        opened = {path: files.enter_context(_created(path)) for path in (output, pdf) if path is not None}
        with city.database.write() as connection:
            _, doubtful = open_own_accounts(
                connection, school_code, evidence=LETTERS_RUN, opened_by=LETTERS_RUN, now=now
            )
        written = write_letters(
            access_of(city),
            school_code=school_code,
            class_group=class_group,
            pupil_code=pupil_code,
            guardian=guardian,
            only_own=only_own,
            now=now,
        )
        if output is not None:
            opened[output].write(_csv(written, city))
        if pdf is not None and not written:
            opened.pop(pdf)
            pdf.unlink()
        elif pdf is not None:
            public_url = city.settings.public_url
            opened[pdf].write(print_letters(written, school_name=school.name, public_url=public_url, now=now))
    if as_json:
        print_json({"letters": len(written), "files": [str(path) for path in opened], "doubtful": doubtful})
        return
    print_rows([("Thư / Letters", len(written)), *(("Tệp / File", path) for path in opened)])
    for code in doubtful:
        click.echo(f"Chưa có thư riêng, cần kiểm tra / No letter of their own, to be looked at: {code}")


@contextmanager
def _created(path: Path) -> Iterator[BinaryIO]:
    """A new file that nobody else may read; gone again when its letters were not written."""
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise TableRefusedError("letters_file_refused", file=path.name) from error
    try:
        with file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _csv(letters: Iterable[ParentLetter], city: City) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*CSV_FIELDS, "address"])
    for letter in letters:
        values = [getattr(letter, field) for field in CSV_FIELDS[:-1]]
        address = activation_address(letter.activation_code, public_url=city.settings.public_url)
        writer.writerow([_inert(value) for value in (*values, letter.expires_at.isoformat(), address)])
    return text.getvalue().encode("utf-8-sig")


def _inert(value: str) -> str:
    """A spreadsheet takes what begins like a formula for one, and a name may."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@"} else value
