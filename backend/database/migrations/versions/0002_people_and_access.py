"""Pupils, guardians, whose card is whose; activation codes, passkeys, sessions, attempts."""

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _people()
    _access()


def _people() -> None:
    op.create_table(
        "pupils",
        sa.Column("pupil_id", sa.String(36), nullable=False),
        sa.Column("personal_code", sa.String(12)),
        sa.Column("alternative_id_type", sa.String(20)),
        sa.Column("alternative_id", sa.String(40)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("date_of_birth", sa.Date, nullable=False),
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("school_name", sa.String(300), nullable=False),
        sa.Column("pupil_code", sa.String(40), nullable=False),
        sa.Column("class_group", sa.String(40), nullable=False),
        sa.Column("pending_until", sa.Date),
        sa.Column("pending_reason", sa.String(60)),
        sa.Column("registered_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("pupil_id", name="pk_pupils"),
        sa.UniqueConstraint("personal_code", name="uq_pupils_personal_code"),
        sa.CheckConstraint("(pending_until IS NULL) = (pending_reason IS NULL)", name="ck_pupils_pending_whole"),
        sa.CheckConstraint(
            "(alternative_id IS NULL) = (alternative_id_type IS NULL)", name="ck_pupils_alternative_id_whole"
        ),
    )
    op.create_table(
        "school_places",
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("pupil_code", sa.String(40), nullable=False),
        sa.Column("pupil_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("school_code", "pupil_code", name="pk_school_places"),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.pupil_id"], name="fk_school_places_pupil_id"),
    )
    op.create_index("ix_school_places_pupil_id", "school_places", ["pupil_id"])
    op.create_table(
        "guardians",
        sa.Column("guardian_id", sa.String(36), nullable=False),
        sa.Column("personal_code", sa.String(12)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("registered_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("guardian_id", name="pk_guardians"),
        sa.UniqueConstraint("personal_code", name="uq_guardians_personal_code"),
    )
    op.create_table(
        "guardianships",
        sa.Column("guardianship_id", sa.String(36), nullable=False),
        sa.Column("pupil_id", sa.String(36), nullable=False),
        sa.Column("guardian_id", sa.String(36), nullable=False),
        sa.Column("relation", sa.String(20), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date),
        sa.Column("barred_at", Moment),
        sa.Column("barred_reason", sa.String(60)),
        sa.Column("decision_reference", sa.String(100)),
        sa.Column("pupil_consent_at", Moment),
        sa.PrimaryKeyConstraint("guardianship_id", name="pk_guardianships"),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.pupil_id"], name="fk_guardianships_pupil_id"),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.guardian_id"], name="fk_guardianships_guardian_id"),
        sa.CheckConstraint("(barred_at IS NULL) = (barred_reason IS NULL)", name="ck_guardianships_barred_whole"),
    )
    op.create_index("ix_guardianships_guardian_id", "guardianships", ["guardian_id"])
    op.create_index("ix_guardianships_pupil_id_guardian_id", "guardianships", ["pupil_id", "guardian_id"])
    op.create_table(
        "card_links",
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("pupil_id", sa.String(36)),
        sa.Column("linked_by", sa.String(20)),
        sa.Column("conflict", sa.Boolean, nullable=False),
        sa.Column("personal_code", sa.String(12)),
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("pupil_code", sa.String(40), nullable=False),
        sa.Column("date_of_birth", sa.Date, nullable=False),
        sa.Column("linked_at", Moment),
        sa.PrimaryKeyConstraint("record_id", name="pk_card_links"),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupils.pupil_id"], name="fk_card_links_pupil_id"),
        sa.CheckConstraint("(pupil_id IS NULL) = (linked_by IS NULL)", name="ck_card_links_linked_whole"),
    )
    op.create_index("ix_card_links_pupil_id", "card_links", ["pupil_id"])
    op.create_index("ix_card_links_personal_code", "card_links", ["personal_code"])
    op.create_index("ix_card_links_school_code_pupil_code", "card_links", ["school_code", "pupil_code"])


def _access() -> None:
    op.create_table(
        "activation_codes",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("guardian_id", sa.String(36), nullable=False),
        sa.Column("issued_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("used_at", Moment),
        sa.Column("withdrawn_at", Moment),
        sa.PrimaryKeyConstraint("code_hash", name="pk_activation_codes"),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.guardian_id"], name="fk_activation_codes_guardian_id"),
        sa.CheckConstraint("tries >= 0", name="ck_activation_codes_tries"),
    )
    op.create_index("ix_activation_codes_guardian_id", "activation_codes", ["guardian_id"])
    op.create_table(
        "accounts",
        sa.Column("guardian_id", sa.String(36), nullable=False),
        sa.Column("user_handle", sa.LargeBinary, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("guardian_id", name="pk_accounts"),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.guardian_id"], name="fk_accounts_guardian_id"),
        sa.UniqueConstraint("user_handle", name="uq_accounts_user_handle"),
    )
    op.create_table(
        "passkeys",
        sa.Column("credential_id", sa.LargeBinary, nullable=False),
        sa.Column("guardian_id", sa.String(36), nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("aaguid", sa.String(36), nullable=False),
        sa.Column("backup_eligible", sa.Boolean, nullable=False),
        sa.Column("backed_up", sa.Boolean, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("registered_at", Moment, nullable=False),
        sa.Column("last_used_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("ended_reason", sa.String(20)),
        sa.PrimaryKeyConstraint("credential_id", name="pk_passkeys"),
        sa.ForeignKeyConstraint(["guardian_id"], ["accounts.guardian_id"], name="fk_passkeys_guardian_id"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ck_passkeys_ended_whole"),
    )
    op.create_index("ix_passkeys_guardian_id", "passkeys", ["guardian_id"])
    op.create_table(
        "ceremonies",
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("challenge", sa.LargeBinary, nullable=False),
        sa.Column("guardian_id", sa.String(36)),
        sa.Column("code_hash", sa.String(64)),
        sa.Column("expires_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("browser_hash", name="pk_ceremonies"),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.guardian_id"], name="fk_ceremonies_guardian_id"),
        sa.ForeignKeyConstraint(["code_hash"], ["activation_codes.code_hash"], name="fk_ceremonies_code_hash"),
        sa.CheckConstraint("kind IN ('enrolment', 'login')", name="ck_ceremonies_kind"),
    )
    op.create_index("ix_ceremonies_expires_at", "ceremonies", ["expires_at"])
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("guardian_id", sa.String(36), nullable=False),
        sa.Column("credential_id", sa.LargeBinary, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("last_seen_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(["guardian_id"], ["accounts.guardian_id"], name="fk_sessions_guardian_id"),
        sa.ForeignKeyConstraint(["credential_id"], ["passkeys.credential_id"], name="fk_sessions_credential_id"),
    )
    op.create_index("ix_sessions_guardian_id", "sessions", ["guardian_id"])
    op.create_index("ix_sessions_credential_id", "sessions", ["credential_id"])
    op.create_index("ix_sessions_ends_at", "sessions", ["ends_at"])
    op.create_table(
        "attempts",
        sa.Column("scope", sa.String(30), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("window_start", Moment, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("scope", "subject", "window_start", name="pk_attempts"),
    )
    op.create_index("ix_attempts_window_start", "attempts", ["window_start"])
