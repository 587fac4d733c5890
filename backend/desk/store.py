"""The staff's SQL. Every function works in the caller's transaction."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, or_, select, update

from backend.access.store import MAX_TRIES, EndedReason, end_passkeys
from backend.archive.tables import schools
from backend.desk.person import ListedPerson, StaffCertificate, StaffEventKind, StaffPerson
from backend.desk.rules import HeldRole, StaffRole
from backend.desk.tables import (
    STAFF_TABLES,
    school_signing,
    staff_certificates,
    staff_events,
    staff_persons,
    staff_roles,
)


def find_person(connection: Connection, person_id: str) -> StaffPerson | None:
    """A person by id, deactivated or not."""
    return _find_person(connection, staff_persons.c.person_id == person_id)


def find_person_by_code(connection: Connection, personal_code: str) -> StaffPerson | None:
    """A person by personal code, deactivated or not."""
    return _find_person(connection, staff_persons.c.personal_code == personal_code)


def insert_person(connection: Connection, *, personal_code: str, name: str, now: datetime) -> StaffPerson:
    """Add a person."""
    person = StaffPerson(str(uuid4()), personal_code, name, None)
    connection.execute(
        insert(staff_persons).values(person_id=person.person_id, personal_code=personal_code, name=name, added_at=now)
    )
    return person


def mark_person(connection: Connection, person_id: str, *, deactivated_at: datetime | None) -> bool:
    """Deactivate or reactivate; False when the person is that already."""
    was = staff_persons.c.deactivated_at.is_(None) if deactivated_at else staff_persons.c.deactivated_at.is_not(None)
    statement = update(staff_persons).where(staff_persons.c.person_id == person_id, was)
    return connection.execute(statement.values(deactivated_at=deactivated_at)).rowcount == 1


def read_roles(connection: Connection, person_id: str) -> tuple[HeldRole, ...]:
    """Every role that the person holds, held or will hold, oldest first."""
    statement = select(staff_roles).where(staff_roles.c.person_id == person_id)
    rows = connection.execute(statement.order_by(staff_roles.c.from_at, staff_roles.c.role_id)).mappings()
    return tuple(_role_of(row) for row in rows)


def insert_role(connection: Connection, held: HeldRole, *, person_id: str, given_by: str) -> None:
    """Give a role."""
    connection.execute(
        insert(staff_roles).values(
            role_id=held.role_id,
            person_id=person_id,
            role=held.role.value,
            school_code=held.school_code,
            school_year=held.school_year,
            class_group=held.class_group,
            on_behalf=held.on_behalf,
            from_at=held.from_at,
            given_by=given_by,
        )
    )


def end_roles(
    connection: Connection, *, person_id: str, role_id: str | None = None, ended_by: str, now: datetime
) -> int:
    """End a role, or all of a person's; answers how many ended."""
    chosen = [staff_roles.c.person_id == person_id, or_(staff_roles.c.until_at.is_(None), staff_roles.c.until_at > now)]
    if role_id is not None:
        chosen.append(staff_roles.c.role_id == role_id)
    return connection.execute(update(staff_roles).where(*chosen).values(until_at=now, ended_by=ended_by)).rowcount


def end_access(connection: Connection, person_id: str, *, now: datetime) -> None:
    """End a person's passkeys, sessions and unused codes."""
    codes = STAFF_TABLES.activation_codes
    end_passkeys(connection, STAFF_TABLES, owner_id=person_id, reason=EndedReason.OWNER_LEFT, now=now)
    unused = (codes.c.owner_id == person_id, codes.c.used_at.is_(None), codes.c.withdrawn_at.is_(None))
    connection.execute(update(codes).where(*unused).values(withdrawn_at=now))


def add_event(
    connection: Connection, person_id: str, kind: StaffEventKind, *, by: str, reason: str = "", now: datetime
) -> None:
    """Write down what was done about a person."""
    connection.execute(
        insert(staff_events).values(
            event_id=str(uuid4()), person_id=person_id, kind=kind.value, by=by, reason=reason, at=now
        )
    )


def read_events(connection: Connection, person_id: str) -> tuple[tuple[StaffEventKind, str], ...]:
    """Kind and reason of what was done about a person, oldest first."""
    statement = select(staff_events.c.kind, staff_events.c.reason).where(staff_events.c.person_id == person_id)
    rows = connection.execute(statement.order_by(staff_events.c.at))
    return tuple((StaffEventKind(row.kind), row.reason) for row in rows)


