"""The SQL of looks. Every function works in the caller's transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, Insert, and_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from backend.database.insert_or import insert_unless_there
from backend.people.tables import guardians, pupils
from backend.sharing.history.look import LookedAt, Looker
from backend.sharing.history.tables import look_reports, looks
from backend.sharing.tables import shares


class StoredLook(Struct, frozen=True, kw_only=True):
    """A look as it is stored, and when the reader reported it."""

    look_id: str
    looked_at: datetime
    pupil_id: str
    record_id: str | None
    what: LookedAt
    looker: Looker
    looker_id: str
    name: str | None
    organisation: str | None
    role: str | None
    reported_at: datetime | None = None


class LookReport(Struct, frozen=True, kw_only=True):
    """A look that a guardian reported, for the pupil's school."""

    look: StoredLook
    pupil_code: str
    pupil_name: str
    reported_by: str
    reported_at: datetime
    text: str


def insert_looks(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep looks; one that is there already stays as it is."""
    # In one order, so that two processes that write the same looks wait for each other instead of both failing.
    ordered = sorted(rows, key=lambda row: str(row["look_id"]))
    connection.execute(_KEEP_LOOKS[connection.dialect.name], ordered)


def find_look(connection: Connection, look_id: str) -> StoredLook | None:
    """A look by id."""
    row = connection.execute(select(*_LOOK_COLUMNS).where(looks.c.look_id == look_id)).mappings().one_or_none()
    return None if row is None else StoredLook(**_values(row))


def read_looks(
    connection: Connection, *, pupil_id: str, reader_id: str, before: StoredLook | None, limit: int
) -> list[StoredLook]:
    """The pupil's looks, newest first, older than ``before``."""
    own_report = and_(look_reports.c.look_id == looks.c.look_id, look_reports.c.guardian_id == reader_id)
    statement = (
        select(*_LOOK_COLUMNS, look_reports.c.reported_at)
        .join_from(looks, look_reports, own_report, isouter=True)
        .where(looks.c.pupil_id == pupil_id)
        .order_by(looks.c.looked_at.desc(), looks.c.look_id.desc())
        .limit(limit)
    )
    if before is not None:
        place = tuple_(looks.c.looked_at, looks.c.look_id)
        statement = statement.where(place < tuple_(before.looked_at, before.look_id))
    rows = connection.execute(statement).mappings()
    return [StoredLook(**_values(row), reported_at=row["reported_at"]) for row in rows]


def makers_of_links(connection: Connection, share_ids: Collection[str]) -> dict[str, str]:
    """Who made each of these links, by name."""
    statement = (
        select(shares.c.share_id, guardians.c.name).join_from(shares, guardians).where(shares.c.share_id.in_(share_ids))
    )
    return {row.share_id: row.name for row in connection.execute(statement)}


def insert_report(connection: Connection, *, look_id: str, guardian_id: str, text: str, now: datetime) -> bool:
    """Keep a report; False when this guardian has reported this look before."""
    values = {"look_id": look_id, "guardian_id": guardian_id, "text": text, "reported_at": now}
    return insert_unless_there(connection, look_reports, values)


def read_reports(connection: Connection, *, school_code: str, limit: int) -> list[LookReport]:
    """Reports about pupils whom this school has today, newest first."""
    statement = (
        select(
            *_LOOK_COLUMNS,
            look_reports.c.reported_at,
            look_reports.c.text,
            pupils.c.pupil_code,
            pupils.c.name.label("pupil_name"),
            guardians.c.name.label("reported_by"),
        )
        .join_from(look_reports, looks)
        .join(pupils, looks.c.pupil_id == pupils.c.pupil_id)
        .join(guardians, look_reports.c.guardian_id == guardians.c.guardian_id)
        .where(pupils.c.school_code == school_code)
        .order_by(look_reports.c.reported_at.desc(), look_reports.c.look_id)
        .limit(limit)
    )
    return [
        LookReport(
            look=StoredLook(**_values(row), reported_at=row["reported_at"]),
            **{field: row[field] for field in LookReport.__struct_fields__ if field != "look"},
        )
        for row in connection.execute(statement).mappings()
    ]


_KEEP_LOOKS: Final[Mapping[str, Insert]] = {
    "sqlite": sqlite.insert(looks).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(looks).on_conflict_do_nothing(),
}
"""Built once: it runs for every card that is read."""
_LOOK_COLUMNS = tuple(looks.c[field] for field in StoredLook.__struct_fields__ if field != "reported_at")


def _values(row: Mapping[Any, Any]) -> dict[str, Any]:
    values = {column.name: row[column.name] for column in _LOOK_COLUMNS}
    return values | {"what": LookedAt(values["what"]), "looker": Looker(values["looker"])}
