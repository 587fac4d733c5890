"""What waits for a school's confirmation, and what became of it."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text

from backend.database.metadata import metadata
from backend.database.moment import Moment
from backend.people.tables import ID_CHARACTERS

confirmations = Table(
    "enrolment_confirmations",
    metadata,
    Column("enrolment_id", String(ID_CHARACTERS), primary_key=True),
    Column("guardian_id", ForeignKey("guardians.guardian_id"), nullable=False, index=True),
    Column("account_id", ForeignKey("guardians.guardian_id")),
    Column("reason", String(30), nullable=False),
    Column("claimed_personal_code", String(12), index=True),
    Column("opened_at", Moment, nullable=False),
    Column("decided_at", Moment, index=True),
    Column("decision", String(10)),
    Column("decided_by", Text),
    CheckConstraint(
        "reason IN ('personal_code_unknown', 'other_guardian_barred', 're_enrolment', 'another_child',"
        " 'personal_code_change')",
        name="reason",
    ),
    CheckConstraint("decision IN ('confirmed', 'refused', 'replaced')", name="decision"),
    CheckConstraint(
        "(decided_at IS NULL) = (decision IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
        name="decided_whole",
    ),
    CheckConstraint("(reason = 'another_child') = (account_id IS NOT NULL)", name="account"),
    CheckConstraint("decided_at IS NULL OR claimed_personal_code IS NULL", name="claim_forgotten"),
)
"""``guardian_id`` is whom the letter was written to; ``account_id`` whose account asks for that guardian's pupils. A
claimed personal code is kept no longer than the question: once decided it is the guardian's, or nobody's here."""
