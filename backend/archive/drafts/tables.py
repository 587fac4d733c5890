"""Drafts of cards, one of a pupil, school and school year; with the school's signature a row of ``cards`` begins."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from backend.archive import tables as archive_tables
from backend.database.metadata import metadata
from backend.database.moment import Moment

drafts = Table(
    "drafts",
    metadata,
    Column("record_id", String(36), primary_key=True),  # of the card to come
    Column("school_code", ForeignKey(archive_tables.schools.c.code), nullable=False),
    Column("pupil_code", String(40), nullable=False),
    Column("personal_code", String(12)),
    Column("name", Text, nullable=False),
    Column("date_of_birth", Date, nullable=False),
    Column("school_year", String(9), nullable=False),
    Column("grade", Integer, nullable=False),
    Column("class_group", Text, nullable=False),
    Column("level", String(20), nullable=False),
    Column("missing", String(200), nullable=False),  # what has to come before anybody signs, by spaces
    # Here and not in the object store: a draft changes, and what a school has mended must not stay behind.
    Column("xml", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("signed_state", String(20)),  # teacher_signed or manager_signed, once somebody here has signed the XML
    UniqueConstraint("school_code", "pupil_code", "school_year"),
    Index("ix_drafts_personal_code", "personal_code"),
)
