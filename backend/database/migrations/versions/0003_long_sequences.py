"""Sequence numbers of lists up to 2^53 - 1, as the format has them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("signed_lists") as table:
        table.alter_column("sequence", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("signed_lists") as table:
        table.alter_column("sequence", existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=False)
