"""The SQL of prepared cards that are signed here. Every function works inside the caller's transaction."""

import hashlib
import hmac
from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, RowMapping, select, update

from backend.archive.drafts.tables import drafts
from backend.archive.prepared.card import PreparedCard
from backend.archive.rules import CardState


def find_prepared(connection: Connection, record_id: str) -> PreparedCard | None:
    """The prepared card with this record id."""
    row = connection.execute(select(drafts).where(drafts.c.record_id == record_id)).mappings().one_or_none()
    return None if row is None else _prepared_of(row)


def read_prepared(
    connection: Connection,
    *,
    school_code: str,
    school_year: str,
    class_group: str | None = None,
    states: Collection[CardState] = tuple(CardState),
) -> tuple[PreparedCard, ...]:
    """A school's prepared cards of that year, or a class's, by class and pupil code."""
    statement = select(drafts).where(drafts.c.school_code == school_code, drafts.c.school_year == school_year)
    if class_group is not None:
        statement = statement.where(drafts.c.class_group == class_group)
    rows = connection.execute(statement.order_by(drafts.c.class_group, drafts.c.pupil_code)).mappings()
    return tuple(card for card in map(_prepared_of, rows) if card.state in states)


def put_signed_xml(
    connection: Connection, record_id: str, *, expected_xml_sha256: bytes, xml: bytes, state: CardState
) -> bool:
    """Put a signature's new bytes in the place of those that it was made over; False when those are not there."""
    # A writer on PostgreSQL waits here for another one of the same card; on SQLite there is only one writer.
    row: ColumnElement[bool] = drafts.c.record_id == record_id
    before = connection.scalar(select(drafts.c.xml).where(row).with_for_update())
    if before is None or not hmac.compare_digest(hashlib.sha256(before).digest(), expected_xml_sha256):
        return False
    connection.execute(update(drafts).where(row).values(xml=xml, signed_state=state.value))
    return True


def _prepared_of(row: RowMapping) -> PreparedCard:
    missing = tuple(row["missing"].split())
    state = CardState.PENDING_SUPPLEMENTARY if missing else CardState.DRAFT
    return PreparedCard(
        record_id=row["record_id"],
        school_code=row["school_code"],
        pupil_code=row["pupil_code"],
        school_year=row["school_year"],
        name=row["name"],
        grade=row["grade"],
        class_group=row["class_group"],
        level=row["level"],
        state=state if row["signed_state"] is None else CardState(row["signed_state"]),
        missing=missing,
        xml=row["xml"],
    )
