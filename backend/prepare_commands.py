"""``hocba prepare`` and ``hocba waiting``: cards before anybody has signed, and what they wait for."""

from datetime import datetime
from pathlib import Path

import click
import msgspec
from msgspec import structs

from backend.archive.prepared import store
from backend.archive.prepared.card import Missing, PreparedCard
from backend.archive.prepared.prepare_card import PupilsYear, announce_card
from backend.archive.store import verify_school_known
from backend.command_context import city_here, json_option, now_here, write_file
from backend.console import print_json
from verifier.record.parse_xml import parse_school_year

_KEPT_BACK = frozenset({"xml", "name", "personal_code", "date_of_birth"})


@click.command()
@click.argument("school_code")
@click.argument("pupil_code")
@click.argument("school_year")
@click.option("--grade", type=click.IntRange(1, 12), required=True, help="Khối lớp / The grade.")
@click.option("--class", "class_group", required=True, help="Lớp / The class.")
@click.option(
    "--missing",
    multiple=True,
    type=click.Choice([missing.value for missing in Missing]),
    help="Còn thiếu gì; không ghi là đủ / What is missing; nothing said: nothing is.",
)
@click.option("--by", "prepared_by", required=True, help="Người lập / Who prepares it.")
@json_option
def prepare(
    *,
    school_code: str,
    pupil_code: str,
    school_year: str,
    grade: int,
    class_group: str,
    missing: tuple[str, ...],
    prepared_by: str,
    as_json: bool,
) -> None:
    """Lập học bạ chưa ký, ghi rõ còn chờ gì / Prepare a card before it is signed, with what it waits for."""
    now = now_here()
    with city_here().database.write() as connection:
        prepared = announce_card(
            connection,
            PupilsYear(
                school_code=school_code,
                pupil_code=pupil_code,
                school_year=school_year,
                grade=grade,
                class_group=class_group,
            ),
            missing={Missing(code) for code in missing},
            prepared_by=prepared_by,
            now=now,
        )
    if as_json:
        print_json(_answer(prepared, now))
    else:
        click.echo(_line(prepared, now))


@click.command()
@click.option("--school", help="Mã trường / Only this school's.")
@json_option
def waiting(*, school: str | None, as_json: bool) -> None:
    """Học bạ còn chờ bổ sung / Cards that wait for something, the soonest first."""
    now = now_here()
    with city_here().database.read() as connection:
        if school is not None:
            verify_school_known(connection, school)
        found = store.read_waiting(connection, school_code=school)
    if as_json:
        print_json({"waiting": [_answer(prepared, now) for prepared in found]})
        return
    for prepared in found:
        click.echo(_line(prepared, now))
    click.echo(f"Còn chờ / Waiting: {len(found)}")


@click.command()
@click.argument("school_code")
@click.argument("school_year")
@click.option("--class", "class_group", help="Lớp / Only this class.")
@click.option(
    "--xml-to",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Ghi tệp XML vào thư mục này để ký bằng phần mềm của trường / Write the XML there for the school's software.",
)
@json_option
def prepared(
    *, school_code: str, school_year: str, class_group: str | None, folder: Path | None, as_json: bool
) -> None:
    """Học bạ đã lập, chưa phát hành / Prepared cards of a school year, signed so far or not.

    A file is named by its record id and holds the card with the signatures so far.
    """
    now = now_here()
    year = parse_school_year(school_year)
    with city_here().database.read() as connection:
        verify_school_known(connection, school_code)
        found = store.read_prepared(connection, school_code=school_code, school_year=year, class_group=class_group)
    written = 0
    for card in found:
        if folder is not None and card.xml is not None:
            write_file(folder / f"{card.record_id}.xml", card.xml)
            written += 1
    if as_json:
        print_json({"prepared": [_answer(card, now) for card in found], "written": written})
        return
    for card in found:
        click.echo(_line(card, now))
    click.echo(f"Đã lập / Prepared: {len(found)}" + ("" if folder is None else f" · XML: {written}"))


def _answer(prepared: PreparedCard, now: datetime) -> dict[str, object]:
    """Without what identifies the pupil beyond the school's own code, and without the content."""
    shown = {field: value for field, value in structs.asdict(prepared).items() if field not in _KEPT_BACK}
    return {**msgspec.to_builtins(shown), "has_content": prepared.xml is not None, "overdue": prepared.is_overdue(now)}


def _line(prepared: PreparedCard, now: datetime) -> str:
    until = "" if prepared.waits_until is None else f"  → {prepared.waits_until:%d/%m/%Y}"
    late = "  QUÁ HẠN / OVERDUE" if prepared.is_overdue(now) else ""
    pupil = f"{prepared.school_code}  {prepared.class_group}  {prepared.pupil_code}  {prepared.school_year}"
    return f"{pupil}  {prepared.state}  {' '.join(prepared.missing)}{until}{late}"
