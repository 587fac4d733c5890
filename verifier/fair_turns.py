"""Who may use a process next. Senders take turns, so that nobody's many or slow uploads keep another's one waiting.

Each sender has a queue of its own; a free place goes to the sender that has waited longest since its last turn. Checks
of a batch take at most half of the places, and batches take turns with one another in the same way.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from verifier.worker import TooBusyError

MAX_WAITING = 200
"""More than this wait for longer than anybody wants to; they are told to come back."""


class FairTurns:
    """A few places, given out by turns. For one event loop."""

    def __init__(self, places: int, *, max_waiting: int = MAX_WAITING) -> None:
        self._free = places
        self._free_for_batches = max(1, places // 2)
        self._max_waiting = max_waiting
        self._single: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._batched: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return sum(len(queue) for line in (self._single, self._batched) for queue in line.values())

    @asynccontextmanager
    async def turn(self, sender: str, *, patience_seconds: float, batch: bool = False) -> AsyncIterator[None]:
        """Hold a place.

        Raises:
            TooBusyError: too many wait, or none became free in time.
        """
        await self._enter(sender, patience_seconds, batch=batch)
        try:
            yield
        finally:
            self._leave(batch=batch)

    async def _enter(self, sender: str, patience_seconds: float, *, batch: bool) -> None:
        if self.waiting >= self._max_waiting:
            raise TooBusyError
        line = self._batched if batch else self._single
        turn = asyncio.get_running_loop().create_future()
        line.setdefault(sender, deque()).append(turn)
        self._call_next()
        try:
            async with asyncio.timeout(patience_seconds):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._leave(batch=batch)  # called at the very moment when it gave up
            else:
                _forget(line, sender, turn)
            if isinstance(error, TimeoutError):
                raise TooBusyError from error
            raise

    def _leave(self, *, batch: bool) -> None:
        self._free += 1
        self._free_for_batches += batch
        self._call_next()

    def _call_next(self) -> None:
        while self._free and (turn := _take(self._single)):
            self._free -= 1
            turn.set_result(None)
        while self._free and self._free_for_batches and (turn := _take(self._batched)):
            self._free -= 1
            self._free_for_batches -= 1
            turn.set_result(None)


def _take(line: OrderedDict[str, deque[asyncio.Future[None]]]) -> asyncio.Future[None] | None:
    """The next sender's oldest that still waits; the sender goes to the end of the line."""
    while line:
        sender, queue = line.popitem(last=False)
        turn = queue.popleft()
        if queue:
            line[sender] = queue
        if not turn.cancelled():
            return turn
    return None


def _forget(line: OrderedDict[str, deque[asyncio.Future[None]]], sender: str, turn: asyncio.Future[None]) -> None:
    queue = line.get(sender)
    if queue is None or turn not in queue:
        return
    queue.remove(turn)
    if not queue:
        del line[sender]
