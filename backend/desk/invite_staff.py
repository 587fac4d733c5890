"""Bring a person onto a school's staff: a role, and a one-use code to enrol a passkey with.

1. the actor may give this role at this school (``rules.may_give_role``);
2. the school, the school year and the class are such;
3. the person is added, or found by personal code; who was deactivated is not brought back this way;
4. the role is given, unless they hold it already;
5. a code is issued where there is no passkey yet and the actor may (``rules.may_invite``): it opens every role that the
   person holds, so a clerk cannot invite somebody who is a manager elsewhere.
"""

from datetime import datetime
from typing import Final
from uuid import uuid4

from msgspec import Struct
from sqlalchemy import Connection

from backend.access.context import Access
from backend.access.issue_activation_code import ActivationCode, write_activation_code
from backend.access.store import has_passkey
from backend.desk import store
from backend.desk.errors import StaffForbiddenError, StaffPersonNotFoundError, StaffRefusedError
from backend.desk.person import NewRole, StaffEventKind, StaffPerson
from backend.desk.rules import Actor, HeldRole, StaffRole, may_give_role, may_invite
from backend.errors import NotFoundError
from backend.people.roster import PERSONAL_CODE
from backend.typed_text import one_line
from verifier.record.parse_xml import parse_school_year

MAX_NAME_CHARACTERS: Final = 200
MAX_CLASS_CHARACTERS: Final = 50


class Invited(Struct, frozen=True):
    """A person with their new role; the code is shown this once."""

    person: StaffPerson
    role: HeldRole
    invitation: ActivationCode | None
    """None for who has a passkey already, or has roles that are not the inviter's to open."""


def invite_staff(
    access: Access, *, actor: Actor, name: str, personal_code: str, given: NewRole, now: datetime
) -> Invited:
    """Take the steps of the module's list.

    Raises:
        StaffForbiddenError: the actor may not give this role there.
        NotFoundError: ``school_not_found``.
        MalformedInputError: the school year is none.
        StaffRefusedError: ``personal_code_malformed``, ``staff_name_missing``, ``staff_role_incomplete``,
            ``staff_person_deactivated``.
    """
    _verify_person(name, personal_code)
    with access.database.write() as connection:
        checked = _verify_role(connection, actor, given, now)
        person = store.find_person_by_code(connection, personal_code)
        if person is None:
            person = store.insert_person(connection, personal_code=personal_code, name=one_line(name), now=now)
            store.add_event(connection, person.person_id, StaffEventKind.ADDED, by=actor.label, now=now)
        if person.deactivated_at is not None:
            raise StaffRefusedError("staff_person_deactivated")
        held = _give(connection, actor, person.person_id, checked, now)
        roles = store.read_roles(connection, person.person_id)
        invitation = None
        if not has_passkey(connection, access.realm.tables, owner_id=person.person_id) and may_invite(
            actor, subject_roles=roles, now=now
        ):
            invitation = _issue_code(access, connection, actor, person, now)
    return Invited(person, held, invitation)


def invite_again(access: Access, *, actor: Actor, person_id: str, now: datetime) -> ActivationCode:
    """A new code, for a new device; with its use the earlier passkeys end.

    Raises:
        StaffPersonNotFoundError: no such person, or not the actor's to invite.
        StaffRefusedError: ``staff_person_deactivated``, ``staff_role_missing``.
    """
    with access.database.write() as connection:
        person = find_in_reach(connection, actor, person_id, now)
        if person.deactivated_at is not None:
            raise StaffRefusedError("staff_person_deactivated")
        if not any(role.holds_at(now) for role in store.read_roles(connection, person_id)):
            raise StaffRefusedError("staff_role_missing")
        return _issue_code(access, connection, actor, person, now)


def give_role(access: Access, *, actor: Actor, person_id: str, given: NewRole, now: datetime) -> HeldRole:
    """Give one more role to somebody who is in the actor's reach.

    Raises:
        StaffForbiddenError, NotFoundError, MalformedInputError, StaffRefusedError: as ``invite_staff``.
        StaffPersonNotFoundError: no such person, or not the actor's to care for.
    """
    with access.database.write() as connection:
        checked = _verify_role(connection, actor, given, now)
        if find_in_reach(connection, actor, person_id, now).deactivated_at is not None:
            raise StaffRefusedError("staff_person_deactivated")
        return _give(connection, actor, person_id, checked, now)


