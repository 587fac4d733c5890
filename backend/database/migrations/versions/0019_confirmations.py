"""Enrolments that wait for the school, the personal code that a guardian gives, notices to parents."""

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

REASONS = (
    "reason IN ('personal_code_unknown', 'other_guardian_barred', 're_enrolment', 'another_child',"
    " 'personal_code_change')"
)
DECIDED = "(decided_at IS NULL) = (decision IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)"


def upgrade() -> None:
    for ceremonies in ("ceremonies", "staff_ceremonies"):
        op.add_column(ceremonies, sa.Column("claimed_personal_code", sa.String(12)))
    op.create_table(
        "enrolment_confirmations",
        sa.Column("enrolment_id", sa.String(36), nullable=False),
        sa.Column("guardian_id", sa.String(36), nullable=False),
        sa.Column("account_id", sa.String(36)),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("claimed_personal_code", sa.String(12)),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("decided_at", Moment),
        sa.Column("decision", sa.String(10)),
        sa.Column("decided_by", sa.Text),
        sa.PrimaryKeyConstraint("enrolment_id", name="pk_enrolment_confirmations"),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["guardians.guardian_id"], name="fk_enrolment_confirmations_guardian_id"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["guardians.guardian_id"], name="fk_enrolment_confirmations_account_id"
        ),
        sa.CheckConstraint(REASONS, name="ck_enrolment_confirmations_reason"),
        sa.CheckConstraint(
            "decision IN ('confirmed', 'refused', 'replaced')", name="ck_enrolment_confirmations_decision"
        ),
        sa.CheckConstraint(DECIDED, name="ck_enrolment_confirmations_decided_whole"),
        sa.CheckConstraint(
            "(reason = 'another_child') = (account_id IS NOT NULL)", name="ck_enrolment_confirmations_account"
        ),
        sa.CheckConstraint(
            "decided_at IS NULL OR claimed_personal_code IS NULL", name="ck_enrolment_confirmations_claim_forgotten"
        ),
    )
    for column in ("guardian_id", "claimed_personal_code", "decided_at"):
        op.create_index(f"ix_enrolment_confirmations_{column}", "enrolment_confirmations", [column])
    op.create_table(
        "account_notices",
        sa.Column("notice_id", sa.String(36), nullable=False),
        sa.Column("guardian_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("seen_at", Moment),
        sa.PrimaryKeyConstraint("notice_id", name="pk_account_notices"),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.guardian_id"], name="fk_account_notices_guardian_id"),
    )
    op.create_index("ix_account_notices_guardian_id", "account_notices", ["guardian_id"])
