"""The SQL of sessions; ``tables`` are the realm's. What is not fetched works in the caller's transaction."""

from datetime import datetime
from functools import cache

from msgspec import Struct
from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from backend.access.tables import AccountTables
from backend.database import Database, PointRead


class NewSessionRow(Struct, frozen=True, kw_only=True):
    """A session that begins."""

    session_id: str
    token_hash: str
    owner_id: str
    credential_id: bytes
    device: str
    ends_at: datetime


class SessionRow(Struct, frozen=True):
    """A session as it is stored."""

    session_id: str
    owner_id: str
    name: str
    """Of its owner."""
    credential_id: bytes
    stepped_up_at: datetime | None
    last_seen_at: datetime
    ends_at: datetime


class ListedSession(Struct, frozen=True, kw_only=True):
    """A session as its owner sees it."""

    session_id: str
    device: str
    started_at: datetime
    last_seen_at: datetime


def add_session(connection: Connection, tables: AccountTables, new: NewSessionRow, *, now: datetime) -> None:
    """Keep a new session."""
    connection.execute(
        insert(tables.sessions).values(
            session_id=new.session_id,
            token_hash=new.token_hash,
            owner_id=new.owner_id,
            credential_id=new.credential_id,
            device=new.device,
            started_at=now,
            last_seen_at=now,
            ends_at=new.ends_at,
        )
    )


@cache
def _session_by_token(sessions: Table, owners: Table) -> PointRead:
    (owner_key,) = owners.primary_key.columns
    return PointRead(
        select(
            sessions.c.session_id,
            sessions.c.owner_id,
            owners.c.name,
            sessions.c.credential_id,
            sessions.c.stepped_up_at,
            sessions.c.last_seen_at,
            sessions.c.ends_at,
        )
        .join_from(sessions, owners, sessions.c.owner_id == owner_key)
        .where(sessions.c.token_hash == bindparam("claimed_hash"))
    )


async def fetch_session(database: Database, tables: AccountTables, token_hash: str) -> SessionRow | None:
    """A session by its token's hash, ended or not."""
    rows = await database.fetch(_session_by_token(tables.sessions, tables.owners), claimed_hash=token_hash)
    return SessionRow(*rows[0]) if rows else None


def touch_session(connection: Connection, tables: AccountTables, token_hash: str, *, now: datetime) -> None:
    """Note that a session is in use."""
    connection.execute(
        update(tables.sessions).where(tables.sessions.c.token_hash == token_hash).values(last_seen_at=now)
    )


def step_up_session(
    connection: Connection, tables: AccountTables, session_id: str, *, new_token_hash: str, now: datetime
) -> bool:
    """Note a fresh passkey and change the token; False when the session ended meanwhile."""
    result = connection.execute(
        update(tables.sessions)
        .where(tables.sessions.c.session_id == session_id)
        .values(token_hash=new_token_hash, stepped_up_at=now, last_seen_at=now)
    )
    return result.rowcount == 1


def delete_session(connection: Connection, tables: AccountTables, token_hash: str) -> None:
    """End a session."""
    connection.execute(delete(tables.sessions).where(tables.sessions.c.token_hash == token_hash))


def read_sessions(
    connection: Connection, tables: AccountTables, owner_id: str, *, idle_since: datetime, now: datetime
) -> list[ListedSession]:
    """An owner's sessions in force, the last used first."""
    sessions = tables.sessions
    rows = connection.execute(
        select(*(sessions.c[field] for field in ListedSession.__struct_fields__))
        .where(sessions.c.owner_id == owner_id, sessions.c.ends_at > now, sessions.c.last_seen_at > idle_since)
        .order_by(sessions.c.last_seen_at.desc(), sessions.c.session_id)
    ).mappings()
    return [ListedSession(**row) for row in rows]


def delete_session_of(connection: Connection, tables: AccountTables, owner_id: str, session_id: str) -> bool:
    """End one of an owner's sessions; False when there is none such."""
    sessions = tables.sessions
    mine = delete(sessions).where(sessions.c.owner_id == owner_id, sessions.c.session_id == session_id)
    return connection.execute(mine).rowcount == 1
