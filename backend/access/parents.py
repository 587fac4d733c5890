"""The realm of parents: guardians who may read the cards of a child."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from backend.access.limits import AttemptKind
from backend.access.realm import AccountOwner, Realm
from backend.access.tables import PARENT_TABLES
from backend.people.readable import readable_children
from backend.people.store import find_guardian, find_guardian_by_personal_code


def _find_enrolling(connection: Connection, personal_code: str, now: datetime) -> AccountOwner | None:
    guardian = find_guardian_by_personal_code(connection, personal_code)
    children = readable_children(connection, guardian_id=guardian.guardian_id if guardian else "", now=now)
    return AccountOwner(guardian.guardian_id, guardian.name) if guardian is not None and children else None


def _find_owner(connection: Connection, guardian_id: str) -> AccountOwner | None:
    guardian = find_guardian(connection, guardian_id)
    return None if guardian is None else AccountOwner(guardian.guardian_id, guardian.name)


PARENTS: Final = Realm(
    name="",
    tables=PARENT_TABLES,
    enrolment=AttemptKind.ENROLMENT,
    login=AttemptKind.LOGIN,
    step_up=AttemptKind.STEP_UP,
    idle_end=timedelta(minutes=30),
    absolute_end=timedelta(hours=12),
    find_enrolling=_find_enrolling,
    find_owner=_find_owner,
)
