"""Forget what has ended: challenges, sessions, old attempts."""

from datetime import datetime, timedelta

from backend.access import store
from backend.access.context import Access
from backend.access.limits import WINDOW_SECONDS


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
