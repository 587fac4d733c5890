"""``hocba certificate``: schools' certificates, from the registration to their end."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from backend.certificates import store
from backend.certificates.errors import RegistrationNotFoundError
from backend.certificates.register_certificate import (
    Trusted,
    approve_certificate,
    end_certificate,
    refuse_certificate,
    register_certificate,
    withdraw_certificate,
)
from backend.certificates.registration import Registration
from backend.certificates.rules import CertificateState, IssuerKind
from backend.city import City
from backend.command_context import city_here, json_option, now_here
from backend.console import print_json, print_rows
from verifier.registry import CertificateRole
from verifier.vietnam_time import VIETNAM_TIME

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_moment = click.DateTime(["%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S"])
_by = click.option("--by", "decided_by", required=True, help="Người quyết định / Who decides.")
_why = click.option("--reason", required=True, help="Lý do / Why.")


@click.group()
def certificate() -> None:
    """Chứng thư số của các trường / The certificates that schools sign with."""


@certificate.command("register")
@click.argument("school_code")
@click.argument("file", type=_file)
@click.option("--role", type=click.Choice(["school", "manager"]), required=True, help="Của trường, của CBQL / Whose.")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in IssuerKind]), required=True, help="Nơi giữ khóa / Key."
)
@click.option("--by", "registered_by", required=True, help="Người đăng ký / Who at the school registers it.")
@json_option
def register_command(
    school_code: str, file: Path, *, role: CertificateRole, kind: str, registered_by: str, as_json: bool
) -> None:
    """Đăng ký chứng thư số (PEM hoặc DER) / Register a certificate for the department to decide on."""
    city, now = city_here(), now_here()
    trusted = trusted_of(city, now)
    with city.database.write() as connection:
        registered = register_certificate(
            connection,
            school_code=school_code,
            role=role,
            issuer_kind=IssuerKind(kind),
            certificate=file.read_bytes(),
            registered_by=registered_by,
            trusted=trusted,
            now=now,
        )
    _tell(registered, as_json=as_json)


@certificate.command("list")
@click.option("--school", "school_code", help="Mã trường / The school's code.")
@click.option("--state", type=click.Choice([state.value for state in CertificateState]), help="Trạng thái / State.")
@json_option
def list_command(*, school_code: str | None, state: str | None, as_json: bool) -> None:
    """Chứng thư số đã đăng ký / What is registered, and how it stands."""
    wanted = None if state is None else CertificateState(state)
    with city_here().database.read() as connection:
        found = store.read_registrations(connection, school_code=school_code, state=wanted)
    if as_json:
        print_json({"certificates": [told(one) for one in found]})
        return
    for one in found:
        end = f"{one.valid_until.astimezone(VIETNAM_TIME):%d/%m/%Y}"
        click.echo(f"{one.school_code}  {one.role}  {one.state}  {end}  {one.subject}  {one.registration_id}")


@certificate.command("show")
@click.argument("registration_id")
@json_option
def show_command(registration_id: str, *, as_json: bool) -> None:
    """Một chứng thư số với toàn bộ quá trình / One certificate with its whole history."""
    with city_here().database.read() as connection:
        found = store.find_registration(connection, registration_id)
        if found is None:
            raise RegistrationNotFoundError
        events = store.read_events(connection, registration_id)
    if as_json:
        print_json({**told(found), "history": events})
        return
    print_rows(told(found).items())
    for event in events:
        click.echo(
            f"{event.number}. {event.decided_at.isoformat()}  {event.state}  {event.decided_by}  {event.reason or ''}"
        )


@certificate.command("approve")
@click.argument("registration_id")
@_by
@click.option("--reason", help="Căn cứ / What it rests on.")
@click.option("--from", "since", type=_moment, help="Từ lúc / From; now unless said.")
@click.option("--until", type=_moment, help="Đến hết / Until; as long as the certificate holds unless said.")
@json_option
def approve_command(
    registration_id: str,
    *,
    decided_by: str,
    reason: str | None,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Sở duyệt / The department approves; the school registry is published anew."""
    city, now = city_here(), now_here()
    trusted = trusted_of(city, now)
    with city.database.write() as connection:
        approved = approve_certificate(
            connection,
            registration_id,
            decided_by=decided_by,
            reason=reason,
            approved_from=_in_vietnam(since),
            approved_until=_end_of(until),
            trusted=trusted,
            now=now,
        )
    city.publisher.publish(now)
    _tell(approved, as_json=as_json)


@certificate.command("refuse")
@click.argument("registration_id")
@_by
@_why
@json_option
def refuse_command(registration_id: str, *, decided_by: str, reason: str, as_json: bool) -> None:
    """Sở từ chối / The department refuses."""
    city = city_here()
    with city.database.write() as connection:
        refused = refuse_certificate(connection, registration_id, decided_by=decided_by, reason=reason, now=now_here())
    _tell(refused, as_json=as_json)


@certificate.command("end")
@click.argument("registration_id")
@_by
@_why
@click.option("--until", type=_moment, help="Đến hết / Until; now unless said.")
@json_option
def end_command(registration_id: str, *, decided_by: str, reason: str, until: datetime | None, as_json: bool) -> None:
    """Thôi dùng chứng thư số / It signs no more; what it signed before stands."""
    city, now = city_here(), now_here()
    with city.database.write() as connection:
        ended = end_certificate(
            connection, registration_id, decided_by=decided_by, reason=reason, until=_end_of(until) or now, now=now
        )
    city.publisher.publish(now)
    _tell(ended, as_json=as_json)


@certificate.command("withdraw")
@click.argument("registration_id")
@_by
@_why
@click.option("--since", type=_moment, help="Từ lúc khóa có thể đã lộ / Since when others may have had the key.")
@json_option
def withdraw_command(
    registration_id: str, *, decided_by: str, reason: str, since: datetime | None, as_json: bool
) -> None:
    """Hủy chứng thư số / Nothing that it signed since then counts."""
    city, now = city_here(), now_here()
    with city.database.write() as connection:
        withdrawn = withdraw_certificate(
            connection, registration_id, decided_by=decided_by, reason=reason, since=_in_vietnam(since) or now, now=now
        )
    city.publisher.publish(now)
    _tell(withdrawn, as_json=as_json)


def trusted_of(city: City, now: datetime) -> Trusted:
    """What certificates are judged by in this city."""
    return Trusted(city.publisher.trust_list(now), demo_accepted=city.settings.is_demo)


def told(registration: Registration) -> dict[str, object]:
    """A registration without its bytes, as commands and the API tell it."""
    return {field: getattr(registration, field) for field in Registration.__struct_fields__ if field != "certificate"}


def _tell(registration: Registration, *, as_json: bool) -> None:
    if as_json:
        print_json(told(registration))
    else:
        print_rows(told(registration).items())


def _in_vietnam(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=VIETNAM_TIME)


def _end_of(moment: datetime | None) -> datetime | None:
    """A day is meant with its evening."""
    aware = _in_vietnam(moment)
    if aware is not None and (aware.hour, aware.minute, aware.second) == (0, 0, 0):
        return aware + timedelta(days=1) - timedelta(seconds=1)
    return aware
