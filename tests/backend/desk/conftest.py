"""A school with a clerk, a manager and a teacher, on both engines."""

from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from backend.access.context import Access
from backend.access.enrol import begin_enrolment, finish_enrolment
from backend.access.keys import AccessKeys
from backend.access.passkeys import RelyingParty
from backend.access.session import NewSession
from backend.archive.store import insert_school
from backend.database import Database
from backend.desk.invite_staff import Invited, invite_staff
from backend.desk.person import NewRole
from backend.desk.rules import Actor, StaffRole
from backend.desk.staff_lists import actor_of
from backend.desk.staff_realm import STAFF
from tests.backend.access.software_authenticator import SoftwareAuthenticator

NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
SCHOOL, OTHER_SCHOOL = "99900001", "99900002"
YEAR = "2025-2026"
ADDRESS = "203.0.113.7"
OPERATOR = Actor("operator", is_operator=True)
TEACHER_CODE, MANAGER_CODE, CLERK_CODE, OFFICER_CODE = "999185000001", "999185000002", "999185000003", "999185000004"


@pytest.fixture
def access(database: Database) -> Access:
    with database.write() as connection:
        insert_school(connection, code=SCHOOL, name="Trường Tiểu học Quang Trung", now=NOW)
        insert_school(connection, code=OTHER_SCHOOL, name="Trường Tiểu học Lê Lợi", now=NOW)
    return Access(
        database=database,
        keys=AccessKeys.from_secret("a secret of the tests, long enough", realm=STAFF.name),
        relying_party=RelyingParty("http://localhost:8000", "Học bạ số"),
        realm=STAFF,
    )


class Staff(NamedTuple):
    """One of each; their invitations are not used yet."""

    teacher: Invited
    manager: Invited
    clerk: Invited
    officer: Invited


def teacher_of(class_group: str, *, school: str = SCHOOL) -> NewRole:
    return NewRole(role=StaffRole.HOMEROOM_TEACHER, school_code=school, school_year=YEAR, class_group=class_group)


def role_at(role: StaffRole, *, school: str = SCHOOL) -> NewRole:
    return NewRole(role=role, school_code=school, school_year=YEAR)


@pytest.fixture
def staff(access: Access) -> Staff:
    def invite(name: str, code: str, given: NewRole) -> Invited:
        return invite_staff(access, actor=OPERATOR, name=name, personal_code=code, given=given, now=NOW)

    return Staff(
        invite("Lê Thị Hoa", TEACHER_CODE, teacher_of("4A")),
        invite("Trần Văn Bình", MANAGER_CODE, role_at(StaffRole.MANAGER)),
        invite("Phạm Thị Yến", CLERK_CODE, role_at(StaffRole.CLERK)),
        invite("Đỗ Minh Quân", OFFICER_CODE, NewRole(role=StaffRole.DEPARTMENT_OFFICER)),
    )


def acting(access: Access, invited: Invited) -> Actor:
    with access.database.read() as connection:
        return actor_of(connection, invited.person.person_id)


def enrol(
    access: Access, invited: Invited, *, code: str | None = None, now: datetime = NOW
) -> tuple[SoftwareAuthenticator, NewSession]:
    """Enrol a member of staff with a new phone."""
    assert invited.invitation is not None
    phone = SoftwareAuthenticator()
    begun = begin_enrolment(
        access,
        claimed_activation_code=code or invited.invitation.code,
        claimed_personal_code=invited.person.personal_code,
        address=ADDRESS,
        now=now,
    )
    session = finish_enrolment(
        access,
        claimed_browser_token=begun.browser_token,
        credential=phone.create(begun.options),
        passkey_name="Điện thoại",
        replaced_session_token=None,
        now=now,
    )
    return phone, session
