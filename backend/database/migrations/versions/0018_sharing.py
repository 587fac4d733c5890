"""Links to cards with their receivers, who looked at which card, and what guardians report of it."""

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shares",
        sa.Column("share_id", sa.String(36), nullable=False),
        sa.Column("secret_hash", sa.String(64)),
        sa.Column("pupil_id", sa.String(36), nullable=False),
        sa.Column("guardian_id", sa.String(36), nullable=False),
        sa.Column("receiver", sa.String(120), nullable=False),
        sa.Column("purpose", sa.String(300), nullable=False),
        sa.Column("every_card", sa.Boolean, nullable=False),
        sa.Column("with_address", sa.Boolean, nullable=False),
        sa.Column("with_personal_code", sa.Boolean, nullable=False),
        sa.Column("passcode_hash", sa.String(200)),
        sa.Column("passcode_tries", sa.Integer, nullable=False),
        sa.Column("single_use", sa.Boolean, nullable=False),
        sa.Column("child_consent_at", Moment),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("revoked_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("used_at", Moment),
        sa.Column("opened_count", sa.Integer, nullable=False),
        sa.Column("last_opened_at", Moment),
        sa.PrimaryKeyConstraint("share_id", name="pk_shares"),
        sa.UniqueConstraint("secret_hash", name="uq_shares_secret_hash"),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.pupil_id"], name="fk_shares_pupil_id"),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.guardian_id"], name="fk_shares_guardian_id"),
        sa.CheckConstraint("(used_at IS NULL) = (opened_count = 0)", name="ck_shares_used_whole"),
        sa.CheckConstraint("opened_count <= 1 OR NOT single_use", name="ck_shares_single_use"),
    )
    op.create_index("ix_shares_pupil_id", "shares", ["pupil_id"])
    op.create_index("ix_shares_guardian_id", "shares", ["guardian_id"])
    op.create_index("ix_shares_expires_at", "shares", ["expires_at"])
    op.create_table(
        "share_cards",
        sa.Column("share_id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("share_id", "record_id", name="pk_share_cards"),
        sa.ForeignKeyConstraint(["share_id"], ["shares.share_id"], name="fk_share_cards_share_id"),
    )
    op.create_table(
        "share_views",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("share_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("organisation", sa.String(120)),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_share_views"),
        sa.ForeignKeyConstraint(["share_id"], ["shares.share_id"], name="fk_share_views_share_id"),
    )
    op.create_index("ix_share_views_share_id", "share_views", ["share_id"])
    op.create_index("ix_share_views_ends_at", "share_views", ["ends_at"])
    op.create_table(
        "looks",
        sa.Column("look_id", sa.String(36), nullable=False),
        sa.Column("looked_at", Moment, nullable=False),
        sa.Column("pupil_id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36)),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("looker", sa.String(20), nullable=False),
        sa.Column("looker_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(200)),
        sa.Column("organisation", sa.String(300)),
        sa.Column("role", sa.String(40)),
        sa.PrimaryKeyConstraint("look_id", name="pk_looks"),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.pupil_id"], name="fk_looks_pupil_id"),
        sa.CheckConstraint(
            "looker IN ('guardian', 'staff', 'school_system', 'share')", name="ck_looks_looker"
        ),
        sa.CheckConstraint("what IN ('list', 'card', 'pdf', 'xml')", name="ck_looks_what"),
    )
    op.create_index("ix_looks_pupil_id_looked_at_look_id", "looks", ["pupil_id", "looked_at", "look_id"])
    op.create_table(
        "look_reports",
        sa.Column("look_id", sa.String(36), nullable=False),
        sa.Column("guardian_id", sa.String(36), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("reported_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("look_id", "guardian_id", name="pk_look_reports"),
        sa.ForeignKeyConstraint(["look_id"], ["looks.look_id"], name="fk_look_reports_look_id"),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.guardian_id"], name="fk_look_reports_guardian_id"),
    )
    op.create_index("ix_look_reports_reported_at", "look_reports", ["reported_at"])
