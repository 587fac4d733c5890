"""``hocba enrolment``: enrolments of parents that wait for their school."""

import click

from backend.access.decide_enrolment import confirm_enrolment, refuse_enrolment
from backend.access.waiting_enrolments import WaitingEnrolment, waiting_enrolments
from backend.accounts import access_of
from backend.archive.store import verify_school_known
from backend.command_context import city_here, json_option, now_here
from backend.console import clock_time, print_json, say

_school = click.option("--school", "school_code", help="Chỉ một trường / One school only.")


def _named(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("phải ghi tên người thực hiện / a person has to be named.")
    return value.strip()


_by = click.option("--by", "decided_by", required=True, callback=_named, help="Người thực hiện / Who says so.")


@click.group()
def enrolment() -> None:
    """Phụ huynh chờ nhà trường xác nhận / Parents who wait for their school."""


@enrolment.command("waiting")
@_school
@json_option
def waiting_command(*, school_code: str | None, as_json: bool) -> None:
    """Đang chờ xác nhận / What waits: compare the person and their papers with it."""
    with city_here().database.read() as connection:
        if school_code is not None:
            verify_school_known(connection, school_code)
        found = waiting_enrolments(connection, school_code=school_code, now=now_here())
    if as_json:
        print_json({"enrolments": found})
        return
    for one in found:
        click.echo(_line(one))
    click.echo(f"Đang chờ / Waiting: {len(found)}")


@enrolment.command("confirm")
@click.argument("enrolment_id")
@_school
@_by
@json_option
def confirm_command(*, enrolment_id: str, school_code: str | None, decided_by: str, as_json: bool) -> None:
    """Đã gặp và đối chiếu giấy tờ / The person and their papers were seen: they may see what is theirs."""
    state = confirm_enrolment(
        access_of(city_here()),
        enrolment_id=enrolment_id,
        school_code=school_code,
        confirmed_by=decided_by,
        now=now_here(),
    )
    if as_json:
        print_json({"enrolment_id": enrolment_id, "state": state})
    else:
        say(f"enrolment_{state}", {})


@enrolment.command("refuse")
@click.argument("enrolment_id")
@_school
@_by
@json_option
def refuse_command(*, enrolment_id: str, school_code: str | None, decided_by: str, as_json: bool) -> None:
    """Không phải người đó / It is somebody else: passkeys and sessions of the enrolment end."""
    refuse_enrolment(
        access_of(city_here()),
        enrolment_id=enrolment_id,
        school_code=school_code,
        refused_by=decided_by,
        now=now_here(),
    )
    if as_json:
        print_json({"enrolment_id": enrolment_id, "state": "refused"})
    else:
        say("enrolment_refused_now", {})


def _line(one: WaitingEnrolment) -> str:
    pupils = ", ".join(f"{pupil.name} {pupil.class_group} ({pupil.school_code})" for pupil in one.pupils)
    said = "".join(f"  {value}" for value in (one.account, one.personal_code) if value)
    return f"{one.enrolment_id}  {one.reason}  {clock_time(one.since)}  {one.guardian}{said}  <- {pupils}"
