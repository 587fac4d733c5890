"""The SQL of the certificate registry. Every function works in the caller's transaction."""

from datetime import datetime

from msgspec import structs
from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from backend.archive.tables import school_certificates
from backend.certificates.registration import CertificateEvent, Registration
from backend.certificates.rules import STANDING, CertificateState, IssuerKind
from backend.certificates.tables import certificate_events, certificate_registrations
from backend.database.insert_or import insert_unless_there


def insert_registration(connection: Connection, registration: Registration) -> bool:
    """Keep a new registration; False when the certificate was registered at this moment by somebody else."""
    return insert_unless_there(connection, certificate_registrations, structs.asdict(registration))


def update_registration(connection: Connection, changed: Registration, *, expected_state: CertificateState) -> bool:
    """Keep a registration's new state; False when somebody else changed it meanwhile."""
    table = certificate_registrations
    statement = (
        update(table)
        .where(table.c.registration_id == changed.registration_id, table.c.state == expected_state.value)
        .values(state=changed.state, approved_from=changed.approved_from, approved_until=changed.approved_until)
    )
    return connection.execute(statement).rowcount == 1


def find_registration(connection: Connection, registration_id: str) -> Registration | None:
    """The registration with this id."""
    table = certificate_registrations
    found = connection.execute(select(table).where(table.c.registration_id == registration_id))
    row = found.mappings().one_or_none()
    return None if row is None else _registration(row)


def find_standing(connection: Connection, fingerprint: str) -> Registration | None:
    """The registration of this certificate that waits or is approved."""
    table = certificate_registrations
    standing = table.c.state.in_([state.value for state in STANDING])
    found = connection.execute(select(table).where(table.c.fingerprint == fingerprint, standing))
    row = found.mappings().one_or_none()
    return None if row is None else _registration(row)


def school_with_approval(connection: Connection, fingerprint: str, *, besides: str, now: datetime) -> str | None:
    """Another school for which this certificate is approved today or later."""
    table = school_certificates
    statement = select(table.c.school_code).where(
        table.c.fingerprint == fingerprint,
        table.c.school_code != besides,
        or_(table.c.approved_until.is_(None), table.c.approved_until >= now),
    )
    return connection.scalars(statement.limit(1)).one_or_none()


def read_registrations(
    connection: Connection, *, school_code: str | None = None, state: CertificateState | None = None
) -> tuple[Registration, ...]:
    """Registrations by school, role and validity; of one school or in one state, if asked so."""
    table = certificate_registrations
    statement = select(table).order_by(table.c.school_code, table.c.role, table.c.valid_from, table.c.registration_id)
    if school_code is not None:
        statement = statement.where(table.c.school_code == school_code)
    if state is not None:
        statement = statement.where(table.c.state == state.value)
    return tuple(_registration(row) for row in connection.execute(statement).mappings())


def add_event(
    connection: Connection, registration: Registration, *, decided_by: str, reason: str | None, now: datetime
) -> None:
    """Write the state that a registration has come to into its history."""
    table = certificate_events
    mine = table.c.registration_id == registration.registration_id
    number = connection.scalars(select(func.coalesce(func.max(table.c.number), 0) + 1).where(mine)).one()
    connection.execute(
        insert(table).values(
            registration_id=registration.registration_id,
            number=number,
            state=registration.state,
            decided_by=decided_by,
            decided_at=now,
            reason=reason,
            effective_from=registration.approved_from,
            effective_until=registration.approved_until,
        )
    )


def read_events(connection: Connection, registration_id: str) -> tuple[CertificateEvent, ...]:
    """The whole history of a registration, the oldest step first."""
    table = certificate_events
    rows = connection.execute(
        select(table).where(table.c.registration_id == registration_id).order_by(table.c.number)
    ).mappings()
    return tuple(
        CertificateEvent(
            **{field: row[field] for field in CertificateEvent.__struct_fields__}
            | {"state": CertificateState(row["state"])}
        )
        for row in rows
    )


def _registration(row: RowMapping) -> Registration:
    values = {"state": CertificateState(row["state"]), "issuer_kind": IssuerKind(row["issuer_kind"])}
    return Registration(**{field: row[field] for field in Registration.__struct_fields__} | values)
