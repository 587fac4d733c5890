"""Who opened a pupil's own account, and each consent that a pupil of age gave or took back."""

from sqlalchemy import Boolean, Column, ForeignKey, String, Table

from backend.database.metadata import metadata
from backend.database.moment import Moment
from backend.people.tables import ID_CHARACTERS

own_accounts = Table(
    "own_accounts",
    metadata,
    Column("guardianship_id", ForeignKey("guardianships.guardianship_id"), primary_key=True),
    Column("evidence", String(500), nullable=False),
    Column("opened_by", String(500), nullable=False),
    Column("opened_at", Moment(), nullable=False),
)
"""By which paper a pupil was tied to themselves, and by whom."""

consent_changes = Table(
    "consent_changes",
    metadata,
    Column("change_id", String(ID_CHARACTERS), primary_key=True),
    Column("pupil_id", ForeignKey("pupils.pupil_id"), nullable=False, index=True),
    Column("guardian_id", ForeignKey("guardians.guardian_id"), nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("changed_at", Moment(), nullable=False),
)
"""The history; what holds now stands in ``guardianships.pupil_consent_at``."""
