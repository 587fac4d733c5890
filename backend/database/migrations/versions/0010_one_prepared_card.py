"""Workbooks' drafts and announced cards become one table of prepared cards, with content or without."""

from datetime import date
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PLACE = ("school_code", "pupil_code", "school_year")



def upgrade() -> None:
    connection = op.get_bind()
    announced = {_place(row): dict(row) for row in _rows(connection, "prepared_cards") if row["record_id"] is None}
    drafts = {_place(row): dict(row) for row in _rows(connection, "drafts")}
    op.drop_table("prepared_cards")
    op.drop_table("drafts")
    table = op.create_table(
        "prepared_cards",
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("pupil_code", sa.String(40), nullable=False),
        sa.Column("school_year", sa.String(9), nullable=False),
        sa.Column("personal_code", sa.String(12)),
        sa.Column("name", sa.Text),
        sa.Column("date_of_birth", sa.Date),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("class_group", sa.Text, nullable=False),
        sa.Column("state", sa.String(25), nullable=False),
        sa.Column("missing", sa.String(200), nullable=False),
        sa.Column("waits_until", sa.Date),
        sa.Column("xml", sa.LargeBinary),
        sa.Column("prepared_by", sa.Text, nullable=False),
        sa.Column("prepared_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_prepared_cards"),
        sa.ForeignKeyConstraint(["school_code"], ["schools.code"], name="fk_prepared_cards_school_code"),
        sa.UniqueConstraint(*PLACE, name="uq_prepared_cards_school_code_pupil_code_school_year"),
        sa.CheckConstraint(
            "state IN ('pending_supplementary', 'draft', 'teacher_signed', 'manager_signed')",
            name="ck_prepared_cards_state",
        ),
        sa.CheckConstraint(
            "(state = 'pending_supplementary') = (waits_until IS NOT NULL)"
            " AND (state = 'pending_supplementary') = (missing <> '')",
            name="ck_prepared_cards_waiting_whole",
        ),
        sa.CheckConstraint(
            "(xml IS NULL) = (name IS NULL) AND (xml IS NULL) = (date_of_birth IS NULL)",
            name="ck_prepared_cards_content_whole",
        ),
        sa.CheckConstraint(
            "state IN ('pending_supplementary', 'draft') OR xml IS NOT NULL",
            name="ck_prepared_cards_signed_has_content",
        ),
    )
    op.create_index("ix_prepared_cards_personal_code", "prepared_cards", ["personal_code"])
    places = announced.keys() | drafts.keys()
    rows = [_merged(announced.get(place), drafts.get(place)) for place in sorted(places)]
    if rows:
        op.bulk_insert(table, rows)


def _rows(connection: sa.Connection, table: str) -> list[Any]:
    known = sa.Table(table, sa.MetaData(), autoload_with=connection)
    for name in ("made_at", "prepared_at"):
        if name in known.c:
            known.c[name].type = Moment()
    return list(connection.execute(sa.select(known)).mappings())


def _place(row: Any) -> tuple[str, ...]:
    return tuple(row[name] for name in PLACE)


def _merged(announced: dict[str, Any] | None, draft: dict[str, Any] | None) -> dict[str, Any]:
    """What was announced says what is missing; the draft has the content, and may be signed by its teacher already."""
    newest = announced or draft or {}
    codes = set("" if announced is None else announced["missing"].split())
    codes |= set() if draft is None else set(draft["missing"].split())
    signed = None if draft is None else draft["signed_state"]
    row = {name: newest[name] for name in (*PLACE, "grade", "class_group")}
    row |= {name: None for name in ("personal_code", "name", "date_of_birth", "xml")}
    if draft is not None:
        row |= {name: draft[name] for name in ("personal_code", "name", "date_of_birth", "xml")}
    missing = " ".join(sorted(codes)) if signed is None else ""
    until = None if announced is None else announced["waits_until"]
    return row | {
        "record_id": str(uuid4()) if draft is None else draft["record_id"],
        "state": signed or ("pending_supplementary" if missing else "draft"),
        "missing": missing,
        "waits_until": (until or _first_lock(row["school_year"])) if missing else None,
        "prepared_by": "workbook" if announced is None else announced["prepared_by"],
        "prepared_at": draft["made_at"] if draft is not None else announced["prepared_at"] if announced else None,
    }


def _first_lock(school_year: str) -> date:
    """30 June (1789, article 21): a workbook's draft only ever lacked the personal code."""
    return date(int(school_year[5:]), 6, 30)
