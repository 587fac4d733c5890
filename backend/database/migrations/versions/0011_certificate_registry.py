"""The certificate registry: what schools registered and what was decided; a change of an approval is a change."""

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STANDING = "state IN ('registered', 'approved')"


def upgrade() -> None:
    op.add_column("school_certificates", sa.Column("changes", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "certificate_registrations",
        sa.Column("registration_id", sa.String(36), nullable=False),
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("issuer_kind", sa.String(20), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("certificate", sa.LargeBinary, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("serial", sa.String(64), nullable=False),
        sa.Column("valid_from", Moment, nullable=False),
        sa.Column("valid_until", Moment, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("approved_from", Moment),
        sa.Column("approved_until", Moment),
        sa.PrimaryKeyConstraint("registration_id", name="pk_certificate_registrations"),
        sa.ForeignKeyConstraint(
            ["school_code"], ["schools.code"], name="fk_certificate_registrations_school_code"
        ),
        sa.CheckConstraint("role IN ('school', 'manager')", name="ck_certificate_registrations_role"),
        sa.CheckConstraint(
            "issuer_kind IN ('REMOTE_SIGNING', 'USB_TOKEN')", name="ck_certificate_registrations_issuer_kind"
        ),
        sa.CheckConstraint(
            "state IN ('registered', 'approved', 'refused', 'ended', 'withdrawn')",
            name="ck_certificate_registrations_state",
        ),
        sa.CheckConstraint(
            "(state IN ('registered', 'refused')) = (approved_from IS NULL)",
            name="ck_certificate_registrations_approved_whole",
        ),
    )
    op.create_index("ix_certificate_registrations_school_code", "certificate_registrations", ["school_code"])
    op.create_index(
        "ux_certificate_registrations_standing",
        "certificate_registrations",
        ["fingerprint"],
        unique=True,
        sqlite_where=sa.text(STANDING),
        postgresql_where=sa.text(STANDING),
    )
    op.create_table(
        "certificate_events",
        sa.Column("registration_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decided_at", Moment, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("effective_from", Moment),
        sa.Column("effective_until", Moment),
        sa.PrimaryKeyConstraint("registration_id", "number", name="pk_certificate_events"),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["certificate_registrations.registration_id"],
            name="fk_certificate_events_registration_id",
        ),
    )
