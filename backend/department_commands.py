"""``hocba school``, ``roster`` and ``letters``: what a department enters before the first card is issued."""

import csv
import os
from collections import Counter
from pathlib import Path

import click

from backend.accounts import access_of
from backend.archive.store import insert_school, read_schools
from backend.command_context import city_here, json_option, now_here
from backend.console import print_counts, print_json, print_rows
from backend.department.csv_table import TableRefusedError
from backend.department.letters import ParentLetter, write_letters
from backend.department.roster_table import HEADER, read_roster
from backend.department.school_list import ListedSchool, check_school, read_school_list
from backend.errors import NotFoundError
from backend.people.register_pupils import RosterOutcome, register_pupils

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def school() -> None:
    """Các trường của Sở / The department's schools."""


@school.command("add")
@click.argument("code")
@click.argument("name")
@json_option
def add_command(code: str, name: str, *, as_json: bool) -> None:
    """Thêm hoặc đổi tên một trường / Add a school, or give it another name."""
    _add([check_school(code, name)], as_json=as_json)


@school.command("import")
@click.argument("file", type=_file)
@json_option
def import_command(file: Path, *, as_json: bool) -> None:
    """Thêm các trường từ CSV (mã trường, tên trường) / Add schools from a CSV with code and name."""
    _add(read_school_list(file.read_bytes()), as_json=as_json)


@school.command("list")
@json_option
def list_command(*, as_json: bool) -> None:
    """Các trường và số chứng thư số đang duyệt / The schools, and how many approvals each has today."""
    now = now_here()
    with city_here().database.read() as connection:
        found = read_schools(connection)
    rows = [
        {
            "code": one.code,
            "name": one.name,
            "approved": dict(Counter(entry.role for entry in one.certificates if entry.approved_at(now))),
        }
        for one in found.values()
    ]
    if as_json:
        print_json({"schools": rows})
        return
    for row in rows:
        click.echo(f"{row['code']}  {row['name']}  {row['approved']}")


@click.group()
def roster() -> None:
    """Danh sách học sinh và phụ huynh / Rosters of pupils and their guardians."""


@roster.command("template")
def template_command() -> None:
    """Dòng tiêu đề của tệp CSV / The CSV's header."""
    click.echo(HEADER)


@roster.command("import")
@click.argument("school_code")
@click.argument("file", type=_file)
@json_option
def roster_import_command(school_code: str, file: Path, *, as_json: bool) -> None:
    """Nhận danh sách của một trường / Take a school's roster; twice is once. Doubts are told by row."""
    city = city_here()
    with city.database.read() as connection:
        found = read_schools(connection).get(school_code)
    if found is None:
        raise NotFoundError("school_not_found", school_code=school_code)
    entries = read_roster(file.read_bytes(), school_code=school_code, school_name=found.name)
    results = register_pupils(city.database, entries, now=now_here())
    counts = Counter(result.outcome.value for result in results)
    doubts = [
        {
            "pupil_code": entry.pupil_code,
            "conflict": result.outcome is RosterOutcome.CONFLICT,
            "guardians_in_doubt": 0 if result.pupil_id is None else result.guardian_ids.count(None),
            "warnings": result.warnings,
        }
        for entry, result in zip(entries, results, strict=True)
        if result.outcome is RosterOutcome.CONFLICT or None in result.guardian_ids or result.warnings
    ]
    if as_json:
        print_json({"school_code": school_code, "outcomes": counts, "doubts": doubts})
        return
    print_counts("Học sinh / Pupils", counts)
    for doubt in doubts:
        click.echo(f"  {doubt['pupil_code']}: {doubt}")


@click.command()
@click.argument("school_code")
@click.option("--class", "class_group", help="Chỉ một lớp / One class only.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="CSV.")
@json_option
def letters(school_code: str, *, class_group: str | None, output: Path, as_json: bool) -> None:
    """Thư kích hoạt cho phụ huynh / Activation codes for parents who have no passkey yet, as a CSV to print from.

    Whoever has a code and the parent's personal code can enrol: print, hand over, delete the file.
    """
    city = city_here()
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise TableRefusedError("letters_file_refused", file=output.name) from error
    count = 0
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*ParentLetter.__struct_fields__, "address"])
        for letter in write_letters(access_of(city), school_code=school_code, class_group=class_group, now=now_here()):
            values = [getattr(letter, field) for field in ParentLetter.__struct_fields__[:-1]]
            address = f"{city.settings.public_url}/kich-hoat#{letter.activation_code}"
            writer.writerow([_inert(value) for value in (*values, letter.expires_at.isoformat(), address)])
            count += 1
    if as_json:
        print_json({"letters": count, "output": str(output)})
    else:
        print_rows([("Thư / Letters", count), ("Tệp / File", output)])


def _inert(value: str) -> str:
    """A spreadsheet takes what begins like a formula for one, and a name may."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@"} else value


def _add(schools: list[ListedSchool], *, as_json: bool) -> None:
    city, now = city_here(), now_here()
    with city.database.write() as connection:
        for one in schools:
            insert_school(connection, code=one.code, name=one.name, now=now)
    if as_json:
        print_json({"schools": len(schools)})
    else:
        print_rows([("Trường / Schools", len(schools))])
