"""``hocba people``: which pupils lack a personal code, what changes their identity, and who is barred from them."""

from datetime import date, datetime

import click

from backend.archive.store import verify_school_known
from backend.command_context import city_here, json_option, now_here
from backend.console import print_json, say
from backend.people.guardianship import bar_guardian, end_guardianship
from backend.people.identity import change_civil_status, give_personal_code, merge_pupils
from backend.people.majority.own_account import open_own_account, open_own_accounts
from backend.people.missing_codes import missing_codes
from backend.people.named_guardian import named_guardian

_evidence = click.option("--evidence", required=True, help="Giấy tờ làm căn cứ / The paper that it follows.")
_by = click.option("--by", "changed_by", required=True, help="Người thực hiện / Who makes the change.")


@click.group()
def people() -> None:
    """Học sinh và số định danh cá nhân / Pupils and their personal codes."""


@people.command("missing-codes")
@click.option("--school", required=True, help="Mã trường / The school's code.")
@json_option
def missing_codes_command(*, school: str, as_json: bool) -> None:
    """Học sinh còn thiếu số định danh / The school's pupils without a personal code."""
    with city_here().database.read() as connection:
        verify_school_known(connection, school)
        found = missing_codes(connection, school_code=school)
    if as_json:
        print_json({"school_code": school, "pupils": found})
        return
    for pupil in found:
        instead = "" if pupil.alternative_id is None else f"  {pupil.alternative_id_type} {pupil.alternative_id}"
        born = "" if pupil.date_of_birth is None else f"{pupil.date_of_birth:%d/%m/%Y}"
        who = f"{pupil.name or '—'}  {born}"
        click.echo(f"{pupil.class_group}  {pupil.pupil_code}  {who}{instead}")
    click.echo(f"Thiếu / Missing: {len(found)}")


@people.command("give-code")
@click.argument("school_code")
@click.argument("pupil_code")
@click.argument("personal_code")
@_evidence
@_by
@json_option
def give_code_command(
    *, school_code: str, pupil_code: str, personal_code: str, evidence: str, changed_by: str, as_json: bool
) -> None:
    """Ghi số định danh cho học sinh / Give a pupil their personal code."""
    with city_here().database.write() as connection:
        pupil_id = give_personal_code(
            connection,
            (school_code, pupil_code),
            personal_code,
            evidence=evidence,
            changed_by=changed_by,
            now=now_here(),
        )
    _tell(pupil_id, "personal_code_given", as_json=as_json)


@people.command("merge")
@click.argument("school_code")
@click.argument("pupil_code")
@click.argument("personal_code")
@_evidence
@_by
@click.option(
    "--bars-checked",
    is_flag=True,
    help="Đã kiểm tra: không ai trong hai hồ sơ là người bị cấm / Nobody of the two rows is the barred person.",
)
@json_option
def merge_command(
    *,
    school_code: str,
    pupil_code: str,
    personal_code: str,
    evidence: str,
    changed_by: str,
    bars_checked: bool,
    as_json: bool,
) -> None:
    """Nhập hai hồ sơ của một học sinh / Make the pupil without a code and the one with this code one."""
    with city_here().database.write() as connection:
        pupil_id = merge_pupils(
            connection,
            (school_code, pupil_code),
            personal_code,
            evidence=evidence,
            changed_by=changed_by,
            bars_checked=bars_checked,
            now=now_here(),
        )
    _tell(pupil_id, "pupils_merged", as_json=as_json)


@people.command("civil-status")
@click.argument("school_code")
@click.argument("pupil_code")
@click.option("--name", help="Họ tên mới / The new name.")
@click.option("--date-of-birth", type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]), help="Ngày sinh mới / Birth date.")
@click.option("--personal-code", help="Số định danh mới / The new personal code.")
@click.option("--decision", "evidence", required=True, help="Số, ngày quyết định / Number and date of the decision.")
@_by
@json_option
def civil_status_command(
    *,
    school_code: str,
    pupil_code: str,
    name: str | None,
    date_of_birth: datetime | None,
    personal_code: str | None,
    evidence: str,
    changed_by: str,
    as_json: bool,
) -> None:
    """Cải chính hộ tịch / Follow a civil-status decision."""
    born: date | None = None if date_of_birth is None else date_of_birth.date()
    with city_here().database.write() as connection:
        pupil_id = change_civil_status(
            connection,
            (school_code, pupil_code),
            name=name,
            date_of_birth=born,
            personal_code=personal_code,
            evidence=evidence,
            changed_by=changed_by,
            now=now_here(),
        )
    _tell(pupil_id, "civil_status_changed", as_json=as_json)


@people.command("own-account")
@click.argument("school_code")
@click.argument("pupil_code", required=False)
@_evidence
@_by
@json_option
def own_account_command(
    *, school_code: str, pupil_code: str | None, evidence: str, changed_by: str, as_json: bool
) -> None:
    """Tài khoản riêng từ 18 tuổi / An account of a pupil's own from 18 on; without a code, of all of the school.

    The letters come with ``hocba letters``.
    """
    now = now_here()
    with city_here().database.write() as connection:
        verify_school_known(connection, school_code)
        if pupil_code is None:
            opened, doubtful = open_own_accounts(
                connection, school_code, evidence=evidence, opened_by=changed_by, now=now
            )
        else:
            place = (school_code, pupil_code)
            opened, doubtful = (
                [open_own_account(connection, place, evidence=evidence, opened_by=changed_by, now=now)],
                [],
            )
    if as_json:
        print_json({"opened": [one.pupil_id for one in opened], "doubtful": doubtful})
        return
    say("own_account_opened", {"count": len(opened)})
    for code in doubtful:
        click.echo(f"Cần kiểm tra / To be looked at: {code}")


@people.command("bar")
@click.argument("school_code")
@click.argument("pupil_code")
@click.argument("guardian")
@click.option("--reason", required=True, help="Lý do / Reason, such as court_order.")
@click.option("--decision", required=True, help="Số, ngày quyết định / Number and date of the decision.")
@json_option
def bar_command(*, school_code: str, pupil_code: str, guardian: str, reason: str, decision: str, as_json: bool) -> None:
    """Cấm một người theo quyết định / Bar a guardian, named as in the roster, by a decision; at once and for good."""
    city = city_here()
    with city.database.read() as connection:
        pupil_id, guardian_id = named_guardian(connection, (school_code, pupil_code), guardian)
    bar_guardian(
        city.database,
        pupil_id=pupil_id,
        guardian_id=guardian_id,
        reason=reason,
        decision_reference=decision,
        now=now_here(),
    )
    _tell(pupil_id, "guardian_barred", as_json=as_json)


@people.command("end-guardianship")
@click.argument("school_code")
@click.argument("pupil_code")
@click.argument("guardian")
@click.option(
    "--last-day",
    required=True,
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    help="Ngày cuối cùng / The last day, in Vietnam.",
)
@json_option
def end_command(*, school_code: str, pupil_code: str, guardian: str, last_day: datetime, as_json: bool) -> None:
    """Kết thúc giám hộ / End a guardianship, with the guardian named as in the roster; an earlier end stays."""
    city = city_here()
    with city.database.read() as connection:
        pupil_id, guardian_id = named_guardian(connection, (school_code, pupil_code), guardian)
    end_guardianship(city.database, pupil_id=pupil_id, guardian_id=guardian_id, last_day=last_day.date())
    _tell(pupil_id, "guardianship_ended", as_json=as_json)


def _tell(pupil_id: str, code: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"pupil_id": pupil_id, "done": code})
    else:
        say(code, {})
