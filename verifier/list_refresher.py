"""Lists fetched ahead of need: no check ever waits for a network, and a source that is down is asked again patiently.

A pause lasts until the lists are to be refreshed, less when one of them ends before; after a failure it grows from
half a minute to five. Every pause is shortened by chance, so that many services do not ask one city at one moment.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from verifier.list_cache import REFRESH_AFTER, RETRY_AFTER, ListCache

JITTER = 0.2
"""At most so much of a pause is left out."""

_logger = logging.getLogger(__name__)


class ListRefresher:
    """Keeps a cache fresh until told to end. One task of one event loop."""

    def __init__(
        self,
        lists: ListCache,
        *,
        clock: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``chance`` gives numbers from 0 to 1."""
        self._lists = lists
        self._clock = clock
        self._chance = chance
        self.first = asyncio.Event()
        """Set once the first refresh has ended, well or not."""
        self.failures = 0
        """In a row."""
        self.succeeded_at: datetime | None = None
        """When every list could last be taken in."""

    async def refresh(self) -> None:
        """Fetch once, in a thread; whatever goes wrong is counted and leaves the lists as they are."""
        now = self._clock()
        try:
            taken = await asyncio.to_thread(self._lists.refresh, now)
        except Exception as error:  # noqa: BLE001  # the next round may do better, and nobody else would begin one
            name = type(error).__name__
            _logger.error("refresh of the lists ended by %s", name)  # noqa: TRY400  # a trace quotes what was read
            taken = False
        if taken:
            self.failures, self.succeeded_at = 0, now
        else:
            self.failures += 1
        self.first.set()

    async def run(self, ending: asyncio.Event) -> None:
        """Refresh, pause, and again."""
        while not ending.is_set():
            await self.refresh()
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), self.pause().total_seconds())

    def pause(self) -> timedelta:
        """How long to wait now."""
        ends = min((state.expires_at for state in self._lists.states), default=None)
        now = self._clock()
        return pause_of(failures=self.failures, left=None if ends is None else ends - now, chance=self._chance())


def pause_of(*, failures: int, left: timedelta | None, chance: float) -> timedelta:
    """A pause.

    Args:
        failures: refreshes in a row that failed.
        left: until the first of the lists at hand ends; None when there is none.
        chance: from 0 to 1.
    """
    pause = REFRESH_AFTER
    if failures:
        pause = min(REFRESH_AFTER, RETRY_AFTER * 2 ** min(failures - 1, 10))
    elif left is not None:
        pause = min(REFRESH_AFTER, max(RETRY_AFTER, left / 2))
    return pause * (1 - JITTER * chance)
