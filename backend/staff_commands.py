"""``hocba staff``: who is on which staff, and what each may do."""

import getpass
from contextlib import suppress
from pathlib import Path

import click
import msgspec

from backend.accounts import staff_access_of
from backend.certificates.check_certificate import read_certificate
from backend.command_context import city_here, json_option, now_here
from backend.console import print_json, print_rows, say
from backend.desk.deactivate_staff import deactivate_staff, reactivate_staff
from backend.desk.invite_staff import end_role, give_role, invite_again, invite_staff
from backend.desk.person import ListedPerson, NewRole
from backend.desk.register_certificate import register_certificate, register_school_key
from backend.desk.rules import Actor, HeldRole, StaffRole
from backend.desk.staff_lists import change_school_signing, read_school_staff


@click.group()
def staff() -> None:
    """Đội ngũ ký và phát hành / Who signs and issues."""


_role_options = (
    click.option(
        "--role", type=click.Choice([role.value for role in StaffRole]), required=True, help="Vai trò / Role."
    ),
    click.option("--school", "school_code", help="Mã trường / The school's code."),
    click.option("--year", "school_year", help="Năm học / School year, 2025-2026."),
    click.option("--class", "class_group", help="Lớp của giáo viên chủ nhiệm / A homeroom teacher's class."),
    click.option("--on-behalf", is_flag=True, help="Ký thay hiệu trưởng (KT.) / Signs on the principal's behalf."),
)


def _with_role(command: "click.decorators.FC") -> "click.decorators.FC":
    for option in reversed(_role_options):
        command = option(command)
    return command


@staff.command("invite")
@click.option("--name", required=True, help="Họ tên / Full name.")
@click.option("--personal-code", required=True, help="Số định danh cá nhân / Personal code.")
@_with_role
@json_option
def invite_command(*, name: str, personal_code: str, as_json: bool, **role: object) -> None:
    """Mời một người, với mã kích hoạt / Bring a person onto a staff; the code is shown this once."""
    invited = invite_staff(
        staff_access_of(city_here()),
        actor=_operator(),
        name=name,
        personal_code=personal_code.strip(),
        given=_given(role),
        now=now_here(),
    )
    code = invited.invitation
    if as_json:
        print_json(
            {
                "person_id": invited.person.person_id,
                "role_id": invited.role.role_id,
                "activation_code": None if code is None else code.code,
                "expires_at": None if code is None else code.expires_at,
            }
        )
        return
    print_rows([("person_id", invited.person.person_id)])
    if code is not None:
        print_rows([("Mã kích hoạt / Activation code", code.code), ("Hết hạn / Ends", code.expires_at.isoformat())])


@staff.command("invite-again")
@click.argument("person_id")
@json_option
def invite_again_command(person_id: str, *, as_json: bool) -> None:
    """Mã kích hoạt mới cho thiết bị mới / A new code for a new device; earlier passkeys end when it is used."""
    code = invite_again(staff_access_of(city_here()), actor=_operator(), person_id=person_id, now=now_here())
    if as_json:
        print_json({"person_id": person_id, "activation_code": code.code, "expires_at": code.expires_at})
    else:
        print_rows([("Mã kích hoạt / Activation code", code.code), ("Hết hạn / Ends", code.expires_at.isoformat())])


@staff.command("list")
@click.option("--school", "school_code", help="Mã trường; bỏ trống là Sở / The school's code; none for the department.")
@json_option
def list_command(*, school_code: str | None, as_json: bool) -> None:
    """Đội ngũ của một trường hoặc của Sở / A school's staff, or the department's officers."""
    now = now_here()
    with city_here().database.read() as connection:
        listed = read_school_staff(connection, actor=_operator(), school_code=school_code, now=now)
    if as_json:
        print_json({"school_code": school_code, "people": [_told(one) for one in listed]})
        return
    for one in listed:
        mark = " (đã nghỉ / left)" if one.person.deactivated_at else ""
        click.echo(f"{one.person.name}{mark}  {one.person.person_id}")
        for held in one.roles:
            in_force = "" if held.holds_at(now) else " (hết hiệu lực / ended)"
            click.echo(f"  {_words(held)}{in_force}  {held.role_id}")


@staff.command("give-role")
@click.argument("person_id")
@_with_role
@json_option
def give_role_command(person_id: str, *, as_json: bool, **role: object) -> None:
    """Giao thêm một vai trò / Give a person one more role."""
    held = give_role(
        staff_access_of(city_here()), actor=_operator(), person_id=person_id, given=_given(role), now=now_here()
    )
    if as_json:
        print_json({"person_id": person_id, "role_id": held.role_id})
    else:
        print_rows([("role_id", held.role_id)])


