"""Pages of cards as parents read them, made once."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card_pages",
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("shape", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_card_pages"),
        sa.ForeignKeyConstraint(["record_id"], ["cards.record_id"], name="fk_card_pages_record_id"),
    )
