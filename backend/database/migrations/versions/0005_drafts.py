"""Drafts of cards, before anybody has signed."""

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("pupil_code", sa.String(40), nullable=False),
        sa.Column("personal_code", sa.String(12)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("date_of_birth", sa.Date, nullable=False),
        sa.Column("school_year", sa.String(9), nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("class_group", sa.Text, nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("missing", sa.String(200), nullable=False),
        sa.Column("xml", sa.LargeBinary, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_drafts"),
        sa.ForeignKeyConstraint(["school_code"], ["schools.code"], name="fk_drafts_school_code"),
        sa.UniqueConstraint(
            "school_code", "pupil_code", "school_year", name="uq_drafts_school_code_pupil_code_school_year"
        ),
    )
    op.create_index("ix_drafts_personal_code", "drafts", ["personal_code"])
