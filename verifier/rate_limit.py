"""How often one sender may ask: so many requests in a window, counted in this process's memory.

These limits spare the machine and protect no secret, so a restart may forget them (decision 0046). Addresses are kept
in memory for one window and written nowhere.
"""

import math
from collections import OrderedDict

from msgspec import Struct

MAX_SENDERS = 50_000
"""Remembered at once, about 10 MB; beyond them the one who was seen longest ago is forgotten."""


class RateLimit(Struct, frozen=True):
    """A limit and its name in the headers."""

    name: str
    requests: int
    window_seconds: int

    @property
    def policy(self) -> str:
        """Value of ``RateLimit-Policy`` (draft-ietf-httpapi-ratelimit-headers)."""
        return f'"{self.name}";q={self.requests};w={self.window_seconds}'


class Allowance(Struct, frozen=True):
    """What a sender has left after this request."""

    limit: RateLimit
    allowed: bool
    remaining: int
    resets_in_seconds: int

    def headers(self) -> dict[str, str]:
        """The same for programs; ``Retry-After`` when this request was one too many."""
        headers = {
            "RateLimit-Policy": self.limit.policy,
            "RateLimit": f'"{self.limit.name}";r={self.remaining};t={self.resets_in_seconds}',
        }
        return headers if self.allowed else {**headers, "Retry-After": str(self.resets_in_seconds)}


class RateLimiter:
    """Counts the requests of one kind. For one event loop: nothing here is locked."""

    def __init__(self, limit: RateLimit, *, max_senders: int = MAX_SENDERS) -> None:
        self._limit = limit
        self._max_senders = max_senders
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        """When each sender's window ends, and how many requests it has had in it."""

    def count(self, sender: str, *, now_seconds: float) -> Allowance:
        """Count one request. A window begins with its first; refused ones are not counted, so patience is rewarded."""
        ends, used = self._windows.get(sender, (0.0, 0))
        if now_seconds >= ends:
            ends, used = now_seconds + self._limit.window_seconds, 0
        allowed = used < self._limit.requests
        used += allowed
        self._windows[sender] = (ends, used)
        self._windows.move_to_end(sender)
        if len(self._windows) > self._max_senders:
            self._windows.popitem(last=False)
        resets_in = max(1, math.ceil(ends - now_seconds))
        return Allowance(self._limit, allowed, self._limit.requests - used, resets_in)