def end_role(access: Access, *, actor: Actor, person_id: str, role_id: str, now: datetime) -> None:
    """End a role; what was authorised with it ends too. One that has ended stays as it is.

    Raises:
        StaffPersonNotFoundError: no such role of that person, or not the actor's to end.
    """
    with access.database.write() as connection:
        held = next((role for role in store.read_roles(connection, person_id) if role.role_id == role_id), None)
        if held is None or not may_give_role(actor, role=held.role, school_code=held.school_code, now=now):
            raise StaffPersonNotFoundError
        if store.end_roles(connection, person_id=person_id, role_id=role_id, ended_by=actor.label, now=now):
            store.add_event(
                connection, person_id, StaffEventKind.ROLE_ENDED, by=actor.label, reason=held.role.value, now=now
            )


def find_in_reach(connection: Connection, actor: Actor, person_id: str, now: datetime) -> StaffPerson:
    """A person whom the actor may invite, deactivate and so on.

    Raises:
        StaffPersonNotFoundError: no such person, or not the actor's; not told apart.
    """
    person = store.find_person(connection, person_id)
    roles = store.read_roles(connection, person_id)
    if person is None or not may_invite(actor, subject_roles=roles, now=now):
        raise StaffPersonNotFoundError
    return person


def _give(connection: Connection, actor: Actor, person_id: str, given: NewRole, now: datetime) -> HeldRole:
    held = HeldRole(
        role_id=str(uuid4()),
        role=given.role,
        school_code=given.school_code,
        school_year=given.school_year,
        class_group=given.class_group,
        on_behalf=given.on_behalf,
        from_at=now,
        until_at=None,
    )
    for before in store.read_roles(connection, person_id):
        if before.holds_at(now) and _what(before) == _what(held):
            return before
    store.insert_role(connection, held, person_id=person_id, given_by=actor.label)
    store.add_event(connection, person_id, StaffEventKind.ROLE_GIVEN, by=actor.label, reason=held.role.value, now=now)
    return held


def _what(role: HeldRole) -> tuple[object, ...]:
    return role.role, role.school_code, role.school_year, role.class_group, role.on_behalf


def _issue_code(
    access: Access, connection: Connection, actor: Actor, person: StaffPerson, now: datetime
) -> ActivationCode:
    store.add_event(connection, person.person_id, StaffEventKind.INVITED, by=actor.label, now=now)
    return write_activation_code(access, connection, owner_id=person.person_id, now=now)


def _verify_person(name: str, personal_code: str) -> None:
    if not PERSONAL_CODE.fullmatch(personal_code):
        raise StaffRefusedError("personal_code_malformed")
    if not 0 < len(one_line(name)) <= MAX_NAME_CHARACTERS:
        raise StaffRefusedError("staff_name_missing", most=MAX_NAME_CHARACTERS)


def _verify_role(connection: Connection, actor: Actor, given: NewRole, now: datetime) -> NewRole:
    if not may_give_role(actor, role=given.role, school_code=given.school_code, now=now):
        raise StaffForbiddenError
    if given.role is StaffRole.DEPARTMENT_OFFICER:
        if given.school_code or given.school_year or given.class_group or given.on_behalf:
            raise StaffRefusedError("staff_role_incomplete")
        return NewRole(role=given.role)
    class_group = None if given.class_group is None else one_line(given.class_group)
    has_class = class_group is not None and 0 < len(class_group) <= MAX_CLASS_CHARACTERS
    if given.school_code is None or given.school_year is None:
        raise StaffRefusedError("staff_role_incomplete")
    if has_class != (given.role is StaffRole.HOMEROOM_TEACHER):
        raise StaffRefusedError("staff_role_incomplete")
    if given.on_behalf and given.role is not StaffRole.MANAGER:
        raise StaffRefusedError("staff_role_incomplete")
    if store.find_school_name(connection, given.school_code) is None:
        raise NotFoundError("school_not_found", school_code=given.school_code)
    return NewRole(
        role=given.role,
        school_code=given.school_code,
        school_year=parse_school_year(given.school_year),
        class_group=class_group if has_class else None,
        on_behalf=given.on_behalf,
    )
