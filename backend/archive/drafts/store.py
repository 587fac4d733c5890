"""The drafts' SQL. Every function works inside the caller's transaction."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct, structs
from sqlalchemy import Connection, delete, insert, select, update

from backend.archive.drafts.tables import drafts
from backend.archive.rules import WITHDRAWN
from backend.archive.tables import cards, schools


class Draft(Struct, frozen=True):
    """A draft's row but for its time. Code, name and XML are personal data: not for logs or URLs."""

    record_id: str
    school_code: str
    pupil_code: str
    personal_code: str | None
    name: str
    date_of_birth: date
    school_year: str
    grade: int
    class_group: str
    level: str
    missing: str
    """What has to come before anybody signs, by spaces."""
    xml: bytes
    """As ``write_unsigned_card`` writes it."""


def has_school(connection: Connection, school_code: str) -> bool:
    """Whether the department knows the school."""
    return connection.execute(select(schools.c.code).where(schools.c.code == school_code)).one_or_none() is not None


def read_draft_ids(connection: Connection, *, school_code: str, school_year: str) -> Mapping[str, str]:
    """Record ids of a school's drafts of that year, by pupil code."""
    statement = select(drafts.c.pupil_code, drafts.c.record_id).where(
        drafts.c.school_code == school_code, drafts.c.school_year == school_year
    )
    return {row.pupil_code: row.record_id for row in connection.execute(statement)}


def read_signed_pupils(connection: Connection, *, school_code: str, school_year: str) -> frozenset[str]:
    """Pupil codes of which the archive has a signed card of that year that is not withdrawn."""
    statement = select(cards.c.pupil_code).where(
        cards.c.school_code == school_code,
        cards.c.school_year == school_year,
        cards.c.state.not_in([state.value for state in WITHDRAWN]),
    )
    return frozenset(connection.scalars(statement))


def replace_draft(connection: Connection, draft: Draft, *, now: datetime) -> None:
    """Write a draft; one with the same record id takes the new content, and signatures over the old one fall away."""
    row = {**structs.asdict(draft), "made_at": now, "signed_state": None}
    changed = connection.execute(update(drafts).where(drafts.c.record_id == draft.record_id).values(row))
    if changed.rowcount == 0:
        connection.execute(insert(drafts).values(row))


def read_drafts(connection: Connection, *, school_code: str, school_year: str) -> tuple[Draft, ...]:
    """A school's drafts of that year, by class."""
    columns = [drafts.c[field] for field in Draft.__struct_fields__]
    statement = (
        select(*columns)
        .where(drafts.c.school_code == school_code, drafts.c.school_year == school_year)
        .order_by(drafts.c.class_group, drafts.c.pupil_code)
    )
    return tuple(Draft(**row) for row in connection.execute(statement).mappings())


def delete_draft(connection: Connection, *, school_code: str, pupil_code: str, school_year: str) -> None:
    """Forget the pupil's draft of this school and year: the school's signed card has come."""
    connection.execute(
        delete(drafts).where(
            drafts.c.school_code == school_code,
            drafts.c.pupil_code == pupil_code,
            drafts.c.school_year == school_year,
        )
    )
