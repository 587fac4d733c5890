"""Forget what has ended: challenges, sessions, old attempts, notices that were seen long ago."""

from datetime import datetime, timedelta
from typing import Final

from backend.access import store
from backend.access.context import Access
from backend.access.limits import WINDOW_SECONDS
from backend.access.notices.store import delete_seen

SEEN_NOTICES_STAY: Final = timedelta(days=365)
"""Long enough to answer a parent who asks what that was; they name children and guardians, so no longer."""


def clean_up_access(access: Access, *, now: datetime) -> int:
    """Delete rows that no longer decide anything; answers how many."""
    with access.database.write() as connection:
        return store.delete_ended(
            connection,
            access.realm.tables,
            idle_since=now - access.realm.idle_end,
            attempts_before=now - timedelta(seconds=WINDOW_SECONDS),
            now=now,
        )


def clean_up_notices(access: Access, *, now: datetime) -> int:
    """Delete notices that parents saw a year ago; answers how many."""
    with access.database.write() as connection:
        return delete_seen(connection, seen_before=now - SEEN_NOTICES_STAY)
