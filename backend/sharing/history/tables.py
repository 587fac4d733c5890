"""Looks at pupils' cards, and reports of looks."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table

from backend.database.metadata import metadata
from backend.database.moment import Moment
from backend.people.tables import ID_CHARACTERS

looks = Table(
    "looks",
    metadata,
    Column("look_id", String(ID_CHARACTERS), primary_key=True),
    Column("looked_at", Moment(), nullable=False),
    Column("pupil_id", ForeignKey("pupils.pupil_id"), nullable=False),
    Column("record_id", String(ID_CHARACTERS)),
    Column("what", String(10), nullable=False),
    Column("looker", String(20), nullable=False),
    Column("looker_id", String(ID_CHARACTERS), nullable=False),
    Column("name", String(200)),
    Column("organisation", String(300)),
    Column("role", String(40)),
    CheckConstraint("looker IN ('guardian', 'staff', 'school_system', 'share')", name="looker"),
    CheckConstraint("what IN ('list', 'card', 'pdf', 'xml')", name="what"),
    Index(None, "pupil_id", "looked_at", "look_id"),
)
"""One row for everybody who looked at something within some minutes; never changed, never deleted. ``looker_id`` is the
guardian, the member of staff, the code of the system's school, or the link."""

look_reports = Table(
    "look_reports",
    metadata,
    Column("look_id", ForeignKey("looks.look_id"), primary_key=True),
    Column("guardian_id", ForeignKey("guardians.guardian_id"), primary_key=True),
    Column("text", String(1000), nullable=False),
    Column("reported_at", Moment(), nullable=False, index=True),
)
"""A guardian finds that somebody should not have looked; goes to the pupil's school."""
