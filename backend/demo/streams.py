"""Random streams that follow from the seed and a path alone, and the small draws the generator makes from them."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")

_HALF = 1000
"""A serial of six digits is shuffled as two halves of three digits."""
_ROUNDS = 4


def stream(seed: int, *path: str | int) -> Random:
    """The random stream of one thing, for example ``stream(seed, "pupil", 17)``."""
    name = "/".join(str(part) for part in (seed, *path))
    return Random(int.from_bytes(hashlib.sha256(name.encode()).digest(), "big"))


def weighted(random: Random, weights: Mapping[T, int]) -> T:
    """One of the keys, as often as its weight says."""
    left = random.random() * sum(weights.values())
    for value, weight in weights.items():
        left -= weight
        if left < 0:
            return value
    return value


def one_of(random: Random, values: Sequence[T]) -> T:
    """One of the values, all equally often."""
    return values[int(random.random() * len(values))]


def chance(random: Random, probability: float) -> bool:
    """True with this probability; always takes exactly one number from the stream."""
    return random.random() < probability


def record_id(random: Random) -> str:
    """A UUID of version 4 from the stream."""
    return str(UUID(int=random.getrandbits(128), version=4))


def shuffled_serial(seed: int, serial: int) -> int:
    """Six digits that look random and are different for every serial below a million (a Feistel network)."""
    left, right = divmod(serial, _HALF)
    for round_number in range(_ROUNDS):
        left, right = right, (left + _table(seed, round_number)[right]) % _HALF
    return left * _HALF + right


@cache
def _table(seed: int, round_number: int) -> tuple[int, ...]:
    random = stream(seed, "serial", round_number)
    return tuple(int(random.random() * _HALF) for _ in range(_HALF))
