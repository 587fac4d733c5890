"""Checks in processes of their own, so that one bad upload hurts nobody else.

A process that takes too long or too much memory is ended, and the card's verdict is ``undetermined``: "could not
check" is never "invalid". Processes come from a clean server process (``forkserver``), never from the threads of a
web service; each ends after some hundreds of checks, so that nothing a library leaks can pile up.
"""

import asyncio
import logging
import multiprocessing
import resource
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.synchronize import Semaphore
from types import TracebackType
from typing import ClassVar, Self, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from verifier.errors import ListError, VerifierError
from verifier.sealed_lists import SealedLists, open_lists
from verifier.verdict import InputKind, IssuerLine, Line, Verdict
from verifier.verify import could_not_check, recognise, verify_any

TIME_LIMIT_SECONDS = 9.0
"""For one check; with the way there and back a request stays under 10 s."""
PATIENCE_SECONDS = 10.0
"""For a check and its waiting for a process."""
MEMORY_LIMIT_BYTES = 300_000_000
"""Address space of a process while it checks; the programs alone take about 100 MB of it."""
RECEIVING_BYTES = 100_000_000
"""More of it while a process receives its next input, of which it then holds a few copies. A process that runs out of
memory there dies with the task half read, and takes every other check of its pool along."""
PROCESSES = 2
MAX_WAITING = 16
"""More checks than this at once are sent away: they would only wait until their time is over."""
CHECKS_PER_PROCESS = 500
START_SECONDS = 5.0
"""Patience with a process that is being started when the pool is closed."""

LineOfVerdict = TypeVar("LineOfVerdict", Line, IssuerLine)

_NOISY_LOGGERS = ("pyhanko", "pyhanko_certvalidator", "PIL", "signxml")


class TooBusyError(VerifierError):
    """No process is free, and enough others wait already; try again in some seconds."""

    code: ClassVar[str] = "verify_busy"


class Input(Struct, frozen=True):
    """What is to be checked, as it came."""

    data: bytes
    """PDF, XML, photo, or a QR's text in UTF-8."""
    public_url: str | None = None
    """Origin that QR codes have to carry; without it the trust list's word counts."""
    deep: bool = False
    """Whether a PDF's pages are read and compared with its data."""


