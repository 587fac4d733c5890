"""Forget what nobody needs any more: lists that were never confirmed end, and what was seen of cards that are gone."""

from datetime import datetime

from backend.desk.batches import store
from backend.desk.context import Desk


def clean_up_batches(desk: Desk, *, now: datetime) -> int:
    """End begun batches whose ten minutes are over, and forget old copies; answers how many rows."""
    with desk.access.database.write() as connection:
        expired = store.read_expired_ids(connection, now=now)
        for batch_id in expired:
            store.end_expired(connection, batch_id, reason="authorisation_too_late", now=now)
        return len(expired) + store.forget_seen(connection)