@staff.command("end-role")
@click.argument("person_id")
@click.argument("role_id")
@json_option
def end_role_command(person_id: str, role_id: str, *, as_json: bool) -> None:
    """Kết thúc một vai trò / End a role."""
    end_role(staff_access_of(city_here()), actor=_operator(), person_id=person_id, role_id=role_id, now=now_here())
    _done(as_json=as_json)


@staff.command("deactivate")
@click.argument("person_id")
@click.option("--reason", required=True, help="Lý do / Why.")
@json_option
def deactivate_command(person_id: str, *, reason: str, as_json: bool) -> None:
    """Một người nghỉ việc / A person leaves: roles, passkeys, sessions and running authorisations end at once."""
    access = staff_access_of(city_here())
    deactivate_staff(access, actor=_operator(), person_id=person_id, reason=reason, now=now_here())
    _done(as_json=as_json)


@staff.command("reactivate")
@click.argument("person_id")
@click.option("--reason", required=True, help="Lý do / Why.")
@json_option
def reactivate_command(person_id: str, *, reason: str, as_json: bool) -> None:
    """Cho một người trở lại, chưa có vai trò nào / A person who left may be invited again."""
    access = staff_access_of(city_here())
    reactivate_staff(access, actor=_operator(), person_id=person_id, reason=reason, now=now_here())
    _done(as_json=as_json)


@staff.command("certificate")
@click.argument("person_id")
@click.argument("certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "key_reference", required=True, help="Nơi giữ khóa / Where the key is: csc:…, pkcs11:…, file:…")
@json_option
def certificate_command(person_id: str, certificate: Path, *, key_reference: str, as_json: bool) -> None:
    """Chứng thư số mà một người dùng để ký / Say with which certificate (PEM or DER) a person signs."""
    registered = register_certificate(
        staff_access_of(city_here()),
        actor=_operator(),
        person_id=person_id,
        certificate=read_certificate(certificate.read_bytes()),
        key_reference=key_reference,
        now=now_here(),
    )
    if as_json:
        print_json({"person_id": person_id, "fingerprint": registered.fingerprint})
    else:
        print_rows([("SHA-256", registered.fingerprint)])


@staff.command("school-key")
@click.argument("school_code")
@click.argument("certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "key_reference", required=True, help="Nơi giữ khóa / Where the key is: pkcs11:…, file:…")
@json_option
def school_key_command(school_code: str, certificate: Path, *, key_reference: str, as_json: bool) -> None:
    """Chứng thư số mà trường dùng để phát hành ở đây / The certificate that a school's cards are issued with here."""
    register_school_key(
        staff_access_of(city_here()),
        actor=_operator(),
        school_code=school_code,
        certificate=read_certificate(certificate.read_bytes()),
        key_reference=key_reference,
        now=now_here(),
    )
    _done(as_json=as_json)


@staff.command("teacher-signature")
@click.argument("school_code")
@click.option("--required/--optional", required=True, help="Bắt buộc hay không / Needed or not (2088, II.1.5).")
@json_option
def teacher_signature_command(school_code: str, *, required: bool, as_json: bool) -> None:
    """Học bạ của trường có cần chữ ký giáo viên chủ nhiệm / Whether a school's cards need the teacher's signature."""
    with city_here().database.write() as connection:
        change_school_signing(
            connection,
            actor=_operator(),
            school_code=school_code,
            teacher_signature_required=required,
            now=now_here(),
        )
    _done(as_json=as_json)


def _operator() -> Actor:
    """Whoever has this machine may do everything; the record says under which name they work here."""
    name = "operator"
    with suppress(OSError, KeyError, ImportError):
        name = f"operator {getpass.getuser()}"
    return Actor(name, is_operator=True)


def _given(role: dict[str, object]) -> NewRole:
    return msgspec.convert(role, NewRole)


def _words(held: HeldRole) -> str:
    parts = (held.role.value, held.school_code, held.school_year, held.class_group, "KT." if held.on_behalf else None)
    return " · ".join(part for part in parts if part)


def _told(one: ListedPerson) -> dict[str, object]:
    return {
        "person_id": one.person.person_id,
        "name": one.person.name,
        "roles": msgspec.to_builtins(one.roles),
        "enrolled": one.enrolled,
        "invited_until": one.invited_until,
        "deactivated_at": one.person.deactivated_at,
    }


def _done(*, as_json: bool) -> None:
    if as_json:
        print_json({"done": True})
    else:
        say("staff_done", {})
