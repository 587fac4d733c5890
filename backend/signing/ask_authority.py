"""Asking over HTTP with bounds: so long, so many bytes, and not again at once when it failed.

Timestamp authorities, OCSP responders and servers of revocation lists are other people's machines. Each is given one
deadline for the whole answer (a server that sends a byte now and then does not hold a card up), a largest size, and a
pause after it has failed twice in a row, so that a dead one does not cost every card its patience.
"""

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from types import TracebackType
from typing import Self

import httpx
from msgspec import Struct

DEFAULT_TIMEOUT_SECONDS = 10.0
FAILURES_BEFORE_PAUSE = 2
FIRST_PAUSE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 900.0


class Silence(StrEnum):
    """Why there is no usable answer; the end of a code that the caller makes of it."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    TOO_LARGE = "too_large"


class NoAnswerError(Exception):
    """No usable answer."""

    def __init__(self, reason: Silence, **details: str | int) -> None:
        self.reason = reason
        self.details = details
        super().__init__(reason)


class _Standing(Struct):
    failures: int = 0
    paused_until: float = 0.0
    reason: str = ""


class Pauses:
    """Which addresses are passed over for a while; may be shared by threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._standings: dict[str, _Standing] = {}

    def paused_for(self, url: str) -> str | None:
        """Why it is passed over now, if it is. When the pause ends, one failure starts the next, twice as long."""
        with self._lock:
            standing = self._standings.get(url)
            return standing.reason if standing is not None and self._clock() < standing.paused_until else None

    def note_failure(self, url: str, reason: str) -> None:
        with self._lock:
            standing = self._standings.setdefault(url, _Standing())
            standing.failures += 1
            standing.reason = reason
            beyond = standing.failures - FAILURES_BEFORE_PAUSE
            if beyond >= 0:
                pause = min(FIRST_PAUSE_SECONDS * 2 ** min(beyond, 16), LONGEST_PAUSE_SECONDS)
                standing.paused_until = self._clock() + pause

    def note_success(self, url: str) -> None:
        with self._lock:
            self._standings.pop(url, None)


class HttpAsker:
    """Keeps its connections, and may be shared by threads."""

    def __init__(self, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> None:
        """``timeout_seconds`` is the patience with one answer, from connecting to its last byte."""
        self._timeout_seconds = timeout_seconds
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def ask(self, url: str, *, max_bytes: int, content: bytes | None = None, content_type: str = "") -> bytes:
        """POST ``content``, or GET when there is none. Raises ``NoAnswerError``."""
        deadline = time.monotonic() + self._timeout_seconds
        method, headers = ("GET", {}) if content is None else ("POST", {"Content-Type": content_type})
        try:
            with self._client.stream(method, url, content=content, headers=headers) as response:
                if response.status_code != httpx.codes.OK:
                    raise NoAnswerError(Silence.UNREACHABLE, status=response.status_code)
                return _read(response, max_bytes=max_bytes, deadline=deadline)
        except httpx.TimeoutException as error:
            raise NoAnswerError(Silence.TIMEOUT) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoAnswerError(Silence.UNREACHABLE) from error


def _read(response: httpx.Response, *, max_bytes: int, deadline: float) -> bytes:
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > max_bytes:
            raise NoAnswerError(Silence.TOO_LARGE, limit=max_bytes)
        if time.monotonic() > deadline:
            raise NoAnswerError(Silence.TIMEOUT)
    return bytes(body)
