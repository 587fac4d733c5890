"""The realm of staff: persons who are not deactivated and hold a role now."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from backend.access.limits import AttemptKind
from backend.access.realm import AccountOwner, Realm
from backend.desk import store
from backend.desk.tables import STAFF_TABLES


def _find_enrolling(connection: Connection, personal_code: str, now: datetime) -> AccountOwner | None:
    person = store.find_person_by_code(connection, personal_code)
    roles = store.read_roles(connection, person.person_id if person else "")
    if person is None or person.deactivated_at is not None or not any(role.holds_at(now) for role in roles):
        return None
    return AccountOwner(person.person_id, person.name)


def _find_owner(connection: Connection, person_id: str) -> AccountOwner | None:
    person = store.find_person(connection, person_id)
    return None if person is None or person.deactivated_at else AccountOwner(person.person_id, person.name)


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
)
