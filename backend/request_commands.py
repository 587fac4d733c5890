"""``hocba request``: requests of parents and pupils of age, and the answers of a school or the department."""

from datetime import datetime

import click

from backend.archive.store import verify_school_known
from backend.command_context import city_here, json_option, now_here
from backend.console import print_json, say
from backend.rights.answer_request import RequestToAnswer, acknowledge_request, answer_request, requests_to_answer
from backend.rights.rules import is_overdue
from backend.rights.store import Request

_by = click.option("--by", required=True, help="Người trả lời / Who answers.")
_text = click.option("--text", required=True, help="Đã làm gì, hoặc vì sao không / What was done, or why not.")
_id = click.argument("request_id")


@click.group()
def request() -> None:
    """Yêu cầu về dữ liệu cá nhân / Requests about personal data, with the legal days."""


@request.command("list")
@click.option("--school", help="Mã trường / The school's code; without it everybody's, the department's too.")
@click.option("--all", "ended_too", is_flag=True, help="Cả yêu cầu đã xong / Those that have ended too.")
@json_option
def list_command(*, school: str | None, ended_too: bool, as_json: bool) -> None:
    """Yêu cầu đang chờ, gấp nhất trước / Requests that wait, the soonest answer first."""
    now = now_here()
    with city_here().database.read() as connection:
        if school is not None:
            verify_school_known(connection, school)
        found = requests_to_answer(connection, school_code=school, only_open=not ended_too, now=now)
    late = [_is_overdue(one.found.request, now) for one in found]
    if as_json:
        rows = [
            {
                "request": one.found.request,
                "guardian": one.found.guardian,
                "pupil": one.found.pupil,
                "class_group": one.found.class_group,
                "still_entitled": one.still_entitled,
                "overdue": overdue,
            }
            for one, overdue in zip(found, late, strict=True)
        ]
        print_json({"requests": rows})
        return
    for one, overdue in zip(found, late, strict=True):
        _print(one, overdue=overdue)
    click.echo(f"Yêu cầu / Requests: {len(found)}, quá hạn / overdue: {sum(late)}")


@request.command("acknowledge")
@_id
@_by
@json_option
def acknowledge_command(*, request_id: str, by: str, as_json: bool) -> None:
    """Xác nhận đã tiếp nhận / Say that somebody looks at it."""
    with city_here().database.write() as connection:
        changed = acknowledge_request(connection, request_id, acknowledged_by=by, now=now_here())
    _tell(changed, "request_acknowledged", as_json=as_json)


@request.command("answer")
@_id
@_text
@_by
@json_option
def answer_command(*, request_id: str, text: str, by: str, as_json: bool) -> None:
    """Trả lời / Say what was done."""
    with city_here().database.write() as connection:
        changed = answer_request(connection, request_id, answer=text, answered_by=by, now=now_here())
    _tell(changed, "request_answered", as_json=as_json)


@request.command("refuse")
@_id
@_text
@_by
@json_option
def refuse_command(*, request_id: str, text: str, by: str, as_json: bool) -> None:
    """Từ chối, kèm lý do / Refuse it, with the reason."""
    with city_here().database.write() as connection:
        changed = answer_request(connection, request_id, answer=text, answered_by=by, refused=True, now=now_here())
    _tell(changed, "request_was_refused", as_json=as_json)


def _is_overdue(found: Request, now: datetime) -> bool:
    return is_overdue(found.state, acknowledge_until=found.acknowledge_by, answer_until=found.answer_by, now=now)


def _print(one: RequestToAnswer, *, overdue: bool) -> None:
    found = one.found.request
    where = found.school_code or "Sở / department"
    late = "  QUÁ HẠN / OVERDUE" if overdue else ""
    click.echo(f"{found.request_id}  {found.kind}  {found.state}  → {found.answer_by:%d/%m/%Y}{late}")
    about = " · ".join(part for part in (one.found.pupil, one.found.class_group, found.record_id, found.field) if part)
    click.echo(f"  {where}  {one.found.guardian}  {about}")
    if not one.still_entitled:
        click.echo("  Người hỏi không còn quyền xem học bạ / Who asked may not see the cards any more.")
    for line in found.text.splitlines():
        click.echo(f"  | {line}")


def _tell(changed: Request, code: str, *, as_json: bool) -> None:
    if as_json:
        print_json(changed)
    else:
        say(code, {})
