"""The SQL of people. Every function works in the caller's transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    Column,
    Connection,
    RowMapping,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from backend.database.metadata import metadata
from backend.database.moment import Moment
from backend.people.confirmations.store import AWAITS_CONFIRMATION
from backend.people.roster import AlternativeIdType
from backend.people.rules import OWN_RELATION, Guardianship
from backend.people.tables import card_links, guardians, guardianships, pupils


class Guardian(Struct, frozen=True):
    """A person who may act for pupils."""

    guardian_id: str
    name: str
    personal_code: str | None


class Child(Struct, frozen=True, kw_only=True):
    """A pupil as their parents see them in a list."""

    pupil_id: str
    name: str
    date_of_birth: date
    class_group: str
    school_code: str
    school_name: str
    pending_until: date | None
    pending_reason: str | None


class PupilWithoutCode(Struct, frozen=True, kw_only=True):
    """A pupil whose personal code the school still has to find out, with what stands in for it."""

    pupil_code: str
    name: str | None
    """None, with the birth date, where the school only announced a card."""
    date_of_birth: date | None
    class_group: str
    alternative_id_type: str | None
    alternative_id: str | None


def find_guardian_by_personal_code(connection: Connection, personal_code: str) -> Guardian | None:
    """The guardian with this personal code."""
    return _guardian(connection, guardians.c.personal_code == personal_code)


def lock_guardian(connection: Connection, guardian_id: str) -> None:
    """Let what this person asks for come one after the other, so that none slips past a limit."""
    connection.execute(select(guardians.c.guardian_id).where(guardians.c.guardian_id == guardian_id).with_for_update())


def find_guardian(connection: Connection, guardian_id: str) -> Guardian | None:
    """The guardian with this id."""
    return _guardian(connection, guardians.c.guardian_id == guardian_id)


def _guardian(connection: Connection, condition: Any) -> Guardian | None:  # noqa: ANN401  # SQLAlchemy's condition types are private
    row = connection.execute(
        select(guardians.c.guardian_id, guardians.c.name, guardians.c.personal_code).where(condition)
    ).one_or_none()
    return None if row is None else Guardian(*row)


def guardianships_of_guardian(connection: Connection, guardian_id: str) -> list[tuple[Guardianship, Child]]:
    """Every tie of a guardian, ended and barred ones too, each with its pupil."""
    rows = connection.execute(
        select(*_CHILD_COLUMNS, *_TIE_COLUMNS, AWAITS_CONFIRMATION)
        .join_from(guardianships, pupils)
        .where(guardianships.c.guardian_id == guardian_id)
    ).mappings()
    return [(_guardianship(row), _child(row)) for row in rows]


def guardianships_to_card(
    connection: Connection, *, guardian_id: str, record_id: str
) -> list[tuple[Guardianship, Child]]:
    """Every tie between a guardian and the pupil whose card this is; none when the card has no pupil."""
    rows = connection.execute(_TIES_TO_CARD, {"record_id": record_id, "guardian_id": guardian_id}).mappings()
    return [(_guardianship(row), _child(row)) for row in rows]


def pupils_without_code(connection: Connection, school_code: str) -> list[PupilWithoutCode]:
    """Pupils whom this school has today and whose personal code is not known."""
    columns = [pupils.c[field] for field in PupilWithoutCode.__struct_fields__]
    statement = select(*columns).where(pupils.c.school_code == school_code, pupils.c.personal_code.is_(None))
    return [PupilWithoutCode(**row) for row in connection.execute(statement).mappings()]


def move_pupil(connection: Connection, *, from_pupil_id: str, to_pupil_id: str) -> None:
    """Let everything of one row be another's, which also takes over school and class; the emptied row goes."""
    moved = connection.execute(select(pupils).where(pupils.c.pupil_id == from_pupil_id)).mappings().one()
    kept_type = connection.scalars(select(pupils.c.alternative_id_type).where(pupils.c.pupil_id == to_pupil_id)).one()
    for column in _columns_of_pupils():
        statement = update(column.table).where(column == from_pupil_id)
        connection.execute(statement.values({column: to_pupil_id}))
    connection.execute(delete(pupils).where(pupils.c.pupil_id == from_pupil_id))
    connection.execute(
        update(pupils)
        .where(pupils.c.pupil_id == to_pupil_id)
        .values({name: moved[name] for name in _TODAY_COLUMNS} | _alternative_of(moved, kept_type=kept_type))
    )


def _columns_of_pupils() -> list[Column[Any]]:
    """Every column that points at a pupil, in whichever room its table is."""
    key = pupils.c.pupil_id
    return [column for table in metadata.sorted_tables for column in table.c if column.references(key)]


def _alternative_of(row: RowMapping, *, kept_type: str | None) -> dict[str, Any]:
    """What else the pupil was known by; a temporary code takes no passport's place."""
    moved_type = row["alternative_id_type"]
    if moved_type is None or (kept_type is not None and moved_type == AlternativeIdType.TEMPORARY):
        return {}
    return {name: row[name] for name in ("alternative_id_type", "alternative_id")}


def guardians_by_personal_code(connection: Connection, codes: Collection[str]) -> dict[str, Guardian]:
    """Guardians with these personal codes."""
    rows = connection.execute(
        select(guardians.c.guardian_id, guardians.c.name, guardians.c.personal_code).where(
            guardians.c.personal_code.in_(codes)
        )
    )
    return {row.personal_code: Guardian(*row) for row in rows}


