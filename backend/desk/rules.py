"""Who of the staff may do what. Pure: roles and a moment in, an answer out.

| | homeroom teacher | manager | clerk | department officer | operator |
| --- | --- | --- | --- | --- | --- |
| sign cards of the class | own class and year | | | | |
| sign cards of the school | | own school and year | | | |
| issue: the school's signature | | | own school and year | | |
| give and end the role of a homeroom teacher, invite and deactivate one | | | own school | every school | yes |
| the same of a manager or clerk | | | | every school | yes |
| the same of a department officer | | | | | yes |
| let cards pass without the teacher's signature | | own school | | every school | yes |
| say that a person signs with a key of this house's HSM | | | | every school | yes |
| let accepted cards be made into PDFs, pause and resume that | | | own school | every school | yes |

The operator is whoever runs commands at the department's machine. Inviting somebody anew lets a new device sign in
their name: it takes the right over *every* role that they hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from backend.archive.rules import CardState


class StaffRole(StrEnum):
    """What somebody of the staff is; the values stand in the database and in the API."""

    HOMEROOM_TEACHER = "homeroom_teacher"
    """GVCN, of one class."""
    MANAGER = "manager"
    """CBQL: the principal, or a vice-principal who signs on the principal's behalf."""
    CLERK = "clerk"
    """Văn thư: keeps the school's seal and issues."""
    DEPARTMENT_OFFICER = "department_officer"
    """Of the department; for every school and year."""


class HeldRole(Struct, frozen=True, kw_only=True):
    """A role that somebody holds or held."""

    role_id: str
    role: StaffRole
    school_code: str | None
    """None for the department's officers."""
    school_year: str | None
    class_group: str | None
    """Of a homeroom teacher."""
    on_behalf: bool
    """A manager who signs "KT. HIỆU TRƯỞNG"."""
    from_at: datetime
    until_at: datetime | None

    def holds_at(self, now: datetime) -> bool:
        """Whether the role is in force."""
        return self.from_at <= now and (self.until_at is None or now < self.until_at)


class Actor(Struct, frozen=True):
    """Who acts: a member of staff with all their roles, or the operator, who has none and may more."""

    label: str
    """For the record of what was done: a person's id, or a name."""
    roles: tuple[HeldRole, ...] = ()
    is_operator: bool = False

    def holds(self, role: StaffRole, *, school_code: str | None, now: datetime) -> bool:
        """Whether they hold a role at a school now; for officers the school is None."""
        return any(held.role is role and held.school_code == school_code and held.holds_at(now) for held in self.roles)


_CLERKS_CARE = frozenset({StaffRole.HOMEROOM_TEACHER})
_OFFICERS_CARE = frozenset({StaffRole.HOMEROOM_TEACHER, StaffRole.MANAGER, StaffRole.CLERK})


def may_give_role(actor: Actor, *, role: StaffRole, school_code: str | None, now: datetime) -> bool:
    """Whether the actor may give or end this role at this school."""
    if actor.is_operator:
        return True
    if role in _OFFICERS_CARE and actor.holds(StaffRole.DEPARTMENT_OFFICER, school_code=None, now=now):
        return True
    return (
        role in _CLERKS_CARE
        and school_code is not None
        and actor.holds(StaffRole.CLERK, school_code=school_code, now=now)
    )


def may_invite(actor: Actor, *, subject_roles: Iterable[HeldRole], now: datetime) -> bool:
    """Whether the actor may give this person a new code, deactivate them, or say with what they sign.

    Roles that have ended do not count; somebody who holds none is nobody's but the officers'.
    """
    held = [role for role in subject_roles if role.holds_at(now)]
    if not held:
        return actor.is_operator or actor.holds(StaffRole.DEPARTMENT_OFFICER, school_code=None, now=now)
    return all(may_give_role(actor, role=role.role, school_code=role.school_code, now=now) for role in held)


def may_assign_own_key(actor: Actor, *, now: datetime) -> bool:
    """Whether the actor may say that a person signs with a key that this house keeps (HSM, or a file of the demo).

    A remote signing service asks the key's owner; a key kept here signs for whoever it is assigned to.
    """
    return actor.is_operator or actor.holds(StaffRole.DEPARTMENT_OFFICER, school_code=None, now=now)


