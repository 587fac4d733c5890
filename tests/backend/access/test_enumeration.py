"""Whoever asks with a personal code learns nothing about the person: neither from the answer nor from its time."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
from msgspec import structs

from backend.access.context import Access
from backend.access.errors import LoginRefusedError
from backend.access.limits import LIMITS, MAX_PASSKEYS, Limit
from backend.access.log_in import begin_login, finish_login
from tests.backend.access.conftest import ADDRESS, FATHER_CODE, MOTHER_CODE, NOW, Enrol, Family
from tests.backend.access.software_authenticator import SoftwareAuthenticator

TRIES = 1_000
MOST_DIFFERENCE = 0.05
"""Of the median."""
ROUNDS = 3
"""Another program on the machine can slow one kind of tries down by chance, but not in each round."""
NO_LIMIT = Limit(per_code=10**9, per_address=10**9, overall=10**9)

NOBODYS_CODE = "999185000999"
"""Asked for as often as the known one: the first try with any code adds a counter, the next ones find it."""

Try = Callable[[str], tuple[float, float]]


@pytest.fixture
def unlimited(access: Access) -> Access:
    return structs.replace(access, limits=dict.fromkeys(LIMITS, NO_LIMIT))


def test_known_and_unknown_codes_get_answers_of_one_shape(unlimited: Access, family: Family, enrol: Enrol) -> None:
    enrol(family.mother_id, MOTHER_CODE)
    known, not_enrolled, unknown = (_begin(unlimited, code) for code in (MOTHER_CODE, FATHER_CODE, NOBODYS_CODE))
    assert known.keys() == not_enrolled.keys() == unknown.keys()
    for options in (known, not_enrolled, unknown):
        ids = [named["id"] for named in options["allowCredentials"]]
        assert len(set(ids)) == MAX_PASSKEYS


def test_the_real_passkey_stands_anywhere_among_the_made_up(unlimited: Access, family: Family, enrol: Enrol) -> None:
    places = set()
    for _ in range(12):
        phone, _ = enrol(family.mother_id, MOTHER_CODE)
        named = [one["id"] for one in _begin(unlimited, MOTHER_CODE)["allowCredentials"]]
        places.add(named.index(phone.get({"challenge": "AA", "allowCredentials": None, "rpId": "localhost"})["id"]))
    assert len(places) > 2


def test_known_and_unknown_codes_take_the_same_time(unlimited: Access, family: Family, enrol: Enrol) -> None:
    enrol(family.mother_id, MOTHER_CODE)
    forger = SoftwareAuthenticator()
    forger.create({"rp": {"id": "localhost"}, "user": {"id": "AAAA"}, "challenge": "AAAA"})

    def attempt(personal_code: str) -> tuple[float, float]:
        """Seconds of the two halves of a login that must fail."""
        began = time.perf_counter()
        begun = begin_login(unlimited, claimed_personal_code=personal_code, address=ADDRESS, now=NOW)
        begin_seconds = time.perf_counter() - began
        forged = forger.get({key: value for key, value in begun.options.items() if key != "allowCredentials"})
        began = time.perf_counter()
        with pytest.raises(LoginRefusedError):
            finish_login(
                unlimited,
                claimed_browser_token=begun.browser_token,
                credential=forged,
                replaced_session_token=None,
                now=NOW,
            )
        return begin_seconds, time.perf_counter() - began

    apart: dict[str, float] = {}
    for _ in range(ROUNDS):
        apart = _differences(attempt, known=MOTHER_CODE, unknown=NOBODYS_CODE)
        if max(apart.values()) < MOST_DIFFERENCE:
            return
    pytest.fail(f"known and unknown codes differ in time: {apart}")


def _differences(attempt: Try, *, known: str, unknown: str) -> dict[str, float]:
    """How far the medians of as many tries of each kind are apart; by turns, so that both meet the same moods."""
    known_times, unknown_times = [], []
    for _ in range(TRIES):
        known_times.append(attempt(known))
        unknown_times.append(attempt(unknown))
    apart = {}
    for half, of_known, of_unknown in zip(
        ("begin", "finish"), zip(*known_times, strict=True), zip(*unknown_times, strict=True), strict=True
    ):
        one, other = median(of_known), median(of_unknown)
        apart[half] = abs(one - other) / other
        print(f"{half}: known {one * 1e3:.3f} ms, unknown {other * 1e3:.3f} ms, {apart[half]:.1%} apart")  # noqa: T201  # the figure is asked for
    return apart


def _begin(access: Access, personal_code: str) -> dict[str, Any]:
    return begin_login(access, claimed_personal_code=personal_code, address=ADDRESS, now=NOW).options
