"""``hocba looks``: what guardians report of who looked at their children's cards."""

import click
import msgspec

from backend.archive.store import verify_school_known
from backend.command_context import city_here, json_option
from backend.console import clock_time, print_json
from backend.sharing.history.reports import read_reports


@click.group()
def looks() -> None:
    """Lượt xem học bạ / Who looked at report cards."""


@looks.command("reported")
@click.option("--school", "school_code", required=True, help="Mã trường / The school's code.")
@json_option
def reported(*, school_code: str, as_json: bool) -> None:
    """Lượt xem mà phụ huynh báo là không đúng / Looks that guardians have reported."""
    with city_here().database.read() as connection:
        verify_school_known(connection, school_code)
        found = read_reports(connection, school_code=school_code)
    if as_json:
        print_json({"school_code": school_code, "reports": [msgspec.to_builtins(report) for report in found]})
        return
    for report in found:
        look = report.look
        who = " · ".join(part for part in (look.looker.value, look.role, look.name, look.organisation) if part)
        click.echo(f"{clock_time(report.reported_at)}  {report.pupil_code}  {report.pupil_name}")
        click.echo(f"  {clock_time(look.looked_at)}  {look.what.value}  {who}")
        click.echo(f"  {report.reported_by}:")
        for line in report.text.splitlines():
            click.echo(f"  | {line}")
    click.echo(f"Đã báo / Reported: {len(found)}")
