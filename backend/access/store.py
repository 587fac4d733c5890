"""The SQL of access. Every function works in the caller's transaction; what must be atomic is one statement.

``tables`` are the realm's: parents' or staff's.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, literal, or_, select, update

from backend.access.passkeys import NewPasskey, StoredPasskey
from backend.access.realm import AccountOwner
from backend.access.tables import AccountTables, attempts
from backend.database.insert_or import insert_or

MAX_TRIES = 5
"""Wrong personal codes that one activation code bears in its whole life."""


class CeremonyKind(StrEnum):
    """What a challenge was given out for."""

    ENROLMENT = "enrolment"
    LOGIN = "login"
    PASSKEY_LOGIN = "passkey_login"
    """A login in which the passkey alone says who it is."""
    STEP_UP = "step_up"
    NEW_PASSKEY = "new_passkey"
    """One more passkey for an account."""


class EndedReason(StrEnum):
    """Why a passkey no longer opens anything."""

    ENROLLED_ANEW = "enrolled_anew"
    CLONED = "cloned"
    OWNER_LEFT = "owner_left"
    ACCOUNT_DELETED = "account_deleted"
    REMOVED = "removed"
    """By its owner."""
    REFUSED = "refused"
    """The school did not confirm the enrolment."""
    MERGED = "merged"
    """Its owner has another account, and goes on with that."""


class Ceremony(Struct, frozen=True, kw_only=True):
    """A challenge that one browser holds."""

    kind: CeremonyKind
    challenge: bytes
    owner_id: str | None
    code_hash: str | None = None
    claimed_personal_code: str | None = None
    """Given at an enrolment of somebody whose code was not known."""


class PasskeyOwner(Struct, frozen=True, kw_only=True):
    """A passkey and whose it is."""

    owner: AccountOwner
    user_handle: bytes
    stored: StoredPasskey
    ended_reason: EndedReason | None
    """None while it is in force."""


def add_activation_code(
    connection: Connection, tables: AccountTables, *, code_hash: str, owner_id: str, expires_at: datetime, now: datetime
) -> None:
    """Keep a new code and withdraw the owner's earlier ones."""
    connection.execute(
        update(tables.activation_codes)
        .where(
            tables.activation_codes.c.owner_id == owner_id,
            tables.activation_codes.c.used_at.is_(None),
            tables.activation_codes.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
    connection.execute(
        insert(tables.activation_codes).values(
            code_hash=code_hash, owner_id=owner_id, issued_at=now, expires_at=expires_at, tries=0
        )
    )


def take_try(connection: Connection, tables: AccountTables, code_hash: str, *, now: datetime) -> str | None:
    """Use up one try of a code in force; answers whose it is, or None. Parallel tries cannot share one."""
    owner: str | None = connection.scalar(
        update(tables.activation_codes)
        .where(*_code_in_force(tables, code_hash, now), tables.activation_codes.c.tries < MAX_TRIES)
        .values(tries=tables.activation_codes.c.tries + 1)
        .returning(tables.activation_codes.c.owner_id)
    )
    return owner


def give_try_back(connection: Connection, tables: AccountTables, code_hash: str) -> None:
    """A try with the right personal code is none: a parent whose phone fails five times is not locked out."""
    connection.execute(
        update(tables.activation_codes)
        .where(tables.activation_codes.c.code_hash == code_hash)
        .values(tries=tables.activation_codes.c.tries - 1)
    )


def use_code(connection: Connection, tables: AccountTables, code_hash: str, *, now: datetime) -> bool:
    """Mark a code in force as used; False when it is not, or no longer. Only one caller ever gets True."""
    result = connection.execute(
        update(tables.activation_codes).where(*_code_in_force(tables, code_hash, now)).values(used_at=now)
    )
    return result.rowcount == 1


def open_account(
    connection: Connection, tables: AccountTables, owner_id: str, *, new_user_handle: bytes, now: datetime
) -> bytes:
    """The owner's user handle; the new one when there was no account."""
    values = {"owner_id": owner_id, "user_handle": new_user_handle, "opened_at": now}
    connection.execute(insert_or(connection, tables.accounts).values(values).on_conflict_do_nothing())
    handle: bytes = connection.execute(
        select(tables.accounts.c.user_handle).where(tables.accounts.c.owner_id == owner_id)
    ).scalar_one()
    return handle


def add_ceremony(
    connection: Connection,
    tables: AccountTables,
    *,
    browser_hash: str,
    ceremony: Ceremony,
    expires_at: datetime,
) -> None:
    """Keep a challenge until its browser answers."""
    connection.execute(
        insert(tables.ceremonies).values(
            browser_hash=browser_hash,
            kind=ceremony.kind,
            challenge=ceremony.challenge,
            owner_id=ceremony.owner_id,
            code_hash=ceremony.code_hash,
            claimed_personal_code=ceremony.claimed_personal_code,
            expires_at=expires_at,
        )
    )


def take_ceremony(
    connection: Connection, tables: AccountTables, *, browser_hash: str, kinds: Collection[CeremonyKind], now: datetime
) -> Ceremony | None:
    """Take a browser's challenge away for good; None when it has none in force of these kinds."""
    row = connection.execute(
        delete(tables.ceremonies)
        .where(tables.ceremonies.c.browser_hash == browser_hash)
        .returning(
            tables.ceremonies.c.kind,
            tables.ceremonies.c.challenge,
            tables.ceremonies.c.owner_id,
            tables.ceremonies.c.code_hash,
            tables.ceremonies.c.claimed_personal_code,
            tables.ceremonies.c.expires_at,
        )
    ).one_or_none()
    if row is None or row.kind not in kinds or row.expires_at <= now:
        return None
    return Ceremony(
        kind=CeremonyKind(row.kind),
        challenge=row.challenge,
        owner_id=row.owner_id,
        code_hash=row.code_hash,
        claimed_personal_code=row.claimed_personal_code,
    )


def find_passkey(connection: Connection, tables: AccountTables, credential_id: bytes) -> PasskeyOwner | None:
    """A passkey in force by its id."""
    found = find_passkey_ever(connection, tables, credential_id)
    return found if found is not None and found.ended_reason is None else None


def find_passkey_ever(connection: Connection, tables: AccountTables, credential_id: bytes) -> PasskeyOwner | None:
    """A passkey by its id, ended or not."""
    row = connection.execute(
        select(
            tables.passkeys.c.owner_id,
            tables.passkeys.c.public_key,
            tables.passkeys.c.backup_eligible,
            tables.passkeys.c.ended_reason,
            tables.accounts.c.user_handle,
            tables.owners.c.name,
        )
        .join_from(tables.passkeys, tables.accounts, tables.passkeys.c.owner_id == tables.accounts.c.owner_id)
        .join(tables.owners, _owner_key(tables) == tables.accounts.c.owner_id)
        .where(tables.passkeys.c.credential_id == credential_id)
    ).one_or_none()
    if row is None:
        return None
    return PasskeyOwner(
        owner=AccountOwner(row.owner_id, row.name),
        user_handle=row.user_handle,
        stored=StoredPasskey(public_key=row.public_key, backup_eligible=row.backup_eligible),
        ended_reason=None if row.ended_reason is None else EndedReason(row.ended_reason),
    )


def read_credential_ids(connection: Connection, tables: AccountTables, *, owner_id: str) -> list[bytes]:
    """Ids of the owner's passkeys in force, oldest first."""
    mine = (tables.passkeys.c.owner_id == owner_id, tables.passkeys.c.ended_at.is_(None))
    statement = select(tables.passkeys.c.credential_id).where(*mine).order_by(tables.passkeys.c.registered_at)
    return list(connection.scalars(statement))


def has_passkey(connection: Connection, tables: AccountTables, *, owner_id: str) -> bool:
    """Whether the owner has a passkey in force."""
    mine = (tables.passkeys.c.owner_id == owner_id, tables.passkeys.c.ended_at.is_(None))
    return connection.scalar(select(tables.passkeys.c.credential_id).where(*mine).limit(1)) is not None


def has_enrolled(connection: Connection, tables: AccountTables, *, owner_id: str) -> bool:
    """Whether the owner ever had a passkey, but for such as the school refused or went with a deleted account."""
    reason = tables.passkeys.c.ended_reason
    counts = or_(reason.is_(None), reason.not_in((EndedReason.REFUSED, EndedReason.ACCOUNT_DELETED)))
    mine = select(tables.passkeys.c.credential_id).where(tables.passkeys.c.owner_id == owner_id, counts)
    return connection.scalar(mine.limit(1)) is not None


def passkey_exists(connection: Connection, tables: AccountTables, credential_id: bytes) -> bool:
    """Whether this id was ever registered, ended or not."""
    return (
        connection.scalar(
            select(tables.passkeys.c.credential_id).where(tables.passkeys.c.credential_id == credential_id)
        )
        is not None
    )


def add_passkey(
    connection: Connection, tables: AccountTables, new: NewPasskey, *, owner_id: str, name: str, now: datetime
) -> None:
    """Keep a new passkey."""
    connection.execute(
        insert(tables.passkeys).values(
            credential_id=new.credential_id,
            owner_id=owner_id,
            public_key=new.public_key,
            sign_count=new.sign_count,
            aaguid=new.aaguid,
            backup_eligible=new.backup_eligible,
            backed_up=new.backed_up,
            name=name,
            registered_at=now,
        )
    )


def raise_sign_count(
    connection: Connection,
    tables: AccountTables,
    credential_id: bytes,
    *,
    claimed_count: int,
    backed_up: bool,
    now: datetime,
) -> bool:
    """Note a use of a passkey in force; False when its counter did not grow (WebAuthn Level 3, 7.2 step 22).

    Authenticators without a counter always say zero, which is fine as long as they never said more.
    """
    grown = or_(
        tables.passkeys.c.sign_count < claimed_count,
        and_(tables.passkeys.c.sign_count == 0, literal(claimed_count) == 0),
    )
    result = connection.execute(
        update(tables.passkeys)
        .where(tables.passkeys.c.credential_id == credential_id, tables.passkeys.c.ended_at.is_(None), grown)
        .values(sign_count=claimed_count, backed_up=backed_up, last_used_at=now)
    )
    return result.rowcount == 1


def end_passkeys(
    connection: Connection,
    tables: AccountTables,
    *,
    owner_id: str,
    reason: EndedReason,
    now: datetime,
    only_credential_id: bytes | None = None,
) -> None:
    """End an owner's passkeys, or one of them, with every session that they opened."""
    chosen = [tables.passkeys.c.owner_id == owner_id]
    sessions_of = [tables.sessions.c.owner_id == owner_id]
    if only_credential_id is not None:
        chosen.append(tables.passkeys.c.credential_id == only_credential_id)
        sessions_of.append(tables.sessions.c.credential_id == only_credential_id)
    connection.execute(
        update(tables.passkeys)
        .where(*chosen, tables.passkeys.c.ended_at.is_(None))
        .values(ended_at=now, ended_reason=reason)
    )
    connection.execute(delete(tables.sessions).where(*sessions_of))


def add_attempt(connection: Connection, scope: str, subject: str, *, window_start: datetime) -> int:
    """Count one more attempt; answers how many there are now in this window."""
    statement = insert_or(connection, attempts).values(scope=scope, subject=subject, window_start=window_start, count=1)
    statement = statement.on_conflict_do_update(
        index_elements=[attempts.c.scope, attempts.c.subject, attempts.c.window_start],
        set_={"count": attempts.c.count + 1},
    )
    counted: int = connection.execute(statement.returning(attempts.c.count)).scalar_one()
    return counted


def delete_ended(
    connection: Connection, tables: AccountTables, *, idle_since: datetime, attempts_before: datetime, now: datetime
) -> int:
    """Forget ceremonies, sessions and attempts that no longer matter; answers how many rows."""
    return sum(
        connection.execute(statement).rowcount
        for statement in (
            delete(tables.ceremonies).where(tables.ceremonies.c.expires_at <= now),
            delete(tables.sessions).where(
                or_(tables.sessions.c.ends_at <= now, tables.sessions.c.last_seen_at <= idle_since)
            ),
            delete(attempts).where(attempts.c.window_start < attempts_before),
        )
    )


def _code_in_force(tables: AccountTables, code_hash: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        tables.activation_codes.c.code_hash == code_hash,
        tables.activation_codes.c.used_at.is_(None),
        tables.activation_codes.c.withdrawn_at.is_(None),
        tables.activation_codes.c.expires_at > now,
    )


def _owner_key(tables: AccountTables) -> ColumnElement[str]:
    (key,) = tables.owners.primary_key.columns
    return key
