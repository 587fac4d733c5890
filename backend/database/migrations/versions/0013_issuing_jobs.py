"""Issuing jobs: who asked for which school and year, how far it is, when it tries again."""

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issuing_jobs",
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("school_code", sa.String(20)),
        sa.Column("school_year", sa.String(9)),
        sa.Column("failed_too", sa.Integer, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("issued", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("waiting", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try_at", Moment),
        sa.Column("reason", sa.String(60)),
        sa.Column("ended_at", Moment),
        sa.PrimaryKeyConstraint("job_id", name="pk_issuing_jobs"),
        sa.ForeignKeyConstraint(["school_code"], ["schools.code"], name="fk_issuing_jobs_school_code"),
        sa.CheckConstraint("state IN ('queued', 'running', 'paused', 'done', 'failed')", name="ck_issuing_jobs_state"),
        sa.CheckConstraint("(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name="ck_issuing_jobs_ended"),
        sa.CheckConstraint("state <> 'failed' OR reason IS NOT NULL", name="ck_issuing_jobs_failed_has_reason"),
    )
    op.create_index("ix_issuing_jobs_state", "issuing_jobs", ["state"])
