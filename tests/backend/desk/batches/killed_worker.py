"""A signing worker in a process of its own, which dies by SIGKILL at a chosen point."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from cryptography import x509
from msgspec import structs
from sqlalchemy import event

from backend.archive.objects import Objects
from backend.city import open_city
from backend.desk.batches.sign_batch import sign_batch
from backend.desk.key_ring import KeyRing
from backend.settings import load_settings
from backend.signing.keys import PersonKey
from backend.signing_desk import desk_of
from tests.verifier.small_city import NOW

POINTS = ("before the key", "behind the key", "at the store", "before the commit", "behind the commit")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Countdown:
    """Dies when it is passed for the ``left``-th time."""

    def __init__(self, left: int) -> None:
        self._left = left

    def __call__(self, *_ignored: object) -> None:
        self._left -= 1
        if self._left == 0:
            _die()


class _DyingKey:
    def __init__(self, key: PersonKey, before: Callable[[], None], behind: Callable[[], None]) -> None:
        self._key, self._before, self._behind = key, before, behind

    @property
    def certificate(self) -> x509.Certificate:
        return self._key.certificate

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return self._key.chain

    @property
    def hashes_at_once(self) -> int:
        return self._key.hashes_at_once

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)

    def sign_hashes(self, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
        self._before()
        signatures = self._key.sign_hashes(hashes)
        self._behind()
        return signatures


class _DyingKeyRing:
    def __init__(self, ring: KeyRing, before: Callable[[], None], behind: Callable[[], None]) -> None:
        self._ring, self._before, self._behind = ring, before, behind

    def open_key(self, reference: str) -> PersonKey:
        return _DyingKey(self._ring.open_key(reference), self._before, self._behind)


class _DyingObjects(Objects):
    point: Callable[..., None]

    def settle(self, names: Any) -> None:
        super().settle(names)
        self.point()


def main(point: str, card: int, batch_id: str) -> None:
    city = open_city(load_settings(os.environ))
    desk = desk_of(city)
    desk.lists_at(NOW)  # made and kept before the commits are counted
    points: dict[str, Callable[..., None]] = {name: lambda *_: None for name in POINTS}
    points[point] = _Countdown(card)
    objects = _DyingObjects(city.settings.store_url)
    objects.point = points["at the store"]
    dying = structs.replace(
        desk,
        key_ring=_DyingKeyRing(desk.key_ring, points["before the key"], points["behind the key"]),
        objects=objects,
    )
    writer = city.database._writer
    event.listen(writer, "commit", points["before the commit"])
    if point == "behind the commit":
        behind = _Countdown(card + 1)  # the next write begins when this one is kept
        event.listen(writer, "begin", behind)
    sign_batch(dying, batch_id, clock=lambda: NOW)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
