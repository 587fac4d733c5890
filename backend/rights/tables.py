"""Requests of parents and of pupils of age."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Table, Text

from backend.database.metadata import metadata
from backend.database.moment import Moment
from backend.people.tables import ID_CHARACTERS

requests = Table(
    "requests",
    metadata,
    Column("request_id", String(ID_CHARACTERS), primary_key=True),
    Column("guardian_id", ForeignKey("guardians.guardian_id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("pupil_id", ForeignKey("pupils.pupil_id"), index=True),
    Column("record_id", String(ID_CHARACTERS)),
    Column("school_code", String(20)),
    Column("field", String(60)),
    Column("text", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("created_at", Moment(), nullable=False),
    Column("acknowledge_by", Date, nullable=False),
    Column("answer_by", Date, nullable=False),
    Column("acknowledged_by", String(500)),
    Column("acknowledged_at", Moment()),
    Column("answer", Text),
    Column("answered_by", String(500)),
    Column("answered_at", Moment()),
    CheckConstraint(
        "kind IN ('correction', 'copy', 'withdraw_consent', 'restrict', 'object', 'delete_account')", name="kind"
    ),
    CheckConstraint("state IN ('received', 'acknowledged', 'answered', 'refused', 'withdrawn')", name="state"),
    CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="acknowledged_whole"),
    CheckConstraint("(state IN ('answered', 'refused')) = (answer IS NOT NULL)", name="answered"),
    CheckConstraint(
        "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)", name="answered_whole"
    ),
    CheckConstraint("(record_id IS NULL) OR (pupil_id IS NOT NULL)", name="record_of_pupil"),
    CheckConstraint("(school_code IS NULL) = (pupil_id IS NULL)", name="school_of_pupil"),
    Index(None, "school_code", "state"),
)
"""Never deleted: they show that somebody asked and was answered. Without a school the department answers."""
