"""Requests of parents and pupils of age, pupils' own accounts, and the consents that pupils of age give."""

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = "kind IN ('correction', 'copy', 'withdraw_consent', 'restrict', 'object', 'delete_account')"
STATES = "state IN ('received', 'acknowledged', 'answered', 'refused', 'withdrawn')"
ANSWERED_WHOLE = "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)"


def upgrade() -> None:
    op.create_table(
        "own_accounts",
        sa.Column("guardianship_id", sa.String(36), nullable=False),
        sa.Column("evidence", sa.String(500), nullable=False),
        sa.Column("opened_by", sa.String(500), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("guardianship_id", name="pk_own_accounts"),
        sa.ForeignKeyConstraint(
            ["guardianship_id"], ["guardianships.guardianship_id"], name="fk_own_accounts_guardianship_id"
        ),
    )
    op.create_table(
        "consent_changes",
        sa.Column("change_id", sa.String(36), nullable=False),
        sa.Column("pupil_id", sa.String(36), nullable=False),
        sa.Column("guardian_id", sa.String(36), nullable=False),
        sa.Column("granted", sa.Boolean, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("change_id", name="pk_consent_changes"),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.pupil_id"], name="fk_consent_changes_pupil_id"),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.guardian_id"], name="fk_consent_changes_guardian_id"),
    )
    op.create_index("ix_consent_changes_pupil_id", "consent_changes", ["pupil_id"])
    op.create_table(
        "requests",
        sa.Column("request_id", sa.String(36), nullable=False),
        sa.Column("guardian_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("pupil_id", sa.String(36)),
        sa.Column("record_id", sa.String(36)),
        sa.Column("school_code", sa.String(20)),
        sa.Column("field", sa.String(60)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("acknowledge_by", sa.Date, nullable=False),
        sa.Column("answer_by", sa.Date, nullable=False),
        sa.Column("acknowledged_by", sa.String(500)),
        sa.Column("acknowledged_at", Moment),
        sa.Column("answer", sa.Text),
        sa.Column("answered_by", sa.String(500)),
        sa.Column("answered_at", Moment),
        sa.PrimaryKeyConstraint("request_id", name="pk_requests"),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.guardian_id"], name="fk_requests_guardian_id"),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.pupil_id"], name="fk_requests_pupil_id"),
        sa.CheckConstraint(KINDS, name="ck_requests_kind"),
        sa.CheckConstraint(STATES, name="ck_requests_state"),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="ck_requests_acknowledged_whole"
        ),
        sa.CheckConstraint(
            "(state IN ('answered', 'refused')) = (answer IS NOT NULL)", name="ck_requests_answered"
        ),
        sa.CheckConstraint(ANSWERED_WHOLE, name="ck_requests_answered_whole"),
        sa.CheckConstraint("(record_id IS NULL) OR (pupil_id IS NOT NULL)", name="ck_requests_record_of_pupil"),
        sa.CheckConstraint("(school_code IS NULL) = (pupil_id IS NULL)", name="ck_requests_school_of_pupil"),
    )
    op.create_index("ix_requests_guardian_id", "requests", ["guardian_id"])
    op.create_index("ix_requests_pupil_id", "requests", ["pupil_id"])
    op.create_index("ix_requests_school_code_state", "requests", ["school_code", "state"])