def may_see_staff(actor: Actor, *, school_code: str, now: datetime) -> bool:
    """Whether the actor may see who is on a school's staff."""
    return (
        actor.is_operator
        or actor.holds(StaffRole.DEPARTMENT_OFFICER, school_code=None, now=now)
        or actor.holds(StaffRole.CLERK, school_code=school_code, now=now)
        or actor.holds(StaffRole.MANAGER, school_code=school_code, now=now)
    )


def may_change_signing(actor: Actor, *, school_code: str, now: datetime) -> bool:
    """Whether the actor may say if a school's cards need the homeroom teacher's signature."""
    return (
        actor.is_operator
        or actor.holds(StaffRole.DEPARTMENT_OFFICER, school_code=None, now=now)
        or actor.holds(StaffRole.MANAGER, school_code=school_code, now=now)
    )


def may_issue(actor: Actor, *, school_code: str | None, now: datetime) -> bool:
    """Whether the actor may ask for, pause and resume the issue of a school's accepted cards; None is every school."""
    if actor.is_operator or actor.holds(StaffRole.DEPARTMENT_OFFICER, school_code=None, now=now):
        return True
    return school_code is not None and actor.holds(StaffRole.CLERK, school_code=school_code, now=now)


def schools_cared_for(roles: Sequence[HeldRole], *, now: datetime) -> Mapping[str, frozenset[StaffRole]]:
    """Schools where somebody holds a role now, with the roles."""
    found: dict[str, set[StaffRole]] = {}
    for held in roles:
        if held.school_code is not None and held.holds_at(now):
            found.setdefault(held.school_code, set()).add(held.role)
    return {code: frozenset(held) for code, held in sorted(found.items())}


class Purpose(StrEnum):
    """What a batch of signatures is for; the values stand in what is signed (docs/formats/batch-authorisation.md)."""

    HOMEROOM_TEACHER = "homeroom_teacher"
    MANAGER = "manager"
    SCHOOL = "school"
    """The organisation's signature, which issues the card."""


ROLE_OF_PURPOSE: Mapping[Purpose, StaffRole] = {
    Purpose.HOMEROOM_TEACHER: StaffRole.HOMEROOM_TEACHER,
    Purpose.MANAGER: StaffRole.MANAGER,
    Purpose.SCHOOL: StaffRole.CLERK,
}


def signing_purpose(held: HeldRole) -> Purpose | None:
    """What somebody with this role signs; None for a department officer, who signs nothing."""
    return next((purpose for purpose, role in ROLE_OF_PURPOSE.items() if role is held.role), None)


def may_sign(held: HeldRole, *, purpose: Purpose, school_code: str, school_year: str, class_group: str) -> bool:
    """Whether this role, while it is in force, is the one to sign a card of this school, year and class."""
    return (
        signing_purpose(held) is purpose
        and (held.school_code, held.school_year) == (school_code, school_year)
        and (held.class_group is None or held.class_group == class_group)
    )


def states_to_sign(purpose: Purpose, *, teacher_signature_required: bool) -> frozenset[CardState]:
    """States in which a card waits for this signature: the manager's follows the teacher's, the school's the manager's.

    The teacher's may be left out where the school says so (2088, II.1.5).
    """
    match purpose:
        case Purpose.HOMEROOM_TEACHER:
            return frozenset({CardState.DRAFT})
        case Purpose.MANAGER if teacher_signature_required:
            return frozenset({CardState.TEACHER_SIGNED})
        case Purpose.MANAGER:
            return frozenset({CardState.DRAFT, CardState.TEACHER_SIGNED})
        case Purpose.SCHOOL:
            return frozenset({CardState.MANAGER_SIGNED})


def signature_awaited(state: CardState, *, teacher_signature_required: bool) -> Purpose | None:
    """Whose signature a card in this state waits for now; None: it is incomplete, or has left the desk."""
    return next(
        (
            purpose
            for purpose in Purpose
            if state in states_to_sign(purpose, teacher_signature_required=teacher_signature_required)
            and (teacher_signature_required or purpose is not Purpose.HOMEROOM_TEACHER)
        ),
        None,
    )


def state_after(purpose: Purpose) -> CardState | None:
    """A prepared card's state once it is signed; None when it leaves the desk for the archive."""
    match purpose:
        case Purpose.HOMEROOM_TEACHER:
            return CardState.TEACHER_SIGNED
        case Purpose.MANAGER:
            return CardState.MANAGER_SIGNED
        case Purpose.SCHOOL:
            return None
