"""A challenge that is given out to one browser, answered once, within five minutes."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from backend.access import store
from backend.access.context import Access
from backend.access.errors import CeremonyEndedError
from backend.access.keys import new_token, token_hash
from backend.access.passkeys import CEREMONY_SECONDS


class BegunCeremony(Struct, frozen=True):
    """What goes to the browser."""

    options: dict[str, Any]
    """WebAuthn options as JSON."""
    browser_token: str
    """For a cookie: who answers must be who asked."""


def begin_ceremony(
    access: Access,
    connection: Connection,
    *,
    ceremony: store.Ceremony,
    options: dict[str, Any],
    now: datetime,
) -> BegunCeremony:
    """Keep the challenge under the hash of a fresh browser token."""
    begun = BegunCeremony(options, new_token())
    store.add_ceremony(
        connection,
        access.realm.tables,
        browser_hash=token_hash(begun.browser_token),
        ceremony=ceremony,
        expires_at=now + timedelta(seconds=CEREMONY_SECONDS),
    )
    return begun


def take_ceremony(
    access: Access, *, claimed_browser_token: str | None, kinds: Collection[store.CeremonyKind], now: datetime
) -> store.Ceremony:
    """The browser's challenge, used up from here on whatever follows.

    Raises:
        CeremonyEndedError: this browser has none in force of these kinds.
    """
    if claimed_browser_token is None:
        raise CeremonyEndedError
    with access.database.write() as connection:
        taken = store.take_ceremony(
            connection, access.realm.tables, browser_hash=token_hash(claimed_browser_token), kinds=kinds, now=now
        )
    if taken is None:
        raise CeremonyEndedError
    return taken
