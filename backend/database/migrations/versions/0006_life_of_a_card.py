"""Recalls with their decisions, a replacement beside the card in force, prepared cards, changes of identity."""

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PLACE = ["school_code", "pupil_code", "school_year"]
ON_THEIR_WAY = "state IN ('draft', 'teacher_signed', 'manager_signed')"
ISSUED = "state = 'issued'"
STANDING = "state <> 'refused'"


def upgrade() -> None:
    op.drop_index("ux_cards_in_force", "cards")
    _unique_index("ux_cards_issued", "cards", PLACE, ISSUED)
    _unique_index("ux_cards_on_their_way", "cards", PLACE, ON_THEIR_WAY)
    op.create_index("ix_cards_replaces", "cards", ["replaces"])
    op.create_table(
        "recalls",
        sa.Column("recall_id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("replaced_by", sa.String(36)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decision_reference", sa.Text),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("requested_at", Moment, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_as", sa.String(10)),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", Moment),
        sa.Column("decision_reason", sa.Text),
        sa.PrimaryKeyConstraint("recall_id", name="pk_recalls"),
        sa.ForeignKeyConstraint(["record_id"], ["cards.record_id"], name="fk_recalls_record_id"),
        sa.CheckConstraint("kind IN ('revoked', 'superseded')", name="ck_recalls_kind"),
        sa.CheckConstraint("state IN ('pending', 'agreed', 'refused')", name="ck_recalls_state"),
        sa.CheckConstraint("decided_as IN ('school', 'department')", name="ck_recalls_decided_as"),
        sa.CheckConstraint(
            "(state = 'pending') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)"
            " AND (decided_at IS NULL) = (decided_as IS NULL)",
            name="ck_recalls_decided_whole",
        ),
        sa.CheckConstraint("replaced_by IS NULL OR kind = 'superseded'", name="ck_recalls_replaced_by"),
    )
    _unique_index("ux_recalls_standing", "recalls", ["record_id"], STANDING)
    _unique_index("ux_recalls_replaced_by", "recalls", ["replaced_by"], STANDING)
    op.create_table(
        "identity_changes",
        sa.Column("change_id", sa.String(36), nullable=False),
        sa.Column("pupil_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("merged_pupil_id", sa.String(36)),
        sa.Column("evidence", sa.String(500), nullable=False),
        sa.Column("changed_by", sa.String(500), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("change_id", name="pk_identity_changes"),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.pupil_id"], name="fk_identity_changes_pupil_id"),
        sa.CheckConstraint("kind IN ('code_given', 'merged', 'civil_status')", name="ck_identity_changes_kind"),
        sa.CheckConstraint("(kind = 'merged') = (merged_pupil_id IS NOT NULL)", name="ck_identity_changes_merged"),
    )
    op.create_index("ix_identity_changes_pupil_id", "identity_changes", ["pupil_id"])
    op.create_table(
        "prepared_cards",
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("pupil_code", sa.String(40), nullable=False),
        sa.Column("school_year", sa.String(9), nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("class_group", sa.Text, nullable=False),
        sa.Column("state", sa.String(25), nullable=False),
        sa.Column("missing", sa.String(200), nullable=False),
        sa.Column("waits_until", sa.Date),
        sa.Column("record_id", sa.String(36)),
        sa.Column("prepared_by", sa.Text, nullable=False),
        sa.Column("prepared_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("school_code", "pupil_code", "school_year", name="pk_prepared_cards"),
        sa.ForeignKeyConstraint(["school_code"], ["schools.code"], name="fk_prepared_cards_school_code"),
        sa.ForeignKeyConstraint(["record_id"], ["cards.record_id"], name="fk_prepared_cards_record_id"),
        sa.CheckConstraint("state IN ('draft', 'pending_supplementary')", name="ck_prepared_cards_state"),
        sa.CheckConstraint(
            "(state = 'pending_supplementary') = (waits_until IS NOT NULL)"
            " AND (state = 'pending_supplementary') = (missing <> '')",
            name="ck_prepared_cards_waiting_whole",
        ),
    )


def _unique_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, table, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )
