"""The realm of staff: persons who are not deactivated and hold a role now."""

import hmac
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from backend.access.limits import AttemptKind
from backend.access.realm import AccountOwner, Enrolled, Realm
from backend.desk import store
from backend.desk.tables import STAFF_TABLES


def _find_enrolling(connection: Connection, person_id: str, personal_code: str, now: datetime) -> AccountOwner | None:
    person = store.find_person(connection, person_id)
    roles = store.read_roles(connection, person_id)
    if person is None or person.deactivated_at is not None or not any(role.holds_at(now) for role in roles):
        return None
    fits = hmac.compare_digest(person.personal_code, personal_code)
    return AccountOwner(person.person_id, person.name) if fits else None


def _find_owner(connection: Connection, person_id: str) -> AccountOwner | None:
    person = store.find_person(connection, person_id)
    return None if person is None or person.deactivated_at else AccountOwner(person.person_id, person.name)


def _find_by_code(connection: Connection, personal_code: str) -> str | None:
    person = store.find_person_by_code(connection, personal_code)
    return None if person is None else person.person_id


def _is_code_known(_connection: Connection, _person_id: str) -> bool:
    return True


def _after_enrolment(_connection: Connection, _enrolled: Enrolled, _now: datetime) -> None:
    """Whoever invites staff has seen them; nothing has to wait."""


def _find_waiting(_connection: Connection, _person_id: str) -> None:
    return None


STAFF: Final = Realm(
    name="staff",
    tables=STAFF_TABLES,
    enrolment=AttemptKind.STAFF_ENROLMENT,
    login=AttemptKind.STAFF_LOGIN,
    step_up=AttemptKind.STAFF_STEP_UP,
    idle_end=timedelta(minutes=30),
    absolute_end=timedelta(hours=8),
    find_enrolling=_find_enrolling,
    find_owner=_find_owner,
    find_by_code=_find_by_code,
    is_code_known=_is_code_known,
    after_enrolment=_after_enrolment,
    find_waiting=_find_waiting,
)
