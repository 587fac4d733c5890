"""Staff: persons, roles, certificates, accounts of their own, how each school signs, and signing batches."""

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0009"
down_revision = "0006"
branch_labels = None
depends_on = None

PERSONS = ["staff_persons.person_id"]
ACCOUNTS = ["staff_accounts.person_id"]


def upgrade() -> None:
    _persons_and_roles()
    _accounts()
    _certificates_and_schools()
    _batches()


def _persons_and_roles() -> None:
    op.create_table(
        "staff_persons",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("personal_code", sa.String(12), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.Column("deactivated_at", Moment),
        sa.PrimaryKeyConstraint("person_id", name="pk_staff_persons"),
        sa.UniqueConstraint("personal_code", name="uq_staff_persons_personal_code"),
    )
    op.create_table(
        "staff_roles",
        sa.Column("role_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("school_code", sa.String(20)),
        sa.Column("school_year", sa.String(9)),
        sa.Column("class_group", sa.Text),
        sa.Column("on_behalf", sa.Boolean, nullable=False),
        sa.Column("from_at", Moment, nullable=False),
        sa.Column("until_at", Moment),
        sa.Column("given_by", sa.Text, nullable=False),
        sa.Column("ended_by", sa.Text),
        sa.PrimaryKeyConstraint("role_id", name="pk_staff_roles"),
        sa.ForeignKeyConstraint(["person_id"], PERSONS, name="fk_staff_roles_person_id"),
        sa.ForeignKeyConstraint(["school_code"], ["schools.code"], name="fk_staff_roles_school_code"),
        sa.CheckConstraint(
            "role IN ('homeroom_teacher', 'manager', 'clerk', 'department_officer')", name="ck_staff_roles_role"
        ),
        sa.CheckConstraint(
            "(role = 'department_officer') = (school_code IS NULL) AND (school_code IS NULL) = (school_year IS NULL)",
            name="ck_staff_roles_school",
        ),
        sa.CheckConstraint(
            "(role = 'homeroom_teacher') = (class_group IS NOT NULL)", name="ck_staff_roles_class_group"
        ),
        sa.CheckConstraint("role = 'manager' OR NOT on_behalf", name="ck_staff_roles_on_behalf"),
    )
    op.create_index("ix_staff_roles_person_id", "staff_roles", ["person_id"])
    op.create_index("ix_staff_roles_school_code", "staff_roles", ["school_code"])
    op.create_table(
        "staff_events",
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_staff_events"),
        sa.ForeignKeyConstraint(["person_id"], PERSONS, name="fk_staff_events_person_id"),
    )
    op.create_index("ix_staff_events_person_id", "staff_events", ["person_id"])


def _accounts() -> None:
    op.create_table(
        "staff_activation_codes",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("issued_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("used_at", Moment),
        sa.Column("withdrawn_at", Moment),
        sa.PrimaryKeyConstraint("code_hash", name="pk_staff_activation_codes"),
        sa.ForeignKeyConstraint(["person_id"], PERSONS, name="fk_staff_activation_codes_person_id"),
        sa.CheckConstraint("tries >= 0", name="ck_staff_activation_codes_tries"),
    )
    op.create_index("ix_staff_activation_codes_person_id", "staff_activation_codes", ["person_id"])
    op.create_table(
        "staff_accounts",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("user_handle", sa.LargeBinary, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_staff_accounts"),
        sa.ForeignKeyConstraint(["person_id"], PERSONS, name="fk_staff_accounts_person_id"),
        sa.UniqueConstraint("user_handle", name="uq_staff_accounts_user_handle"),
    )
    op.create_table(
        "staff_passkeys",
        sa.Column("credential_id", sa.LargeBinary, nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
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
        sa.PrimaryKeyConstraint("credential_id", name="pk_staff_passkeys"),
        sa.ForeignKeyConstraint(["person_id"], ACCOUNTS, name="fk_staff_passkeys_person_id"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ck_staff_passkeys_ended_whole"),
    )
    op.create_index("ix_staff_passkeys_person_id", "staff_passkeys", ["person_id"])
    op.create_table(
        "staff_ceremonies",
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("challenge", sa.LargeBinary, nullable=False),
        sa.Column("person_id", sa.String(36)),
        sa.Column("code_hash", sa.String(64)),
        sa.Column("expires_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("browser_hash", name="pk_staff_ceremonies"),
        sa.ForeignKeyConstraint(["person_id"], PERSONS, name="fk_staff_ceremonies_person_id"),
        sa.ForeignKeyConstraint(
            ["code_hash"], ["staff_activation_codes.code_hash"], name="fk_staff_ceremonies_code_hash"
        ),
        sa.CheckConstraint("kind IN ('enrolment', 'login')", name="ck_staff_ceremonies_kind"),
    )
    op.create_index("ix_staff_ceremonies_expires_at", "staff_ceremonies", ["expires_at"])
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("credential_id", sa.LargeBinary, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("last_seen_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_staff_sessions"),
        sa.ForeignKeyConstraint(["person_id"], ACCOUNTS, name="fk_staff_sessions_person_id"),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["staff_passkeys.credential_id"], name="fk_staff_sessions_credential_id"
        ),
    )
    for column in ("person_id", "credential_id", "ends_at"):
        op.create_index(f"ix_staff_sessions_{column}", "staff_sessions", [column])


def _certificates_and_schools() -> None:
    op.create_table(
        "staff_certificates",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("certificate", sa.LargeBinary, nullable=False),
        sa.Column("key_reference", sa.Text, nullable=False),
        sa.Column("registered_by", sa.Text, nullable=False),
        sa.Column("registered_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.PrimaryKeyConstraint("person_id", "fingerprint", name="pk_staff_certificates"),
        sa.ForeignKeyConstraint(["person_id"], PERSONS, name="fk_staff_certificates_person_id"),
    )
    op.create_index(
        "ux_staff_certificates_in_use",
        "staff_certificates",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "school_signing",
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("teacher_signature_required", sa.Boolean, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("school_code", name="pk_school_signing"),
        sa.ForeignKeyConstraint(["school_code"], ["schools.code"], name="fk_school_signing_school_code"),
    )
    op.create_table(
        "school_keys",
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("certificate", sa.LargeBinary, nullable=False),
        sa.Column("key_reference", sa.Text, nullable=False),
        sa.Column("registered_by", sa.Text, nullable=False),
        sa.Column("registered_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("school_code", name="pk_school_keys"),
        sa.ForeignKeyConstraint(["school_code"], ["schools.code"], name="fk_school_keys_school_code"),
    )


def _batches() -> None:
    op.add_column("drafts", sa.Column("signed_state", sa.String(20)))
    op.create_table(
        "seen_cards",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("xml", sa.LargeBinary, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "record_id", name="pk_seen_cards"),
        sa.ForeignKeyConstraint(["person_id"], PERSONS, name="fk_seen_cards_person_id"),
    )
    op.create_index("ix_seen_cards_record_id", "seen_cards", ["record_id"])
    op.create_table(
        "signing_batches",
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("role_id", sa.String(36), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("school_code", sa.String(20), nullable=False),
        sa.Column("school_year", sa.String(9), nullable=False),
        sa.Column("class_group", sa.Text),
        sa.Column("on_behalf", sa.Boolean, nullable=False),
        sa.Column("certificate_sha256", sa.LargeBinary, nullable=False),
        sa.Column("key_reference", sa.Text, nullable=False),
        sa.Column("nonce", sa.LargeBinary, nullable=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("begun_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("confirmed_at", Moment),
        sa.Column("finish_by", Moment),
        sa.Column("credential_id", sa.LargeBinary),
        sa.Column("credential_public_key", sa.LargeBinary),
        sa.Column("backup_eligible", sa.Boolean),
        sa.Column("authenticator_data", sa.LargeBinary),
        sa.Column("client_data", sa.LargeBinary),
        sa.Column("signature", sa.LargeBinary),
        sa.Column("ended_at", Moment),
        sa.Column("ended_reason", sa.String(40)),
        sa.PrimaryKeyConstraint("batch_id", name="pk_signing_batches"),
        sa.ForeignKeyConstraint(["person_id"], PERSONS, name="fk_signing_batches_person_id"),
        sa.ForeignKeyConstraint(["role_id"], ["staff_roles.role_id"], name="fk_signing_batches_role_id"),
        sa.ForeignKeyConstraint(["school_code"], ["schools.code"], name="fk_signing_batches_school_code"),
        sa.UniqueConstraint("nonce", name="uq_signing_batches_nonce"),
        sa.CheckConstraint("purpose IN ('homeroom_teacher', 'manager', 'school')", name="ck_signing_batches_purpose"),
        sa.CheckConstraint("state IN ('begun', 'confirmed', 'done', 'ended')", name="ck_signing_batches_state"),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (finish_by IS NULL) AND (confirmed_at IS NULL) = (signature IS NULL)"
            " AND (confirmed_at IS NULL) = (client_data IS NULL)"
            " AND (confirmed_at IS NULL) = (authenticator_data IS NULL)"
            " AND (confirmed_at IS NULL) = (credential_id IS NULL)"
            " AND (confirmed_at IS NULL) = (credential_public_key IS NULL)"
            " AND (confirmed_at IS NULL) = (backup_eligible IS NULL)",
            name="ck_signing_batches_evidence_whole",
        ),
        sa.CheckConstraint(
            "state NOT IN ('confirmed', 'done') OR confirmed_at IS NOT NULL", name="ck_signing_batches_confirmed"
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'ended')) = (ended_at IS NOT NULL)", name="ck_signing_batches_ended"
        ),
    )
    op.create_index("ix_signing_batches_person_id", "signing_batches", ["person_id"])
    op.create_index("ix_signing_batches_state", "signing_batches", ["state"])
    op.create_table(
        "signing_batch_cards",
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("xml_sha256", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("code", sa.String(60)),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("signed_xml_sha256", sa.LargeBinary),
        sa.Column("ended_at", Moment),
        sa.PrimaryKeyConstraint("batch_id", "position", name="pk_signing_batch_cards"),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["signing_batches.batch_id"], name="fk_signing_batch_cards_batch_id"
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'signed', 'left_out', 'failed')", name="ck_signing_batch_cards_state"
        ),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_xml_sha256 IS NOT NULL)", name="ck_signing_batch_cards_signed_whole"
        ),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ck_signing_batch_cards_ended"),
    )
    op.create_index("ix_signing_batch_cards_record_id", "signing_batch_cards", ["record_id"])
