"""Tables of the archive. Rows of cards and withdrawals are never deleted: a record id is never used twice."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from backend.database.metadata import metadata
from backend.database.moment import Moment

schools = Table(
    "schools",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
)

# A certificate that the department approved for a school (2088, part III.1); approvals end, rows stay.
school_certificates = Table(
    "school_certificates",
    metadata,
    Column("certificate_id", Integer, primary_key=True),
    Column("school_code", ForeignKey("schools.code"), nullable=False),
    Column("role", String(10), nullable=False),  # "school" (KY_PHAT_HANH, transactions) or "manager" (CBQL)
    Column("fingerprint", String(64), nullable=False),  # SHA-256 of the DER, hexadecimal
    Column("certificate", LargeBinary, nullable=False),  # DER
    Column("approved_from", Moment, nullable=False),
    Column("approved_until", Moment),
    Column("approved_by", Text, nullable=False),
    Column("changes", Integer, nullable=False, server_default="0"),  # how often its end was set
    CheckConstraint("role IN ('school', 'manager')", name="role"),
    UniqueConstraint("school_code", "fingerprint", "role", "approved_from", name="uq_school_certificates_approval"),
)

cards = Table(
    "cards",
    metadata,
    Column("record_id", String(36), primary_key=True),  # UUID version 4 in lower case
    Column("state", String(20), nullable=False),
    Column("school_code", ForeignKey("schools.code"), nullable=False),
    Column("pupil_code", String(40), nullable=False),
    Column("personal_code", String(12)),
    Column("name", Text, nullable=False),
    Column("date_of_birth", Date, nullable=False),
    Column("school_year", String(9), nullable=False),
    Column("grade", Integer, nullable=False),
    Column("class_group", Text, nullable=False),
    Column("level", String(20), nullable=False),
    Column("version", Integer, nullable=False),  # 1, 2, … of the pupil's cards of this school and year
    Column("replaces", ForeignKey("cards.record_id")),  # the link is never public
    Column("xml_sha256", String(64), nullable=False),
    Column("xml_object", Text, nullable=False),
    Column("pdf_sha256", String(64)),
    Column("pdf_object", Text),
    Column("received_at", Moment, nullable=False),
    Column("issued_at", Moment),
    CheckConstraint(
        "state IN ('draft', 'teacher_signed', 'manager_signed', 'issued', 'superseded', 'revoked')", name="state"
    ),
    CheckConstraint(
        "state NOT IN ('issued', 'superseded', 'revoked')"
        " OR (issued_at IS NOT NULL AND pdf_sha256 IS NOT NULL AND pdf_object IS NOT NULL)",
        name="issued_has_pdf",
    ),
    UniqueConstraint("school_code", "pupil_code", "school_year", "version"),
    # One card issued and in force per pupil, school and year, and one on its way beside it: an approved replacement.
    # A pupil who changed schools in the year has one of each school.
    Index(
        "ux_cards_issued",
        "school_code",
        "pupil_code",
        "school_year",
        unique=True,
        sqlite_where=text("state = 'issued'"),
        postgresql_where=text("state = 'issued'"),
    ),
    Index(
        "ux_cards_on_their_way",
        "school_code",
        "pupil_code",
        "school_year",
        unique=True,
        sqlite_where=text("state IN ('draft', 'teacher_signed', 'manager_signed')"),
        postgresql_where=text("state IN ('draft', 'teacher_signed', 'manager_signed')"),
    ),
    Index("ix_cards_replaces", "replaces"),
    Index("ix_cards_personal_code", "personal_code"),
    Index("ix_cards_state", "state", "record_id"),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("record_id", ForeignKey("cards.record_id"), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("withdrawn_at", Moment, nullable=False),
    CheckConstraint("kind IN ('revoked', 'superseded')", name="kind"),
)

# Who asked for a card's recall and who decided, with their reasons (2088, II.2.7). Decided rows never change.
recalls = Table(
    "recalls",
    metadata,
    Column("recall_id", String(36), primary_key=True),
    Column("record_id", ForeignKey("cards.record_id"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("replaced_by", String(36)),  # record id of the card to come; it is not here yet. Never public
    Column("reason", Text, nullable=False),
    Column("decision_reference", Text),  # number and date of a civil-status decision
    Column("requested_by", Text, nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided_as", String(10)),  # "school" or "department"
    Column("decided_by", Text),
    Column("decided_at", Moment),
    Column("decision_reason", Text),
    CheckConstraint("kind IN ('revoked', 'superseded')", name="kind"),
    CheckConstraint("state IN ('pending', 'agreed', 'refused')", name="state"),
    CheckConstraint("decided_as IN ('school', 'department')", name="decided_as"),
    CheckConstraint(
        "(state = 'pending') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)"
        " AND (decided_at IS NULL) = (decided_as IS NULL)",
        name="decided_whole",
    ),
    CheckConstraint("replaced_by IS NULL OR kind = 'superseded'", name="replaced_by"),
    # After a refusal one may ask again; beside a pending or agreed one there is nothing to ask.
    Index(
        "ux_recalls_standing",
        "record_id",
        unique=True,
        sqlite_where=text("state <> 'refused'"),
        postgresql_where=text("state <> 'refused'"),
    ),
    Index(
        "ux_recalls_replaced_by",
        "replaced_by",
        unique=True,
        sqlite_where=text("state <> 'refused'"),
        postgresql_where=text("state <> 'refused'"),
    ),
)

# The civil-status decision that a recall follows, attached once (1789, article 21.7); its bytes are an object.
decision_documents = Table(
    "decision_documents",
    metadata,
    Column("recall_id", ForeignKey("recalls.recall_id"), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("object_name", Text, nullable=False),
    Column("media_type", String(20), nullable=False),
    Column("attached_by", Text, nullable=False),
    Column("attached_at", Moment, nullable=False),
)

# Signed lists as they are served. The newest of each name is never deleted, so its sequence can only grow.
signed_lists = Table(
    "signed_lists",
    metadata,
    Column("name", String(40), primary_key=True),  # "trust-list", "school-registry", "status-list/2025-2026"
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),  # COSE_Sign1
    Column("facts", Integer, nullable=False),  # how many facts went into it: equal means up to date
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
