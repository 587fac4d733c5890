"""Sessions on the server's side: a random token whose hash is stored, with an idle and an absolute end."""

import asyncio
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from msgspec import Struct
from sqlalchemy import Connection

from backend.access.context import Access
from backend.access.errors import SessionEndedError
from backend.access.keys import MAX_TOKEN_CHARACTERS, new_token, token_hash
from backend.access.realm import AccountOwner, Waiting
from backend.access.sessions import store

_SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly the last use is kept; a write for each request would buy nothing."""


class NewSession(Struct, frozen=True):
    """A session that has just begun."""

    token: str
    """For the cookie."""
    name: str
    """Of its owner."""
    ends_at: datetime
    waiting: Waiting | None
    """What the account waits for before it shows anything."""


class OpenSession(Struct, frozen=True, kw_only=True):
    """A session in force."""

    session_id: str
    owner_id: str
    name: str
    """Of its owner."""
    credential_id: bytes
    """The passkey that opened it."""
    stepped_up_at: datetime | None
    """When its owner last showed a passkey again."""


class Parent(Struct, frozen=True):
    """Who is logged in: a guardian, of whomever they may read today."""

    guardian_id: str
    name: str
    session: OpenSession


def start_session(
    access: Access,
    connection: Connection,
    *,
    owner: AccountOwner,
    credential_id: bytes,
    device: str,
    replaced_token: str | None,
    now: datetime,
) -> NewSession:
    """Begin a session with a fresh token; the one that the browser had before ends."""
    if replaced_token is not None:
        store.delete_session(connection, access.realm.tables, token_hash(replaced_token))
    session = NewSession(
        token=new_token(),
        name=owner.name,
        ends_at=now + access.realm.absolute_end,
        waiting=access.realm.find_waiting(connection, owner.owner_id),
    )
    new = store.NewSessionRow(
        session_id=str(uuid4()),
        token_hash=token_hash(session.token),
        owner_id=owner.owner_id,
        credential_id=credential_id,
        device=device,
        ends_at=session.ends_at,
    )
    store.add_session(connection, access.realm.tables, new, now=now)
    return session


async def resolve_session(access: Access, claimed_token: str | None, *, now: datetime) -> OpenSession:
    """The session of the realm that a token opens. Every request asks for it, so no thread is needed but once a minute.

    Raises:
        SessionEndedError: none, or it has ended.
    """
    if claimed_token is None or len(claimed_token) > MAX_TOKEN_CHARACTERS:
        raise SessionEndedError
    claimed_hash = token_hash(claimed_token)
    found = await store.fetch_session(access.database, access.realm.tables, claimed_hash)
    if found is None or found.ends_at <= now or found.last_seen_at + access.realm.idle_end <= now:
        raise SessionEndedError
    if found.last_seen_at + _SEEN_EVERY <= now:
        await asyncio.to_thread(_touch, access, claimed_hash, now)
    return OpenSession(
        session_id=found.session_id,
        owner_id=found.owner_id,
        name=found.name,
        credential_id=found.credential_id,
        stepped_up_at=found.stepped_up_at,
    )


def end_session(access: Access, claimed_token: str | None) -> None:
    """Log out. A token without a session is no error: the wish is fulfilled."""
    if claimed_token is not None:
        with access.database.write() as connection:
            store.delete_session(connection, access.realm.tables, token_hash(claimed_token))


def _touch(access: Access, claimed_hash: str, now: datetime) -> None:
    with access.database.write(light=True) as connection:
        store.touch_session(connection, access.realm.tables, claimed_hash, now=now)
