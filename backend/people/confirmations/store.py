"""The SQL of confirmations. What is not fetched works in the caller's transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    exists,
    insert,
    literal,
    select,
    union_all,
    update,
)

from backend.database import Database, PointRead
from backend.people.confirmations.rules import HIDES_EVERYTHING, ConfirmationReason
from backend.people.confirmations.tables import confirmations
from backend.people.tables import guardians, guardianships, pupils


class Decision(StrEnum):
    """What became of a question to the school."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REPLACED = "replaced"
    """A newer question of the same guardian took its place."""


class Confirmation(Struct, frozen=True, kw_only=True):
    """A question that waits for the school."""

    enrolment_id: str
    guardian_id: str
    account_id: str | None
    reason: ConfirmationReason
    claimed_personal_code: str | None
    opened_at: datetime


def find_hiding(connection: Connection, guardian_id: str) -> Confirmation | None:
    """The open question that keeps everything hidden from a guardian."""
    return _first(_HIDING.on(connection, guardian_id=guardian_id))


async def fetch_hiding(database: Database, guardian_id: str) -> Confirmation | None:
    """As ``find_hiding``, on the event loop."""
    return _first(await database.fetch(_HIDING, guardian_id=guardian_id))


def find_open(connection: Connection, enrolment_id: str) -> Confirmation | None:
    """An open question by its id."""
    return _first(connection.execute(_newest_open(confirmations.c.enrolment_id == enrolment_id)).all())


def read_open(connection: Connection, *, school_code: str | None = None) -> list[Confirmation]:
    """Open questions about guardians of a school's pupils, oldest first; of all schools where none is named."""
    statement = select(*_COLUMNS).where(_OPEN).order_by(confirmations.c.opened_at, confirmations.c.enrolment_id)
    if school_code is not None:
        of_school = (
            exists()
            .where(guardianships.c.guardian_id == confirmations.c.guardian_id)
            .where(pupils.c.pupil_id == guardianships.c.pupil_id, pupils.c.school_code == school_code)
        )
        statement = statement.where(of_school)
    return [_confirmation(row) for row in connection.execute(statement)]


def open_confirmation(
    connection: Connection,
    *,
    guardian_id: str,
    reason: ConfirmationReason,
    claimed_personal_code: str | None = None,
    account_id: str | None = None,
    now: datetime,
) -> None:
    """Ask the school; a question of the same kind that is still open is replaced."""
    replaced = HIDES_EVERYTHING if reason in HIDES_EVERYTHING else {reason}
    close_open(connection, guardian_id=guardian_id, reasons=replaced, now=now)
    connection.execute(
        insert(confirmations).values(
            enrolment_id=str(uuid4()),
            guardian_id=guardian_id,
            account_id=account_id,
            reason=reason,
            claimed_personal_code=claimed_personal_code,
            opened_at=now,
        )
    )


def close_open(
    connection: Connection, *, guardian_id: str, reasons: Collection[ConfirmationReason], now: datetime
) -> None:
    """A guardian's open questions of these kinds are asked no longer."""
    connection.execute(
        update(confirmations)
        .where(confirmations.c.guardian_id == guardian_id, _OPEN, confirmations.c.reason.in_(reasons))
        .values(**_decided(Decision.REPLACED, by=guardian_id, now=now))
    )


def decide(connection: Connection, enrolment_id: str, decision: Decision, *, by: str, now: datetime) -> bool:
    """Note the school's answer; False when it was decided meanwhile. Only one caller ever gets True."""
    result = connection.execute(
        update(confirmations)
        .where(confirmations.c.enrolment_id == enrolment_id, _OPEN)
        .values(**_decided(decision, by=by, now=now))
    )
    return result.rowcount == 1


def holder_of_code(connection: Connection, personal_code: str) -> str | None:
    """The guardian with this personal code, else the first one whose enrolment with it waits; in one statement."""
    known = select(guardians.c.guardian_id, literal(0).label("rank"), guardians.c.registered_at.label("since")).where(
        guardians.c.personal_code == personal_code
    )
    claimed = select(
        confirmations.c.guardian_id, literal(1).label("rank"), confirmations.c.opened_at.label("since")
    ).where(
        confirmations.c.claimed_personal_code == personal_code,
        confirmations.c.reason == ConfirmationReason.PERSONAL_CODE_UNKNOWN,
        _OPEN,
    )
    found = union_all(known, claimed).subquery()
    return connection.scalar(select(found.c.guardian_id).order_by(found.c.rank, found.c.since).limit(1))


_OPEN = confirmations.c.decided_at.is_(None)
_COLUMNS = tuple(confirmations.c[field] for field in Confirmation.__struct_fields__)

AWAITS_CONFIRMATION = (
    exists()
    .where(
        confirmations.c.guardian_id == guardianships.c.guardian_id,
        _OPEN,
        confirmations.c.reason.in_(HIDES_EVERYTHING),
    )
    .label("awaits_confirmation")
)
"""A column for statements over guardianships: whether an enrolment of the guardian waits for the school."""


def _newest_open(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(*_COLUMNS).where(_OPEN, *conditions).order_by(confirmations.c.opened_at.desc()).limit(1)


_HIDING = PointRead(
    _newest_open(
        confirmations.c.guardian_id == bindparam("guardian_id"), confirmations.c.reason.in_(sorted(HIDES_EVERYTHING))
    )
)


def _first(rows: Sequence[Sequence[Any]]) -> Confirmation | None:
    return _confirmation(rows[0]) if rows else None


def _confirmation(row: Sequence[Any]) -> Confirmation:
    values = dict(zip(Confirmation.__struct_fields__, row, strict=True))
    return Confirmation(**(values | {"reason": ConfirmationReason(values["reason"])}))


def _decided(decision: Decision, *, by: str, now: datetime) -> dict[str, object]:
    return {"decision": decision, "decided_by": by, "decided_at": now, "claimed_personal_code": None}
