"""Activation codes, accounts, passkeys, running ceremonies and sessions of each realm, and counted attempts of all.

Parents and staff have tables of their own, of the same make: a session or passkey of the one opens nothing of the
other, whatever a query forgets.
"""

from msgspec import Struct
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
from backend.people.tables import ID_CHARACTERS, guardians

HASH_CHARACTERS = 64
"""SHA-256 in hexadecimal."""


class AccountTables(Struct, frozen=True, kw_only=True):
    """The tables of one realm; whose something is stands in the column ``owner_id`` of each."""

    owners: Table
    """Who can have an account: its primary key, ``name`` and ``personal_code`` are read."""
    activation_codes: Table
    accounts: Table
    """An owner who began to enrol; the user handle is what authenticators know them by."""
    passkeys: Table
    """Passkeys are ended, never deleted: a credential id must not come back for somebody else."""
    ceremonies: Table
    """Challenges given out and not yet answered; a login of an unknown person has no owner."""
    sessions: Table


def account_tables(prefix: str, *, owners: Table) -> AccountTables:
    """The tables of a realm, named with ``prefix``; the owner's column is named as in ``owners``."""
    (owner_key,) = owners.primary_key.columns
    owner = owner_key.name
    activation_codes = Table(
        f"{prefix}activation_codes",
        metadata,
        Column("code_hash", String(HASH_CHARACTERS), primary_key=True),
        Column(owner, ForeignKey(owner_key), key="owner_id", nullable=False, index=True),
        Column("issued_at", Moment, nullable=False),
        Column("expires_at", Moment, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("used_at", Moment),
        Column("withdrawn_at", Moment),
        CheckConstraint("tries >= 0", name="tries"),
    )
    accounts = Table(
        f"{prefix}accounts",
        metadata,
        Column(owner, ForeignKey(owner_key), key="owner_id", primary_key=True),
        Column("user_handle", LargeBinary, nullable=False, unique=True),
        Column("opened_at", Moment, nullable=False),
    )
    passkeys = Table(
        f"{prefix}passkeys",
        metadata,
        Column("credential_id", LargeBinary, primary_key=True),
        Column(owner, ForeignKey(accounts.c.owner_id), key="owner_id", nullable=False, index=True),
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
    ceremonies = Table(
        f"{prefix}ceremonies",
        metadata,
        Column("browser_hash", String(HASH_CHARACTERS), primary_key=True),
        Column("kind", String(20), nullable=False),
        Column("challenge", LargeBinary, nullable=False),
        Column(owner, ForeignKey(owner_key), key="owner_id"),
        Column("code_hash", ForeignKey(activation_codes.c.code_hash)),
        Column("claimed_personal_code", String(12)),
        Column("expires_at", Moment, nullable=False, index=True),
        CheckConstraint("kind IN ('enrolment', 'login', 'passkey_login', 'step_up', 'new_passkey')", name="kind"),
    )
    sessions = Table(
        f"{prefix}sessions",
        metadata,
        Column("session_id", String(ID_CHARACTERS), primary_key=True),
        Column("token_hash", String(HASH_CHARACTERS), nullable=False, unique=True),
        Column(owner, ForeignKey(accounts.c.owner_id), key="owner_id", nullable=False, index=True),
        Column("credential_id", ForeignKey(passkeys.c.credential_id), nullable=False, index=True),
        Column("device", String(64), nullable=False),
        Column("started_at", Moment, nullable=False),
        Column("last_seen_at", Moment, nullable=False),
        Column("ends_at", Moment, nullable=False, index=True),
        Column("stepped_up_at", Moment),
    )
    return AccountTables(
        owners=owners,
        activation_codes=activation_codes,
        accounts=accounts,
        passkeys=passkeys,
        ceremonies=ceremonies,
        sessions=sessions,
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

PARENT_TABLES = account_tables("", owners=guardians)
