"""Pages of issued cards. A row may be deleted: it is made anew from the signed XML."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table

from backend.archive.tables import cards
from backend.database.metadata import metadata

card_pages = Table(
    "card_pages",
    metadata,
    Column("record_id", ForeignKey(cards.c.record_id), primary_key=True),
    Column("shape", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
