"""Certificates that schools registered, and everything that was decided about them. Rows are never deleted."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from backend.database.metadata import metadata
from backend.database.moment import Moment

# What the department approved is published from ``school_certificates`` (archive); here is how it came to that.
certificate_registrations = Table(
    "certificate_registrations",
    metadata,
    Column("registration_id", String(36), primary_key=True),
    Column("school_code", ForeignKey("schools.code"), nullable=False, index=True),
    Column("role", String(10), nullable=False),
    Column("issuer_kind", String(20), nullable=False),
    Column("fingerprint", String(64), nullable=False),  # SHA-256 of the DER, hexadecimal
    Column("certificate", LargeBinary, nullable=False),  # DER
    Column("subject", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("serial", String(64), nullable=False),  # hexadecimal
    Column("valid_from", Moment, nullable=False),
    Column("valid_until", Moment, nullable=False),
    Column("state", String(12), nullable=False),
    Column("approved_from", Moment),
    Column("approved_until", Moment),
    CheckConstraint("role IN ('school', 'manager')", name="role"),
    CheckConstraint("issuer_kind IN ('REMOTE_SIGNING', 'USB_TOKEN')", name="issuer_kind"),
    CheckConstraint("state IN ('registered', 'approved', 'refused', 'ended', 'withdrawn')", name="state"),
    CheckConstraint("(state IN ('registered', 'refused')) = (approved_from IS NULL)", name="approved_whole"),
    Index(
        "ux_certificate_registrations_standing",
        "fingerprint",
        unique=True,
        sqlite_where=text("state IN ('registered', 'approved')"),
        postgresql_where=text("state IN ('registered', 'approved')"),
    ),
)

certificate_events = Table(
    "certificate_events",
    metadata,
    Column("registration_id", ForeignKey("certificate_registrations.registration_id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # 1, 2, … of its registration
    Column("state", String(12), nullable=False),  # which it was in from then on
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("reason", Text),
    Column("effective_from", Moment),
    Column("effective_until", Moment),
)
