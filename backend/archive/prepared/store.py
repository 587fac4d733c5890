"""The SQL of prepared cards. Every function works inside the caller's transaction."""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from typing import Final

from msgspec import structs
from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, select, tuple_, update

from backend.archive.prepared.card import Missing, PreparedCard
from backend.archive.prepared.tables import prepared_cards
from backend.archive.rules import PREPARED, CardState

_COLUMNS: Final = [prepared_cards.c[field] for field in PreparedCard.__struct_fields__]


def find_prepared(connection: Connection, record_id: str) -> PreparedCard | None:
    """The prepared card with this record id."""
    return _find(connection, prepared_cards.c.record_id == record_id)


def find_prepared_of_pupil(
    connection: Connection, *, school_code: str, pupil_code: str, school_year: str
) -> PreparedCard | None:
    """The pupil's prepared card of this school and year."""
    return _find(
        connection,
        prepared_cards.c.school_code == school_code,
        prepared_cards.c.pupil_code == pupil_code,
        prepared_cards.c.school_year == school_year,
    )


def read_prepared(
    connection: Connection,
    *,
    school_code: str,
    school_year: str,
    class_group: str | None = None,
    states: Collection[CardState] = PREPARED,
) -> tuple[PreparedCard, ...]:
    """A school's prepared cards of that year, or a class's, by class and pupil code."""
    statement = select(*_COLUMNS).where(
        prepared_cards.c.school_code == school_code,
        prepared_cards.c.school_year == school_year,
        prepared_cards.c.state.in_([state.value for state in states]),
    )
    if class_group is not None:
        statement = statement.where(prepared_cards.c.class_group == class_group)
    rows = connection.execute(statement.order_by(prepared_cards.c.class_group, prepared_cards.c.pupil_code)).mappings()
    return tuple(_prepared_of(row) for row in rows)


def read_waiting(connection: Connection, *, school_code: str | None = None) -> tuple[PreparedCard, ...]:
    """Prepared cards in which something is missing, the soonest last day first."""
    statement = select(*_COLUMNS).where(prepared_cards.c.state == CardState.PENDING_SUPPLEMENTARY.value)
    if school_code is not None:
        statement = statement.where(prepared_cards.c.school_code == school_code)
    order = ("waits_until", "school_code", "class_group", "pupil_code")
    rows = connection.execute(statement.order_by(*(prepared_cards.c[name] for name in order))).mappings()
    return tuple(_prepared_of(row) for row in rows)


def read_waiting_at(connection: Connection, places: Collection[tuple[str, str]]) -> tuple[PreparedCard, ...]:
    """Prepared cards in which something is missing, of pupils by (school code, pupil code); soonest last day first."""
    statement = (
        select(*_COLUMNS)
        .where(
            prepared_cards.c.state == CardState.PENDING_SUPPLEMENTARY.value,
            tuple_(prepared_cards.c.school_code, prepared_cards.c.pupil_code).in_(places),
        )
        .order_by(prepared_cards.c.waits_until, prepared_cards.c.record_id)
    )
    return tuple(_prepared_of(row) for row in connection.execute(statement).mappings())


def read_without_code(connection: Connection, school_code: str) -> tuple[PreparedCard, ...]:
    """A school's prepared cards whose pupil's personal code is not known."""
    statement = select(*_COLUMNS).where(
        prepared_cards.c.school_code == school_code, prepared_cards.c.personal_code.is_(None)
    )
    return tuple(_prepared_of(row) for row in connection.execute(statement).mappings())


def read_prepared_of_year(connection: Connection, *, school_code: str, school_year: str) -> Mapping[str, PreparedCard]:
    """A school's prepared cards of that year, by pupil code."""
    found = read_prepared(connection, school_code=school_code, school_year=school_year)
    return {card.pupil_code: card for card in found}


def put_prepared(connection: Connection, card: PreparedCard) -> None:
    """Keep a prepared card in the place of what was there of the same pupil, school and year."""
    delete_prepared(connection, school_code=card.school_code, pupil_code=card.pupil_code, school_year=card.school_year)
    row = structs.asdict(card) | {"state": card.state.value, "missing": " ".join(card.missing)}
    connection.execute(insert(prepared_cards).values(row))


def put_signed_xml(
    connection: Connection, record_id: str, *, expected_xml_sha256: bytes, xml: bytes, state: CardState
) -> bool:
    """Put a signature's new bytes in the place of those that it was made over; False when those are not there."""
    # A writer on PostgreSQL waits here for another one of the same card; on SQLite there is only one writer.
    row: ColumnElement[bool] = prepared_cards.c.record_id == record_id
    before = connection.scalar(select(prepared_cards.c.xml).where(row).with_for_update())
    if before is None or not hmac.compare_digest(hashlib.sha256(before).digest(), expected_xml_sha256):
        return False
    connection.execute(update(prepared_cards).where(row).values(xml=xml, state=state.value))
    return True


def delete_prepared(connection: Connection, *, school_code: str, pupil_code: str, school_year: str) -> None:
    """Forget the pupil's prepared card of this school and year."""
    connection.execute(
        delete(prepared_cards).where(
            prepared_cards.c.school_code == school_code,
            prepared_cards.c.pupil_code == pupil_code,
            prepared_cards.c.school_year == school_year,
        )
    )


def _find(connection: Connection, *conditions: ColumnElement[bool]) -> PreparedCard | None:
    row = connection.execute(select(*_COLUMNS).where(*conditions)).mappings().one_or_none()
    return None if row is None else _prepared_of(row)


def _prepared_of(row: RowMapping) -> PreparedCard:
    values = {
        "state": CardState(row["state"]),
        "missing": tuple(Missing(code) for code in row["missing"].split()),
    }
    return PreparedCard(**{field: row[field] for field in PreparedCard.__struct_fields__} | values)
