"""Sessions have an id and a device and can be stepped up; ceremonies know passkey-only logins, step-ups, new passkeys.

Both tables are made anew: challenges live five minutes and sessions twelve hours, so everybody logs in once more.
"""

import sqlalchemy as sa
from alembic import op

from backend.database.moment import Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = "kind IN ('enrolment', 'login', 'passkey_login', 'step_up', 'new_passkey')"


def upgrade() -> None:
    _renew(prefix="", owner="guardian_id", owners="guardians")
    _renew(prefix="staff_", owner="person_id", owners="staff_persons")


def _renew(*, prefix: str, owner: str, owners: str) -> None:
    ceremonies, sessions = f"{prefix}ceremonies", f"{prefix}sessions"
    op.drop_table(ceremonies)
    op.create_table(
        ceremonies,
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("challenge", sa.LargeBinary, nullable=False),
        sa.Column(owner, sa.String(36)),
        sa.Column("code_hash", sa.String(64)),
        sa.Column("expires_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("browser_hash", name=f"pk_{ceremonies}"),
        sa.ForeignKeyConstraint([owner], [f"{owners}.{owner}"], name=f"fk_{ceremonies}_{owner}"),
        sa.ForeignKeyConstraint(
            ["code_hash"], [f"{prefix}activation_codes.code_hash"], name=f"fk_{ceremonies}_code_hash"
        ),
        sa.CheckConstraint(KINDS, name=f"ck_{ceremonies}_kind"),
    )
    op.create_index(f"ix_{ceremonies}_expires_at", ceremonies, ["expires_at"])
    op.drop_table(sessions)
    op.create_table(
        sessions,
        sa.Column("session_id", sa.String(36), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column(owner, sa.String(36), nullable=False),
        sa.Column("credential_id", sa.LargeBinary, nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("last_seen_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("stepped_up_at", Moment),
        sa.PrimaryKeyConstraint("session_id", name=f"pk_{sessions}"),
        sa.UniqueConstraint("token_hash", name=f"uq_{sessions}_token_hash"),
        sa.ForeignKeyConstraint([owner], [f"{prefix}accounts.{owner}"], name=f"fk_{sessions}_{owner}"),
        sa.ForeignKeyConstraint(
            ["credential_id"], [f"{prefix}passkeys.credential_id"], name=f"fk_{sessions}_credential_id"
        ),
    )
    for column in (owner, "credential_id", "ends_at"):
        op.create_index(f"ix_{sessions}_{column}", sessions, [column])
