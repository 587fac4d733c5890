"""Every confirmed batch that has cards left to sign, one worker at a time in a city."""

from collections.abc import Callable
from datetime import datetime

from backend.desk.batches import store
from backend.desk.batches.sign_batch import BatchReport, OnProgress, sign_batch
from backend.desk.context import Desk

WORK = "signing"


def sign_waiting(
    desk: Desk,
    *,
    on_progress: OnProgress = lambda _done, _all: None,
    should_stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime],
) -> tuple[BatchReport, ...]:
    """Sign what waits; a batch whose key does not answer waits for the next run and holds up no other.

    Raises:
        AlreadyRunningError: another process is at it.
    """
    reports: dict[str, BatchReport] = {}
    with desk.access.database.only_one(WORK):
        while True:
            # What was confirmed meanwhile is signed too: whoever confirmed it was turned away at the lock.
            fresh = [batch_id for batch_id in running_batches(desk) if batch_id not in reports]
            if not fresh or should_stop():
                return tuple(reports.values())
            for batch_id in fresh:
                reports[batch_id] = sign_batch(
                    desk, batch_id, on_progress=on_progress, should_stop=should_stop, clock=clock
                )


def running_batches(desk: Desk) -> tuple[str, ...]:
    """Batches that are confirmed and have not ended."""
    with desk.access.database.read() as connection:
        return store.read_running_ids(connection)
