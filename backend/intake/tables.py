"""Tables of the intake: tokens of the schools' systems, batches and receipts."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from backend.archive import tables as archive_tables
from backend.database.metadata import metadata
from backend.database.moment import Moment

system_tokens = Table(
    "system_tokens",
    metadata,
    Column("token_id", Integer, primary_key=True),
    Column("school_code", ForeignKey(archive_tables.schools.c.code), nullable=False),
    Column("system", Text, nullable=False),  # which software holds it
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

batches = Table(
    "batches",
    metadata,
    Column("batch_id", String(36), primary_key=True),
    Column("content_sha256", String(64), nullable=False),  # of the XML, after unpacking
    Column("kind", String(11), nullable=False),
    Column("school_code", ForeignKey(archive_tables.schools.c.code)),  # whose system sent it; NULL: an operator
    Column("received_at", Moment, nullable=False),
    CheckConstraint("kind IN ('transaction', 'list', 'card')", name="kind"),
    Index("ix_batches_content_sha256", "content_sha256"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("batch_id", ForeignKey("batches.batch_id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),  # from 1, in the order of the list
    Column("record_id", String(36)),  # as claimed by a refused card; NULL where it could not be read
    Column("outcome", String(16), nullable=False),
    Column("code", String(60), nullable=False),
    Column("field", String(80)),
    Column("details", Text, nullable=False),  # JSON: what the sentence needs, never personal data
    Column(
        "warnings", Text, nullable=False, server_default=text("'[]'")
    ),  # JSON: where the card differs from the rules
    CheckConstraint("outcome IN ('accepted', 'already_received', 'refused')", name="outcome"),
)
