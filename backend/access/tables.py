"""Activation codes, accounts, passkeys, running ceremonies, sessions and counted attempts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from backend.database.metadata import metadata
from backend.database.moment import Moment

HASH_CHARACTERS = 64
"""SHA-256 in hexadecimal."""

activation_codes = Table(
    "activation_codes",
    metadata,
    Column("code_hash", String(HASH_CHARACTERS), primary_key=True),
    Column("guardian_id", ForeignKey("guardians.guardian_id"), nullable=False, index=True),
    Column("issued_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used_at", Moment),
    Column("withdrawn_at", Moment),
    CheckConstraint("tries >= 0", name="tries"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("guardian_id", ForeignKey("guardians.guardian_id"), primary_key=True),
    Column("user_handle", LargeBinary, nullable=False, unique=True),
    Column("opened_at", Moment, nullable=False),
)
"""A guardian who began to enrol; the user handle is what authenticators know them by."""

passkeys = Table(
    "passkeys",
    metadata,
    Column("credential_id", LargeBinary, primary_key=True),
    Column("guardian_id", ForeignKey("accounts.guardian_id"), nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("aaguid", String(36), nullable=False),
    Column("backup_eligible", Boolean, nullable=False),
    Column("backed_up", Boolean, nullable=False),
    Column("name", String(64), nullable=False),
    Column("registered_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("ended_at", Moment),
    Column("ended_reason", String(20)),
    CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended_whole"),
)
"""Passkeys are ended, never deleted: a credential id must not come back for somebody else."""

ceremonies = Table(
    "ceremonies",
    metadata,
    Column("browser_hash", String(HASH_CHARACTERS), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("challenge", LargeBinary, nullable=False),
    Column("guardian_id", ForeignKey("guardians.guardian_id")),
    Column("code_hash", ForeignKey("activation_codes.code_hash")),
    Column("expires_at", Moment, nullable=False, index=True),
    CheckConstraint("kind IN ('enrolment', 'login')", name="kind"),
)
"""Challenges given out and not yet answered; a login of an unknown person has no guardian."""

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(HASH_CHARACTERS), primary_key=True),
    Column("guardian_id", ForeignKey("accounts.guardian_id"), nullable=False, index=True),
    Column("credential_id", ForeignKey("passkeys.credential_id"), nullable=False, index=True),
    Column("started_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
)

attempts = Table(
    "attempts",
    metadata,
    Column("scope", String(30), primary_key=True),
    Column("subject", String(HASH_CHARACTERS), primary_key=True),
    Column("window_start", Moment, primary_key=True),
    Column("count", Integer, nullable=False),
    Index(None, "window_start"),
)
"""Attempts by what they concern (a hashed code or address, or all together) and by window of time."""