class TieRow(Struct, frozen=True, kw_only=True):
    """A guardianship with what a roster needs to find it again."""

    guardianship_id: str
    tie: Guardianship
    guardian: Guardian
    barred_reason: str | None = None
    decision_reference: str | None = None

    @property
    def is_own(self) -> bool:
        """Whether it is the tie of the pupil's own account."""
        return self.tie.relation == OWN_RELATION


def ties_of_pupils(connection: Connection, pupil_ids: Collection[str]) -> dict[str, list[TieRow]]:
    """Every guardianship of these pupils, by pupil."""
    found: dict[str, list[TieRow]] = {}
    rows = connection.execute(
        select(
            guardianships.c.guardianship_id,
            guardianships.c.pupil_id,
            guardianships.c.barred_reason,
            guardianships.c.decision_reference,
            *_TIE_COLUMNS,
            guardians.c.name,
            guardians.c.personal_code,
        )
        .join_from(guardianships, guardians)
        .where(guardianships.c.pupil_id.in_(pupil_ids))
        .order_by(guardianships.c.valid_from)
    ).mappings()
    for row in rows:
        guardian = Guardian(row["guardian_id"], row["name"], row["personal_code"])
        tie = TieRow(
            guardianship_id=row["guardianship_id"],
            tie=_guardianship(row),
            guardian=guardian,
            barred_reason=row["barred_reason"],
            decision_reference=row["decision_reference"],
        )
        found.setdefault(row["pupil_id"], []).append(tie)
    return found


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows to one of this feature's tables."""
    if rows:
        connection.execute(insert(table), list(rows))


def update_pupils(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Replace what the register says of pupils: rows of ``pupil_id`` and every column that changes."""
    if rows:
        columns = [name for name in rows[0] if name != "pupil_id"]
        statement = update(pupils).where(pupils.c.pupil_id == bindparam("key"))
        connection.execute(
            statement.values({name: bindparam(f"new_{name}") for name in columns}),
            [{"key": row["pupil_id"]} | {f"new_{name}": row[name] for name in columns} for row in rows],
        )


def update_guardian(connection: Connection, guardian_id: str, values: Mapping[str, Any]) -> None:
    """Replace what the register says of one guardian."""
    connection.execute(update(guardians).where(guardians.c.guardian_id == guardian_id).values(values))


def move_ties(connection: Connection, *, from_guardian_id: str, to_guardian_id: str) -> None:
    """Two rows are one person: every tie of the one, ended and barred ones too, is the other's."""
    connection.execute(
        update(guardianships).where(guardianships.c.guardian_id == from_guardian_id).values(guardian_id=to_guardian_id)
    )


def end_ties(connection: Connection, guardianship_ids: Iterable[str], *, valid_until: date) -> None:
    """Set the last day of guardianships that are open or end later."""
    connection.execute(
        update(guardianships)
        .where(
            guardianships.c.guardianship_id.in_(list(guardianship_ids)),
            or_(guardianships.c.valid_until.is_(None), guardianships.c.valid_until > valid_until),
        )
        .values(valid_until=valid_until)
    )


def bar_ties(
    connection: Connection, *, pupil_id: str, guardian_id: str, reason: str, decision_reference: str, now: datetime
) -> int:
    """Bar every guardianship between two people, never a pupil's own; an earlier bar keeps its moment and reason."""
    return connection.execute(
        update(guardianships)
        .where(
            guardianships.c.pupil_id == pupil_id,
            guardianships.c.guardian_id == guardian_id,
            guardianships.c.relation != OWN_RELATION,
        )
        .values(
            barred_at=func.coalesce(guardianships.c.barred_at, literal(now, Moment())),
            barred_reason=func.coalesce(guardianships.c.barred_reason, reason),
            decision_reference=func.coalesce(guardianships.c.decision_reference, decision_reference),
        )
    ).rowcount


_TODAY_COLUMNS = ("school_code", "school_name", "pupil_code", "class_group", "pending_until", "pending_reason")
_CHILD_COLUMNS = tuple(pupils.c[field] for field in Child.__struct_fields__)
_NOT_OF_A_TIE = {"pupil_id", "awaits_confirmation"}
_TIE_COLUMNS = tuple(guardianships.c[field] for field in Guardianship.__struct_fields__ if field not in _NOT_OF_A_TIE)
_TIES_TO_CARD = (
    select(*_CHILD_COLUMNS, *_TIE_COLUMNS, AWAITS_CONFIRMATION)
    .join_from(card_links, pupils, card_links.c.pupil_id == pupils.c.pupil_id)
    .join(guardianships, guardianships.c.pupil_id == pupils.c.pupil_id)
    .where(card_links.c.record_id == bindparam("record_id"), guardianships.c.guardian_id == bindparam("guardian_id"))
)
"""Built once: building it costs as much as running it, and every look at a card runs it."""


def _child(row: RowMapping) -> Child:
    return Child(**{field: row[field] for field in Child.__struct_fields__})


def _guardianship(row: RowMapping) -> Guardianship:
    return Guardianship(**{field: row[field] for field in Guardianship.__struct_fields__ if field in row})
