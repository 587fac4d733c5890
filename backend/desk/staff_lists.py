"""Who is on a school's staff, and who acts."""

from datetime import datetime

from sqlalchemy import Connection

from backend.desk import store
from backend.desk.errors import StaffForbiddenError
from backend.desk.person import ListedPerson
from backend.desk.rules import Actor, StaffRole, may_change_signing, may_see_staff
from backend.errors import NotFoundError
from backend.people.names import vietnamese_sort_key


def actor_of(connection: Connection, person_id: str) -> Actor:
    """A member of staff with all their roles as they stand; a deactivated person has none in force."""
    return Actor(person_id, store.read_roles(connection, person_id))


def read_school_staff(
    connection: Connection, *, actor: Actor, school_code: str | None, now: datetime
) -> tuple[ListedPerson, ...]:
    """A school's staff in the Vietnamese order of names; None: the department's officers.

    Raises:
        StaffForbiddenError: not for this actor.
        NotFoundError: ``school_not_found``.
    """
    if school_code is None:
        allowed = actor.is_operator or actor.holds(StaffRole.DEPARTMENT_OFFICER, school_code=None, now=now)
    else:
        allowed = may_see_staff(actor, school_code=school_code, now=now)
    if not allowed:
        raise StaffForbiddenError
    if school_code is not None and store.find_school_name(connection, school_code) is None:
        raise NotFoundError("school_not_found", school_code=school_code)
    staff = store.read_staff(connection, school_code=school_code, now=now)
    return tuple(sorted(staff, key=lambda listed: vietnamese_sort_key(listed.person.name)))


def change_school_signing(
    connection: Connection, *, actor: Actor, school_code: str, teacher_signature_required: bool, now: datetime
) -> None:
    """Say whether a school's cards need the homeroom teacher's signature (optional by 2088, II.1.5).

    Raises:
        StaffForbiddenError: not for this actor.
        NotFoundError: ``school_not_found``.
    """
    if not may_change_signing(actor, school_code=school_code, now=now):
        raise StaffForbiddenError
    if store.find_school_name(connection, school_code) is None:
        raise NotFoundError("school_not_found", school_code=school_code)
    store.put_school_signing(
        connection,
        school_code,
        teacher_signature_required=teacher_signature_required,
        changed_by=actor.label,
        now=now,
    )
