"""Notices of parents' accounts."""

from sqlalchemy import Column, ForeignKey, String, Table

from backend.database.metadata import metadata
from backend.database.moment import Moment
from backend.people.tables import ID_CHARACTERS

notices = Table(
    "account_notices",
    metadata,
    Column("notice_id", String(ID_CHARACTERS), primary_key=True),
    Column("guardian_id", ForeignKey("guardians.guardian_id"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("name", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("seen_at", Moment),
)
"""To whom something is said, what, and the name that it is about: a guardian's, a child's or a passkey's."""
