"""The SQL of an account's own passkeys. Every function works in the caller's transaction."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, select, update

from backend.access.tables import AccountTables


class OwnPasskey(Struct, frozen=True, kw_only=True):
    """A passkey in force, as its owner sees it."""

    credential_id: bytes
    name: str
    registered_at: datetime
    last_used_at: datetime | None
    backed_up: bool
    """Whether it is kept somewhere else too, so that a lost phone does not lose it."""


def read_passkeys(connection: Connection, tables: AccountTables, owner_id: str) -> list[OwnPasskey]:
    """The owner's passkeys in force, oldest first."""
    passkeys = tables.passkeys
    rows = connection.execute(
        select(*(passkeys.c[field] for field in OwnPasskey.__struct_fields__))
        .where(passkeys.c.owner_id == owner_id, passkeys.c.ended_at.is_(None))
        .order_by(passkeys.c.registered_at, passkeys.c.credential_id)
    ).mappings()
    return [OwnPasskey(**row) for row in rows]


def rename_passkey(connection: Connection, tables: AccountTables, credential_id: bytes, *, name: str) -> None:
    """Give a passkey another name."""
    connection.execute(
        update(tables.passkeys).where(tables.passkeys.c.credential_id == credential_id).values(name=name)
    )


def lock_account(connection: Connection, tables: AccountTables, owner_id: str) -> bytes:
    """The owner's user handle; until the transaction ends nobody else changes this account's passkeys."""
    handle: bytes = connection.execute(
        update(tables.accounts)
        .where(tables.accounts.c.owner_id == owner_id)
        .values(opened_at=tables.accounts.c.opened_at)
        .returning(tables.accounts.c.user_handle)
    ).scalar_one()
    return handle
