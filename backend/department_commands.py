"""``hocba school`` and ``roster``: what a department enters before the first card is issued."""

from collections import Counter
from pathlib import Path

import click

from backend.archive.store import insert_school, read_schools
from backend.command_context import city_here, json_option, now_here
from backend.console import print_counts, print_json, print_rows
from backend.department.roster_table import HEADER, read_roster
from backend.department.school_list import ListedSchool, check_school, read_school_list
from backend.errors import NotFoundError
from backend.people.register_pupils import RosterOutcome, register_pupils
from verifier.vietnam_time import vietnam_day

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
    now = now_here()
    entries = read_roster(file.read_bytes(), school_code=school_code, school_name=found.name, today=vietnam_day(now))
    results = register_pupils(city.database, entries, now=now)
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


def _add(schools: list[ListedSchool], *, as_json: bool) -> None:
    city, now = city_here(), now_here()
    with city.database.write() as connection:
        for one in schools:
            insert_school(connection, code=one.code, name=one.name, now=now)
    if as_json:
        print_json({"schools": len(schools)})
    else:
        print_rows([("Trường / Schools", len(schools))])
