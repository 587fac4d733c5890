"""A minute of bytes that nobody meant: no parser may raise anything but its own errors, stand still or grow."""

import gc
import random
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutate import mutate
from tests.fuzz.targets import TARGETS, seeds_of
from verifier.errors import VerifierError

MAX_SECONDS = 2.0
"""Of processor time for one input; the slowest honest one takes some 20 ms."""
ROUNDS = 400
MAX_GROWTH_BYTES = 12_000_000
"""Caches of certificates and lists fill up in the first rounds; allocators round up."""

NAMES = sorted(TARGETS)


def feed(name: str, data: bytes) -> None:
    began = time.process_time()
    with suppress(VerifierError):
        TARGETS[name].feed(data)
    assert time.process_time() - began < MAX_SECONDS


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_never_raises_anything_else(name: str) -> None:
    assert seeds_of(name)
    for seed in seeds_of(name):
        feed(name, seed)


@pytest.mark.parametrize("name", NAMES)
def test_a_mutant_never_raises_anything_else(name: str) -> None:
    chances = st.integers(0, 2**64).map(random.Random)
    mutants = chances.map(lambda chance: mutate(seeds_of(name), chance))

    @settings(
        max_examples=TARGETS[name].examples,
        deadline=None,  # measured in processor time, in feed()
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(mutants, st.binary()))
    def run(data: bytes) -> None:
        feed(name, data)

    run()


@pytest.mark.parametrize("name", NAMES)
def test_memory_does_not_grow(name: str) -> None:
    chance = random.Random(7)  # noqa: S311  # the same inputs in every run
    small = [seed for seed in seeds_of(name) if len(seed) < 100_000]
    inputs = [mutate(small, chance) for _ in range(50)]

    def rounds(count: int) -> int:
        for number in range(count):
            feed(name, inputs[number % len(inputs)])
        gc.collect()
        return _resident_bytes()

    before = rounds(ROUNDS // 2)
    assert rounds(ROUNDS) - before < MAX_GROWTH_BYTES


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
