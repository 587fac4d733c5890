"""Civil-status decisions that schools attach to the recalls which follow them."""

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decision_documents",
        sa.Column("recall_id", sa.String(36), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("object_name", sa.Text, nullable=False),
        sa.Column("media_type", sa.String(20), nullable=False),
        sa.Column("attached_by", sa.Text, nullable=False),
        sa.Column("attached_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("recall_id", name="pk_decision_documents"),
        sa.ForeignKeyConstraint(["recall_id"], ["recalls.recall_id"], name="fk_decision_documents_recall_id"),
    )
