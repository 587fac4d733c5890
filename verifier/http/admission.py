"""Who may have a card checked now: limits by sender, and room for what is being received.

Both routes of the check pass through here, in the city's service as in the stand-alone one. Who has asked too often is
refused before the body is read.
"""

import logging
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import NamedDependency

from verifier.client_address import TrustedProxies, network_of
from verifier.http.problems import ProblemError
from verifier.rate_limit import Allowance, RateLimit, RateLimiter
from verifier.unpack_zip import MAX_ARCHIVE_BYTES

SINGLE_LIMIT = RateLimit("verify", requests=300, window_seconds=60)
"""An admission desk scans one a second; a school behind one address has a few desks."""
BATCH_LIMIT = RateLimit("verify-batch", requests=20, window_seconds=600)
"""Of 500 files each: 1,000 cards a minute."""
MAX_BATCHES = 3
"""At once; each may hold ``MAX_ARCHIVE_BYTES`` in memory."""
MAX_RECEIVING_BYTES = 3 * MAX_ARCHIVE_BYTES
"""Of all bodies that are being received or wait for their check."""
MAX_SENDER_BYTES = MAX_RECEIVING_BYTES // 2
"""Of one sender's: a batch and a few beside it. Else fifteen uploads that never end turn everybody away."""
RETRY_AFTER_SECONDS = 3
RETRY_BATCH_AFTER_SECONDS = 30

_logger = logging.getLogger("hocba.http.admission")


class BatchPlace:
    """A batch under way. It ends with ``leave``, or with this object: a stream that nobody reads is never closed."""

    def __init__(self, batches: set[str], sender: str) -> None:
        self.leave = weakref.finalize(self, batches.discard, sender)


class Admission:
    """Counts requests and bytes. One for each process that serves."""

    def __init__(
        self,
        *,
        proxies: TrustedProxies | None = None,
        single_limit: RateLimit = SINGLE_LIMIT,
        batch_limit: RateLimit = BATCH_LIMIT,
        max_receiving_bytes: int = MAX_RECEIVING_BYTES,
        max_sender_bytes: int = MAX_SENDER_BYTES,
        monotonic: Callable[[], float] = time.monotonic,
        observe_refusal: Callable[[str], None] = lambda _code: None,
    ) -> None:
        self.proxies = proxies or TrustedProxies()
        self.observe_refusal = observe_refusal
        self._single = RateLimiter(single_limit)
        self._batch = RateLimiter(batch_limit)
        self._monotonic = monotonic
        self._free_bytes = max_receiving_bytes
        self._max_sender_bytes = max_sender_bytes
        self._sender_bytes: Counter[str] = Counter()
        self._batches: set[str] = set()
        self._warned = False

    def warn_of_unnamed_proxy(self) -> None:
        """Say once that a forwarded address was not believed; behind a proxy, limits then count everybody as one."""
        if not self._warned:
            self._warned = True
            _logger.warning("a forwarded address is not believed: HOCBA_TRUSTED_PROXIES names no proxy")

    def count_single(self, sender: str) -> Allowance:
        """Count one request for a check."""
        return self._single.count(sender, now_seconds=self._monotonic())

    def count_batch(self, sender: str) -> Allowance:
        """Count one batch."""
        return self._batch.count(sender, now_seconds=self._monotonic())

    def enter_batch(self, sender: str) -> "BatchPlace":
        """Begin a batch.

        Raises:
            ProblemError: 503, this sender has one under way already, or too many others have.
        """
        if sender in self._batches or len(self._batches) >= MAX_BATCHES:
            raise ProblemError("verify_busy", status=503, retry_after_seconds=RETRY_BATCH_AFTER_SECONDS)
        self._batches.add(sender)
        return BatchPlace(self._batches, sender)

    @contextmanager
    def receiving(self, sender: str) -> Iterator[Callable[[int], None]]:
        """Room for a body: call with the size of each piece as it comes.

        Raises:
            ProblemError: 503, when this sender's other bodies, or everybody's, fill the memory that they may take.
        """
        held = 0

        def take(size: int) -> None:
            nonlocal held
            if size > min(self._free_bytes, self._max_sender_bytes - self._sender_bytes[sender]):
                raise ProblemError("verify_busy", status=503, retry_after_seconds=RETRY_AFTER_SECONDS)
            self._free_bytes -= size
            self._sender_bytes[sender] += size
            held += size

        try:
            yield take
        finally:
            self._free_bytes += held
            self._sender_bytes[sender] -= held
            if not self._sender_bytes[sender]:
                del self._sender_bytes[sender]


AdmissionInjected = NamedDependency[Admission]


def provide_admission(state: State) -> Admission:
    """Dependency ``admission``, which the application keeps in its state."""
    admission: Admission = state.admission
    return admission


def client_address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The sender's network address: the connection's own, or what a trusted proxy says of it."""
    admission: Admission = connection.app.state.admission
    peer = connection.client.host if connection.client else ""
    forwarded = connection.headers.getall(admission.proxies.header, [])
    if forwarded and not admission.proxies.networks:
        admission.warn_of_unnamed_proxy()
    return admission.proxies.client_of(peer, forwarded)


def sender_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """What the sender's limits are counted by."""
    return network_of(client_address(connection))