class CheckWorkers:
    """A few processes that check cards; they start with the first one. Close it, or use it as a context."""

    def __init__(
        self,
        *,
        processes: int = PROCESSES,
        time_limit_seconds: float = TIME_LIMIT_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
        memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._processes = processes
        self._time_limit_seconds = time_limit_seconds
        self._patience_seconds = patience_seconds
        self._memory_limit_bytes = memory_limit_bytes
        self._places = threading.BoundedSemaphore(max_waiting)
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None

    @property
    def processes(self) -> int:
        """How many checks run at once."""
        return self._processes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the processes now, so that the first card does not wait for them."""
        self._working_pool()

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        if self._pool is None:
            return
        for _ in range(self._processes):
            # A process that is ended before it has begun complains on the standard error.
            self._ready.acquire(timeout=START_SECONDS)
        _end_pool(self._pool)

    def check(self, given: Input, *, lists: SealedLists, now: datetime) -> Verdict:
        """Check and wait for the verdict; for commands and threads.

        Raises:
            TooBusyError: too many others wait.
        """
        future = self._schedule(given, lists, now)
        try:
            return future.result()
        except Exception as error:  # noqa: BLE001  # whatever ended the process, the card gets a verdict
            return _verdict_of_failure(error, given, now)

    async def check_soon(self, given: Input, *, lists: SealedLists, now: datetime) -> Verdict:
        """Check without holding the event loop; never longer than the patience of the pool.

        Raises:
            TooBusyError: too many others wait, or no process became free in time.
        """
        future = self._schedule(given, lists, now)
        waiting = asyncio.wrap_future(future)
        try:
            done, _ = await asyncio.wait({waiting}, timeout=self._patience_seconds)
            if not done and not future.running():
                raise TooBusyError
            failure = waiting.exception() if done else TimeoutError()
            return waiting.result() if failure is None else _verdict_of_failure(failure, given, now)
        finally:
            waiting.cancel()  # ends the process if it is still at it: nobody waits for it any more

    def _schedule(self, given: Input, lists: SealedLists, now: datetime) -> "ProcessFuture[Verdict]":
        if not self._places.acquire(blocking=False):
            raise TooBusyError
        try:
            pool = self._working_pool()
            future = pool.schedule(_check, args=(given, lists, now), timeout=self._time_limit_seconds)
        except BaseException:
            self._places.release()
            raise
        future.add_done_callback(lambda _: self._places.release())
        return future

    def _working_pool(self) -> ProcessPool:
        """A process that dies while it receives its task breaks the whole pool; then the next check gets a new one."""
        with self._lock:
            if self._pool is None:
                self._pool = self._new_pool()
            elif not self._pool.active:
                # In the background: a pool that broke may need a moment to see that nobody receives any more.
                threading.Thread(target=_end_pool, args=(self._pool,), daemon=True).start()
                self._pool = self._new_pool()
            return self._pool

    def _new_pool(self) -> ProcessPool:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["verifier.verify"])
        self._ready = context.Semaphore(0)
        pool = ProcessPool(
            max_workers=self._processes,
            max_tasks=CHECKS_PER_PROCESS,
            initializer=_limit_process,
            initargs=(self._memory_limit_bytes, self._ready),
            context=context,
        )
        for _ in range(self._processes):
            pool.schedule(_get_ready)  # so that no card waits for the imports of a process that idled
        return pool


def _end_pool(pool: ProcessPool) -> None:
    """End its processes. Those of a broken pool would otherwise stay, and the program could not end before them."""
    pool.stop()  # type: ignore[no-untyped-call]  # Pebble types only a part of itself
    pool.join()


def _get_ready() -> None:
    """Nothing: by the time this runs, the process has loaded what it needs."""


def _limit_process(memory_limit_bytes: int, ready: Semaphore) -> None:
    receiving = memory_limit_bytes + RECEIVING_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (receiving, receiving))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold somebody's report card
    for name in _NOISY_LOGGERS:
        # Libraries log what they read: names in certificates, pieces of the file.
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    ready.release()


@contextmanager
def _memory_for_checking() -> Iterator[None]:
    """Without the part that is kept for receiving."""
    _, receiving = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (receiving - RECEIVING_BYTES, receiving))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (receiving, receiving))


@_memory_for_checking()
def _check(given: Input, lists: SealedLists, now: datetime) -> Verdict:
    try:
        opened = open_lists(lists, now=now)
    except ListError as error:
        return could_not_check(recognise(given.data), error.reason, now=now)
    # What the department signed counts where nobody here was told otherwise.
    signed_url = None if opened.trust is None else opened.trust.department.public_url
    verdict = verify_any(given.data, lists=opened, public_url=given.public_url or signed_url, deep=given.deep, now=now)
    if lists.trust_problem in {None, "list_unreachable"}:  # "connect to the network" says that better
        return verdict
    return replace(
        verdict,
        intact=_say_why(verdict.intact, lists.trust_problem),
        issuer=_say_why(verdict.issuer, lists.trust_problem),
        status=_say_why(verdict.status, lists.trust_problem),
    )


def _say_why(line: LineOfVerdict, problem: str) -> LineOfVerdict:
    return replace(line, codes=tuple(problem if code == "trust_list_missing" else code for code in line.codes))


def _verdict_of_failure(error: BaseException, given: Input, now: datetime) -> Verdict:
    if isinstance(error, TimeoutError | CancelledError):
        code = "check_timed_out"
    elif isinstance(error, MemoryError) or (isinstance(error, ProcessExpired) and error.exitcode != 0):
        # A process that dies without a word ran into its limit of memory: C++ libraries end that way.
        code = "check_out_of_memory"
    else:
        logging.getLogger(__name__).error("check ended by %s", type(error).__name__)
        code = "check_failed"
    kind = recognise(given.data) if given.data else InputKind.UNKNOWN
    return could_not_check(kind, code, now=now)
