"""Schools, cards, withdrawals, signed lists, batches and receipts."""

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

IN_FORCE = "state NOT IN ('superseded', 'revoked')"


def upgrade() -> None:
    op.create_table(
        "schools",
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_schools"),
    )
    op.create_table(
        "school_certificates",
        sa.Column("certificate_id", sa.Integer, nullable=False),
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("certificate", sa.LargeBinary, nullable=False),
        sa.Column("approved_from", Moment, nullable=False),
        sa.Column("approved_until", Moment),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("certificate_id", name="pk_school_certificates"),
        sa.ForeignKeyConstraint(["school_code"], ["schools.code"], name="fk_school_certificates_school_code"),
        sa.CheckConstraint("role IN ('school', 'manager')", name="ck_school_certificates_role"),
        sa.UniqueConstraint(
            "school_code",
            "fingerprint",
            "role",
            "approved_from",
            name="uq_school_certificates_approval",
        ),
    )
    op.create_table(
        "cards",
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("pupil_code", sa.String(40), nullable=False),
        sa.Column("personal_code", sa.String(12)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("date_of_birth", sa.Date, nullable=False),
        sa.Column("school_year", sa.String(9), nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("class_group", sa.Text, nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("replaces", sa.String(36)),
        sa.Column("xml_sha256", sa.String(64), nullable=False),
        sa.Column("xml_object", sa.Text, nullable=False),
        sa.Column("pdf_sha256", sa.String(64)),
        sa.Column("pdf_object", sa.Text),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("issued_at", Moment),
        sa.PrimaryKeyConstraint("record_id", name="pk_cards"),
        sa.ForeignKeyConstraint(["school_code"], ["schools.code"], name="fk_cards_school_code"),
        sa.ForeignKeyConstraint(["replaces"], ["cards.record_id"], name="fk_cards_replaces"),
        sa.CheckConstraint(
            "state IN ('draft', 'teacher_signed', 'manager_signed', 'issued', 'superseded', 'revoked')",
            name="ck_cards_state",
        ),
        sa.CheckConstraint(
            "state NOT IN ('issued', 'superseded', 'revoked')"
            " OR (issued_at IS NOT NULL AND pdf_sha256 IS NOT NULL AND pdf_object IS NOT NULL)",
            name="ck_cards_issued_has_pdf",
        ),
        sa.UniqueConstraint(
            "school_code", "pupil_code", "school_year", "version", name="uq_cards_school_code_pupil_code_school_year_version"
        ),
    )
    op.create_index(
        "ux_cards_in_force",
        "cards",
        ["school_code", "pupil_code", "school_year"],
        unique=True,
        sqlite_where=sa.text(IN_FORCE),
        postgresql_where=sa.text(IN_FORCE),
    )
    op.create_index("ix_cards_personal_code", "cards", ["personal_code"])
    op.create_index("ix_cards_state", "cards", ["state", "record_id"])
    op.create_table(
        "withdrawals",
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.Column("withdrawn_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_withdrawals"),
        sa.ForeignKeyConstraint(["record_id"], ["cards.record_id"], name="fk_withdrawals_record_id"),
        sa.CheckConstraint("kind IN ('revoked', 'superseded')", name="ck_withdrawals_kind"),
    )
    op.create_table(
        "signed_lists",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("facts", sa.Integer, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", "sequence", name="pk_signed_lists"),
    )
    op.create_table(
        "system_tokens",
        sa.Column("token_id", sa.Integer, nullable=False),
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.PrimaryKeyConstraint("token_id", name="pk_system_tokens"),
        sa.ForeignKeyConstraint(["school_code"], ["schools.code"], name="fk_system_tokens_school_code"),
        sa.UniqueConstraint("token_sha256", name="uq_system_tokens_token_sha256"),
    )
    op.create_table(
        "batches",
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(11), nullable=False),
        sa.Column("school_code", sa.String(20)),
        sa.Column("received_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batches"),
        sa.ForeignKeyConstraint(["school_code"], ["schools.code"], name="fk_batches_school_code"),
        sa.CheckConstraint("kind IN ('transaction', 'list', 'card')", name="ck_batches_kind"),
    )
    op.create_index("ix_batches_content_sha256", "batches", ["content_sha256"])
    op.create_table(
        "receipts",
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("record_id", sa.String(36)),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("field", sa.String(80)),
        sa.Column("details", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "position", name="pk_receipts"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"], name="fk_receipts_batch_id"),
        sa.CheckConstraint("outcome IN ('accepted', 'already_received', 'refused')", name="ck_receipts_outcome"),
    )
    op.create_table(
        "issuing_failures",
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_issuing_failures"),
        sa.ForeignKeyConstraint(["record_id"], ["cards.record_id"], name="fk_issuing_failures_record_id"),
    )
