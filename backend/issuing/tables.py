"""Cards that could not be issued, and why. Cards that wait are the archive's ``manager_signed`` without a row here."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from backend.archive import tables as archive_tables
from backend.database.metadata import metadata
from backend.database.moment import Moment

issuing_failures = Table(
    "issuing_failures",
    metadata,
    Column("record_id", ForeignKey(archive_tables.cards.c.record_id), primary_key=True),
    Column("code", String(60), nullable=False),
    Column("details", Text, nullable=False),  # JSON, never personal data
    Column("attempts", Integer, nullable=False),
    Column("failed_at", Moment, nullable=False),
)
