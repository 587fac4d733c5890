"""Every confirmed batch that has cards left to sign, one worker at a time in a city."""

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from backend.desk.batches import store
from backend.desk.batches.sign_batch import BatchReport, OnProgress, sign_batch
from backend.desk.context import Desk

WORK = "signing"
_LOG = logging.getLogger("hocba.desk")
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(minutes=30)


class Pauses:
    """When a batch whose key did not answer has its next turn: every turn may ring its owner's phone.

    Each pause is twice as long as the one before. Kept by the process that signs; after a restart all begin anew.
    """

    def __init__(self) -> None:
        self._until: dict[str, tuple[datetime, timedelta]] = {}

    def at(self, now: datetime) -> frozenset[str]:
        """Batches that have no turn now."""
        return frozenset(batch_id for batch_id, (until, _) in self._until.items() if now < until)

    def note(self, reports: Iterable[BatchReport], now: datetime) -> None:
        """Let batches with cards left pause; the others are forgotten."""
        for report in reports:
            _, before = self._until.pop(report.batch_id, (now, timedelta()))
            if report.waiting:
                pause = min(2 * before, LONGEST_PAUSE) or FIRST_PAUSE
                self._until[report.batch_id] = (now + pause, pause)


def sign_waiting(
    desk: Desk,
    *,
    left_alone: Collection[str] = (),
    on_progress: OnProgress = lambda _done, _all: None,
    should_stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime],
) -> tuple[BatchReport, ...]:
    """Sign what waits; a batch whose key does not answer waits for the next run and holds up no other.

    ``left_alone`` are batches that have no turn now (``Pauses``).

    Raises:
        AlreadyRunningError: another process is at it.
    """
    reports: dict[str, BatchReport] = {}
    with desk.access.database.only_one(WORK):
        while True:
            # What was confirmed meanwhile is signed too: whoever confirmed it was turned away at the lock.
            fresh = [
                batch_id for batch_id in running_batches(desk) if batch_id not in reports and batch_id not in left_alone
            ]
            if not fresh or should_stop():
                return tuple(reports.values())
            for batch_id in fresh:
                try:
                    reports[batch_id] = sign_batch(
                        desk, batch_id, on_progress=on_progress, should_stop=should_stop, clock=clock
                    )
                except Exception as error:  # noqa: BLE001  # a defect of ours in one batch must not starve the others
                    _LOG.error("a batch was stopped by a defect of ours: %s, %s", batch_id, type(error).__qualname__)
                    reports[batch_id] = BatchReport(
                        batch_id, signed=0, left_out=0, failed=0, waiting=1, ended_by="signing_defect"
                    )


def running_batches(desk: Desk) -> tuple[str, ...]:
    """Batches that are confirmed and have not ended."""
    with desk.access.database.read() as connection:
        return store.read_running_ids(connection)
