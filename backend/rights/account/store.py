"""The SQL of a parent's account as a whole. Every function works in the caller's transaction."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update

from backend.access.notices.tables import notices
from backend.access.store import EndedReason
from backend.access.tables import PARENT_TABLES
from backend.people.confirmations.tables import confirmations
from backend.people.majority.tables import consent_changes
from backend.people.tables import guardians, guardianships

_codes, _passkeys, _sessions = PARENT_TABLES.activation_codes, PARENT_TABLES.passkeys, PARENT_TABLES.sessions
NO_NAME: Final = ""
NO_AUTHENTICATOR: Final = "00000000-0000-0000-0000-000000000000"
"""What authenticators say who do not tell their make."""

Rows = list[dict[str, Any]]


def read_person(connection: Connection, guardian_id: str) -> dict[str, Any]:
    """What the register says of who logs in."""
    return dict(connection.execute(select(guardians).where(guardians.c.guardian_id == guardian_id)).mappings().one())


def read_passkeys(connection: Connection, guardian_id: str) -> Rows:
    """Passkeys, ended ones too, without what only machines need."""
    columns = [
        _passkeys.c[name] for name in ("name", "registered_at", "last_used_at", "backed_up", "ended_at", "ended_reason")
    ]
    statement = select(*columns).where(_passkeys.c.owner_id == guardian_id).order_by(_passkeys.c.registered_at)
    return [dict(row) for row in connection.execute(statement).mappings()]


def read_sessions(connection: Connection, guardian_id: str) -> Rows:
    """Browsers that are logged in, or were until a moment ago."""
    columns = [_sessions.c[name] for name in ("device", "started_at", "last_seen_at", "ends_at")]
    statement = select(*columns).where(_sessions.c.owner_id == guardian_id).order_by(_sessions.c.started_at)
    return [dict(row) for row in connection.execute(statement).mappings()]


def read_activation_codes(connection: Connection, guardian_id: str) -> Rows:
    """When letters were written; the codes themselves are nowhere."""
    columns = [_codes.c[name] for name in ("issued_at", "expires_at", "used_at", "withdrawn_at")]
    statement = select(*columns).where(_codes.c.owner_id == guardian_id).order_by(_codes.c.issued_at)
    return [dict(row) for row in connection.execute(statement).mappings()]


def read_guardianships(connection: Connection, guardian_id: str) -> Rows:
    """Every tie to a pupil, ended and barred ones too."""
    statement = select(guardianships).where(guardianships.c.guardian_id == guardian_id)
    rows = connection.execute(statement.order_by(guardianships.c.valid_from)).mappings()
    return [dict(row) for row in rows]


def read_consents(connection: Connection, *, guardian_id: str, own_pupil_id: str | None) -> Rows:
    """Consents that were given to this guardian, or that this pupil gave, and when each was taken back."""
    mine = consent_changes.c.guardian_id == guardian_id
    if own_pupil_id is not None:
        mine |= consent_changes.c.pupil_id == own_pupil_id
    rows = connection.execute(select(consent_changes).where(mine).order_by(consent_changes.c.changed_at)).mappings()
    return [dict(row) for row in rows]


def read_notices(connection: Connection, guardian_id: str) -> Rows:
    """What the account was told, seen or not."""
    columns = [notices.c[name] for name in ("kind", "name", "at", "seen_at")]
    statement = select(*columns).where(notices.c.guardian_id == guardian_id).order_by(notices.c.at)
    return [dict(row) for row in connection.execute(statement).mappings()]


def read_confirmations(connection: Connection, guardian_id: str) -> Rows:
    """What the school was asked to confirm, and what it said."""
    columns = [
        confirmations.c[name] for name in ("reason", "claimed_personal_code", "opened_at", "decided_at", "decision")
    ]
    mine = (confirmations.c.guardian_id == guardian_id) | (confirmations.c.account_id == guardian_id)
    statement = select(*columns).where(mine).order_by(confirmations.c.opened_at)
    return [dict(row) for row in connection.execute(statement).mappings()]


def empty_account(connection: Connection, guardian_id: str, *, now: datetime) -> None:
    """Take away what else is the account's alone: codes end, notices go."""
    connection.execute(delete(notices).where(notices.c.guardian_id == guardian_id))
    connection.execute(
        update(_codes)
        .where(_codes.c.owner_id == guardian_id, _codes.c.used_at.is_(None), _codes.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )


def empty_passkeys(connection: Connection, guardian_id: str, *, only_ended_by: EndedReason | None = None) -> None:
    """Passkeys lose all but their id, which stays so that no authenticator can bring one back; ceremonies go.

    Args:
        connection: the caller's transaction.
        guardian_id: whose.
        only_ended_by: only such as ended for this reason.
    """
    ceremonies = PARENT_TABLES.ceremonies
    connection.execute(delete(ceremonies).where(ceremonies.c.owner_id == guardian_id))
    meant = [_passkeys.c.owner_id == guardian_id]
    if only_ended_by is not None:
        meant.append(_passkeys.c.ended_reason == only_ended_by)
    emptied = {"name": NO_NAME, "public_key": b"", "aaguid": NO_AUTHENTICATOR, "last_used_at": None}
    connection.execute(update(_passkeys).where(*meant).values(emptied))
