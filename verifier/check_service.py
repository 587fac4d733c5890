"""Checks as a service or command offers them: bytes in, verdict out, with lists that are looked after."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from verifier.errors import ListError
from verifier.fair_turns import FairTurns
from verifier.sealed_lists import SealedLists, open_lists
from verifier.verdict import Verdict
from verifier.verify import could_not_check, recognise
from verifier.worker import PATIENCE_SECONDS, CheckWorkers, Input

WAITING_SECONDS = 14.0
"""Patience with a queue: on an evening when everybody checks, a late answer is better than none."""


class ListProvider(Protocol):
    """Who looks after the lists: ``verifier.list_cache.ListCache``, or the city that signs them itself."""

    def current(self, now: datetime) -> SealedLists:
        """The lists to check with. May block for a fetch; never raises."""
        ...

    def add_status(self, school_year: str, now: datetime) -> bool:
        """Get one more school year's status list, if there is one; says whether it is at hand now. May block."""
        ...


def utc_now() -> datetime:
    """The computer's clock."""
    return datetime.now(UTC)


class CheckService:
    """Everything that a check needs, put together once."""

    def __init__(
        self,
        workers: CheckWorkers,
        lists: ListProvider,
        *,
        public_url: str | None = None,
        clock: Callable[[], datetime] = utc_now,
        observe: Callable[[Verdict, float], None] = lambda _verdict, _seconds: None,
    ) -> None:
        """``public_url`` is the origin that QR codes have to carry; without it the trust list's word counts.

        ``observe`` is told each verdict and how many seconds it took, waiting included.
        """
        self._workers = workers
        self._lists = lists
        self._public_url = public_url
        self._clock = clock
        self._observe = observe
        self.turns = FairTurns(workers.processes)

    @property
    def lists(self) -> ListProvider:
        """Who looks after the lists."""
        return self._lists

    def knows_public_url(self, now: datetime) -> bool:
        """Whether the address that a QR code leads to is compared with anything: our setting, or the trust list."""
        try:
            trust = open_lists(self._lists.current(now), now=now).trust
        except ListError:
            trust = None
        return self._public_url is not None or (trust is not None and trust.department.public_url is not None)

    @property
    def clock(self) -> Callable[[], datetime]:
        """What time it is."""
        return self._clock

    def check(self, data: bytes, *, deep: bool = False) -> Verdict:
        """Check and wait; ``deep`` also compares a PDF's pages with its data.

        Raises:
            TooBusyError: too many checks are under way.
        """
        now = self._clock()
        given = Input(data, self._public_url, deep)
        verdict = self._workers.check(given, lists=self._lists.current(now), now=now)
        school_year = _missing_year(verdict)
        if school_year is not None and self._lists.add_status(school_year, now):
            verdict = self._workers.check(given, lists=self._lists.current(now), now=now)
        return verdict

    async def check_soon(self, data: bytes, *, deep: bool = False, sender: str = "", batch: bool = False) -> Verdict:
        """As ``check``, without holding the event loop; senders take turns, and batches leave room (``FairTurns``).

        Raises:
            TooBusyError: too many checks wait, or no process became free in time.
        """
        began = time.monotonic()
        async with self.turns.turn(sender, patience_seconds=WAITING_SECONDS, batch=batch):
            now = self._clock()
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    verdict = await self._check_soon(Input(data, self._public_url, deep), now)
            except TimeoutError:
                verdict = could_not_check(recognise(data), "check_timed_out", now=now)
        self._observe(verdict, time.monotonic() - began)
        return verdict

    async def _check_soon(self, given: Input, now: datetime) -> Verdict:
        lists = await asyncio.to_thread(self._lists.current, now)
        verdict = await self._workers.check_soon(given, lists=lists, now=now)
        school_year = _missing_year(verdict)
        if school_year is not None and await asyncio.to_thread(self._lists.add_status, school_year, now):
            lists = await asyncio.to_thread(self._lists.current, now)
            verdict = await self._workers.check_soon(given, lists=lists, now=now)
        return verdict

    def close(self) -> None:
        """End the processes."""
        self._workers.close()


def _missing_year(verdict: Verdict) -> str | None:
    """School year of a card whose status list is not at hand; its signatures are verified, so it is no invention."""
    if "status_list_missing" in verdict.status.codes and verdict.record is not None:
        return verdict.record.school_year
    return None
