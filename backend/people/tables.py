"""Pupils, guardians, the ties between them, and which card is whose."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, String, Table

from backend.database.metadata import metadata
from backend.database.moment import Moment

ID_CHARACTERS = 36
"""A UUID as text, the same on both engines."""

pupils = Table(
    "pupils",
    metadata,
    Column("pupil_id", String(ID_CHARACTERS), primary_key=True),
    Column("personal_code", String(12), unique=True),
    Column("alternative_id_type", String(20)),
    Column("alternative_id", String(40)),
    Column("name", String(200), nullable=False),
    Column("date_of_birth", Date, nullable=False),
    Column("school_code", String(20), nullable=False),
    Column("school_name", String(300), nullable=False),
    Column("pupil_code", String(40), nullable=False),
    Column("class_group", String(40), nullable=False),
    Column("pending_until", Date),
    Column("pending_reason", String(60)),
    Column("registered_at", Moment(), nullable=False),
    CheckConstraint("(pending_until IS NULL) = (pending_reason IS NULL)", name="pending_whole"),
    CheckConstraint("(alternative_id IS NULL) = (alternative_id_type IS NULL)", name="alternative_id_whole"),
)
"""One row a pupil, with the school and class of today."""

school_places = Table(
    "school_places",
    metadata,
    Column("school_code", String(20), primary_key=True),
    Column("pupil_code", String(40), primary_key=True),
    Column("pupil_id", ForeignKey("pupils.pupil_id"), nullable=False, index=True),
)
"""Every school's own code that a pupil has or had: a card of the old school still finds its pupil."""

guardians = Table(
    "guardians",
    metadata,
    Column("guardian_id", String(ID_CHARACTERS), primary_key=True),
    Column("personal_code", String(12), unique=True),
    Column("name", String(200), nullable=False),
    Column("registered_at", Moment(), nullable=False),
)
"""Parents and others who act for pupils; one row a person."""

guardianships = Table(
    "guardianships",
    metadata,
    Column("guardianship_id", String(ID_CHARACTERS), primary_key=True),
    Column("pupil_id", ForeignKey("pupils.pupil_id"), nullable=False),
    Column("guardian_id", ForeignKey("guardians.guardian_id"), nullable=False, index=True),
    Column("relation", String(20), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("barred_at", Moment()),
    Column("barred_reason", String(60)),
    Column("decision_reference", String(100)),
    Column("pupil_consent_at", Moment()),
    CheckConstraint("(barred_at IS NULL) = (barred_reason IS NULL)", name="barred_whole"),
    Index(None, "pupil_id", "guardian_id"),
)
"""Stretches of time in which a guardian acts for a pupil. Rows are ended or barred, never deleted."""

card_links = Table(
    "card_links",
    metadata,
    Column("record_id", String(ID_CHARACTERS), primary_key=True),
    Column("pupil_id", ForeignKey("pupils.pupil_id"), index=True),
    Column("linked_by", String(20)),
    Column("conflict", Boolean, nullable=False),
    Column("personal_code", String(12), index=True),
    Column("school_code", String(20), nullable=False),
    Column("pupil_code", String(40), nullable=False),
    Column("date_of_birth", Date, nullable=False),
    Column("linked_at", Moment()),
    CheckConstraint("(pupil_id IS NULL) = (linked_by IS NULL)", name="linked_whole"),
    Index(None, "school_code", "pupil_code"),
)
"""Whose card a record is. A card whose pupil is not known yet waits here with what can identify the pupil."""

identity_changes = Table(
    "identity_changes",
    metadata,
    Column("change_id", String(ID_CHARACTERS), primary_key=True),
    Column("pupil_id", ForeignKey("pupils.pupil_id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("merged_pupil_id", String(ID_CHARACTERS)),
    Column("evidence", String(500), nullable=False),
    Column("changed_by", String(500), nullable=False),
    Column("changed_at", Moment(), nullable=False),
    CheckConstraint("kind IN ('code_given', 'merged', 'civil_status')", name="kind"),
    CheckConstraint("(kind = 'merged') = (merged_pupil_id IS NOT NULL)", name="merged"),
)
"""Who changed what identifies a pupil, and by which paper: a code given, two rows made one, a civil-status decision."""
