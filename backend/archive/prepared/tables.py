"""Prepared cards: one of a pupil, school and school year. With the school's signature a row of ``cards`` begins."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from backend.archive import tables as archive_tables
from backend.database.metadata import metadata
from backend.database.moment import Moment

prepared_cards = Table(
    "prepared_cards",
    metadata,
    Column("record_id", String(36), primary_key=True),  # of the card to come
    Column("school_code", ForeignKey(archive_tables.schools.c.code), nullable=False),
    Column("pupil_code", String(40), nullable=False),
    Column("school_year", String(9), nullable=False),
    Column("personal_code", String(12)),
    Column("name", Text),
    Column("date_of_birth", Date),
    Column("grade", Integer, nullable=False),
    Column("class_group", Text, nullable=False),
    Column("state", String(25), nullable=False),
    Column("missing", String(200), nullable=False),  # codes of ``Missing``, by spaces
    Column("waits_until", Date),  # last day, in Vietnam
    # Here and not in the object store: it changes until it is signed, and what was mended must not stay behind.
    Column("xml", LargeBinary),
    Column("prepared_by", Text, nullable=False),
    Column("prepared_at", Moment, nullable=False),
    UniqueConstraint("school_code", "pupil_code", "school_year"),
    Index("ix_prepared_cards_personal_code", "personal_code"),
    CheckConstraint("state IN ('pending_supplementary', 'draft', 'teacher_signed', 'manager_signed')", name="state"),
    CheckConstraint(
        "(state = 'pending_supplementary') = (waits_until IS NOT NULL)"
        " AND (state = 'pending_supplementary') = (missing <> '')",
        name="waiting_whole",
    ),
    CheckConstraint("(xml IS NULL) = (name IS NULL) AND (xml IS NULL) = (date_of_birth IS NULL)", name="content_whole"),
    CheckConstraint("state IN ('pending_supplementary', 'draft') OR xml IS NOT NULL", name="signed_has_content"),
)
