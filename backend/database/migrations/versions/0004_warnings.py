"""Receipts keep where a card differs from the rules."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("receipts", sa.Column("warnings", sa.Text, nullable=False, server_default=sa.text("'[]'")))
