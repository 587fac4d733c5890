"""Give somebody a code to enrol with; the school hands it over."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from backend.access import store
from backend.access.activation_code import activation_code_hash, new_activation_code
from backend.access.context import Access
from backend.access.errors import GuardianMayNotEnrolError
from backend.people.errors import GuardianNotFoundError
from backend.people.readable import guarded_pupils
from backend.people.store import find_guardian

ACTIVATION_DAYS: Final = 14


class ActivationCode(Struct, frozen=True):
    """A code in clear: it exists here and on the letter, nowhere else."""

    code: str
    """XXXX-XXXX-XXXX."""
    expires_at: datetime


def issue_activation_code(access: Access, *, guardian_id: str, now: datetime) -> ActivationCode:
    """A new code for one guardian; their earlier unused codes end.

    Raises:
        GuardianNotFoundError: no such guardian.
        GuardianMayNotEnrolError: barred or ended with every pupil.
    """
    with access.database.write() as connection:
        guardian = find_guardian(connection, guardian_id)
        if guardian is None:
            raise GuardianNotFoundError
        if not guarded_pupils(connection, guardian_id=guardian_id, now=now):
            raise GuardianMayNotEnrolError
        return write_activation_code(access, connection, owner_id=guardian_id, now=now)


def write_activation_code(access: Access, connection: Connection, *, owner_id: str, now: datetime) -> ActivationCode:
    """A new code for an owner whom the caller has found fit; their earlier unused codes end."""
    code = ActivationCode(new_activation_code(), now + timedelta(days=ACTIVATION_DAYS))
    store.add_activation_code(
        connection,
        access.realm.tables,
        code_hash=activation_code_hash(code.code, key=access.keys.activation),
        owner_id=owner_id,
        expires_at=code.expires_at,
        now=now,
    )
    return code