def read_staff(connection: Connection, *, school_code: str | None, now: datetime) -> tuple[ListedPerson, ...]:
    """Persons who hold or held a role at a school (None: at the department)."""
    at_school = staff_roles.c.school_code.is_(None) if school_code is None else staff_roles.c.school_code == school_code
    roles: dict[str, list[HeldRole]] = {}
    rows = connection.execute(select(staff_roles).where(at_school).order_by(staff_roles.c.from_at)).mappings()
    for row in rows:
        roles.setdefault(row["person_id"], []).append(_role_of(row))
    chosen = staff_persons.c.person_id.in_(roles)
    persons = [_person_of(row) for row in connection.execute(select(staff_persons).where(chosen)).mappings()]
    enrolled, invited = _enrolled(connection, roles), dict(_invited(connection, roles, now))
    return tuple(
        ListedPerson(
            person,
            tuple(roles[person.person_id]),
            enrolled=person.person_id in enrolled,
            invited_until=invited.get(person.person_id),
        )
        for person in persons
    )


def find_school_name(connection: Connection, school_code: str) -> str | None:
    """Name of a school that the department knows."""
    return connection.scalar(select(schools.c.name).where(schools.c.code == school_code))


def put_certificate(
    connection: Connection, certificate: StaffCertificate, *, registered_by: str, now: datetime
) -> None:
    """Let a person sign with this certificate from now on; the one before ends."""
    table = staff_certificates
    mine = table.c.person_id == certificate.person_id
    connection.execute(update(table).where(mine, table.c.ended_at.is_(None)).values(ended_at=now))
    values = {
        "certificate": certificate.certificate,
        "key_reference": certificate.key_reference,
        "registered_by": registered_by,
        "registered_at": now,
        "ended_at": None,
    }
    again = update(table).where(mine, table.c.fingerprint == certificate.fingerprint).values(values)
    if connection.execute(again).rowcount == 0:
        connection.execute(
            insert(table).values(person_id=certificate.person_id, fingerprint=certificate.fingerprint, **values)
        )


def find_certificate_holder(connection: Connection, fingerprint: str) -> str | None:
    """Who signs with this certificate now, by person id."""
    table = staff_certificates
    in_use = (table.c.fingerprint == fingerprint, table.c.ended_at.is_(None))
    holder: str | None = connection.scalar(select(table.c.person_id).where(*in_use).limit(1))
    return holder


def find_certificate(connection: Connection, person_id: str) -> StaffCertificate | None:
    """The certificate that a person signs with now."""
    table = staff_certificates
    row = connection.execute(
        select(table.c.person_id, table.c.fingerprint, table.c.certificate, table.c.key_reference).where(
            table.c.person_id == person_id, table.c.ended_at.is_(None)
        )
    ).one_or_none()
    return None if row is None else StaffCertificate(*row)


def teacher_signature_required(connection: Connection, school_code: str) -> bool:
    """Whether a school's cards need the homeroom teacher's signature; they do unless the school says otherwise."""
    statement = select(school_signing.c.teacher_signature_required).where(school_signing.c.school_code == school_code)
    required: bool | None = connection.scalar(statement)
    return required is not False


def put_school_signing(
    connection: Connection, school_code: str, *, teacher_signature_required: bool, changed_by: str, now: datetime
) -> None:
    """Say whether a school's cards need the homeroom teacher's signature."""
    values = {
        "teacher_signature_required": teacher_signature_required,
        "changed_by": changed_by,
        "changed_at": now,
    }
    statement = update(school_signing).where(school_signing.c.school_code == school_code).values(values)
    if connection.execute(statement).rowcount == 0:
        connection.execute(insert(school_signing).values(school_code=school_code, **values))


def _find_person(connection: Connection, which: ColumnElement[bool]) -> StaffPerson | None:
    row = connection.execute(select(staff_persons).where(which)).mappings().one_or_none()
    return None if row is None else _person_of(row)


def _person_of(row: RowMapping) -> StaffPerson:
    return StaffPerson(row["person_id"], row["personal_code"], row["name"], row["deactivated_at"])


def _role_of(row: RowMapping) -> HeldRole:
    return HeldRole(
        role_id=row["role_id"],
        role=StaffRole(row["role"]),
        school_code=row["school_code"],
        school_year=row["school_year"],
        class_group=row["class_group"],
        on_behalf=row["on_behalf"],
        from_at=row["from_at"],
        until_at=row["until_at"],
    )


def _enrolled(connection: Connection, person_ids: Collection[str]) -> frozenset[str]:
    passkeys = STAFF_TABLES.passkeys
    statement = select(passkeys.c.owner_id).where(passkeys.c.owner_id.in_(person_ids), passkeys.c.ended_at.is_(None))
    return frozenset(connection.scalars(statement))


def _invited(connection: Connection, person_ids: Collection[str], now: datetime) -> Iterable[tuple[str, datetime]]:
    codes = STAFF_TABLES.activation_codes
    statement = select(codes.c.owner_id, codes.c.expires_at).where(
        codes.c.owner_id.in_(person_ids),
        codes.c.used_at.is_(None),
        codes.c.withdrawn_at.is_(None),
        codes.c.expires_at > now,
        codes.c.tries < MAX_TRIES,
    )
    return [(row.owner_id, row.expires_at) for row in connection.execute(statement)]
