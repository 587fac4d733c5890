"""The realm of parents: guardians who may read the cards of a child, or may once the school has confirmed them."""

import hmac
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from backend.access.await_confirmation import await_confirmation, find_waiting
from backend.access.limits import AttemptKind
from backend.access.realm import AccountOwner, Realm
from backend.access.tables import PARENT_TABLES
from backend.people.confirmations.store import holder_of_code
from backend.people.readable import guarded_pupils
from backend.people.store import find_guardian


def _find_enrolling(connection: Connection, guardian_id: str, personal_code: str, now: datetime) -> AccountOwner | None:
    guardian = find_guardian(connection, guardian_id)
    pupils = guarded_pupils(connection, guardian_id=guardian_id, now=now)
    if guardian is None or not pupils or not personal_code:
        return None
    # Where the school knows none, the guardian says their own and waits for the school to confirm it.
    expected = personal_code if guardian.personal_code is None else guardian.personal_code
    fits = hmac.compare_digest(expected, personal_code)
    return AccountOwner(guardian.guardian_id, guardian.name) if fits else None


def _find_owner(connection: Connection, guardian_id: str) -> AccountOwner | None:
    guardian = find_guardian(connection, guardian_id)
    return None if guardian is None else AccountOwner(guardian.guardian_id, guardian.name)


def _is_code_known(connection: Connection, guardian_id: str) -> bool:
    guardian = find_guardian(connection, guardian_id)
    return guardian is not None and guardian.personal_code is not None


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
    find_by_code=holder_of_code,
    is_code_known=_is_code_known,
    after_enrolment=await_confirmation,
    find_waiting=find_waiting,
)
