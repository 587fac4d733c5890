"""Limits of time and memory: one bad upload ends its own process and nothing else."""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from io import BytesIO

import pytest
from PIL import Image

from tests.verifier.small_city import NOW, SmallCity, small_city
from verifier.sealed_lists import SealedLists, open_lists
from verifier.verdict import InputKind, Outcome, Verdict
from verifier.verify import MAX_INPUT_BYTES
from verifier.worker import CheckWorkers, Input, TooBusyError


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture(scope="module")
def workers() -> Iterator[CheckWorkers]:
    with CheckWorkers() as running:
        yield running


@pytest.fixture(scope="module")
def lists(city: SmallCity) -> SealedLists:
    return city.sealed_lists(city.lists())


def huge_photo() -> bytes:
    """A small file that wants 200 MB once it is decoded."""
    output = BytesIO()
    Image.new("RGBA", (7_000, 7_000)).save(output, "PNG")
    return output.getvalue()


def slow_photo() -> bytes:
    """Noise in which a reader of QR codes searches for a second."""
    output = BytesIO()
    Image.effect_noise((5_000, 5_000), 90).save(output, "JPEG", quality=60)
    return output.getvalue()


def test_a_check_in_a_process_gives_the_same_verdict(
    city: SmallCity, workers: CheckWorkers, lists: SealedLists
) -> None:
    verdict = workers.check(Input(city.sealed_pdf()), lists=lists, now=NOW)

    assert verdict.verdict is Outcome.GENUINE
    assert verdict.record is not None
    assert verdict.record.name == "Nguyễn Thị Bảo Ngọc"


def test_too_much_memory_is_no_verdict_on_the_card_and_hurts_nobody_else(
    city: SmallCity, workers: CheckWorkers, lists: SealedLists
) -> None:
    hungry = workers.check(Input(huge_photo()), lists=lists, now=NOW)
    modest = workers.check(Input(city.sealed_pdf()), lists=lists, now=NOW)

    assert (hungry.verdict, hungry.intact.codes) == (Outcome.UNDETERMINED, ("check_out_of_memory",))
    assert hungry.input_kind is InputKind.PHOTO
    assert modest.verdict is Outcome.GENUINE


def test_a_process_short_of_memory_still_receives_its_next_input(lists: SealedLists) -> None:
    large = Input(b"%PDF-1.7\n" + bytes(MAX_INPUT_BYTES - 9))
    with CheckWorkers(processes=1, memory_limit_bytes=150_000_000) as workers:
        pool = workers._working_pool()
        codes = {verdict_code(workers.check(large, lists=lists, now=NOW)) for _ in range(5)}

    assert workers._pool is pool
    assert codes <= {"pdf_truncated", "check_out_of_memory"}


def test_too_much_time_is_no_verdict_on_the_card_and_hurts_nobody_else(city: SmallCity, lists: SealedLists) -> None:
    pdf = Input(city.sealed_pdf())
    with CheckWorkers(processes=1, time_limit_seconds=0.05) as workers:
        slow = workers.check(Input(slow_photo()), lists=lists, now=NOW)
        workers._time_limit_seconds = 9
        quick = workers.check(pdf, lists=lists, now=NOW)

    assert (slow.verdict, slow.intact.codes) == (Outcome.UNDETERMINED, ("check_timed_out",))
    assert quick.verdict is Outcome.GENUINE


def test_a_web_request_does_not_wait_longer_than_its_patience(city: SmallCity, lists: SealedLists) -> None:
    pdf, photo = Input(city.sealed_pdf()), slow_photo()
    with CheckWorkers(processes=1, patience_seconds=0.2) as workers:
        workers.check(pdf, lists=lists, now=NOW)  # the process is there now

        async def check_many() -> list[Verdict | BaseException]:
            checks = (workers.check_soon(Input(photo), lists=lists, now=NOW) for _ in range(4))
            return await asyncio.gather(*checks, return_exceptions=True)

        started = time.monotonic()
        answers = asyncio.run(check_many())
        took = time.monotonic() - started

    assert took < 3
    assert all(isinstance(a, TooBusyError) or verdict_code(a) in ENDINGS for a in answers)


ENDINGS = {"check_timed_out", "check_out_of_memory"}


def verdict_code(answer: Verdict | BaseException) -> str:
    assert isinstance(answer, Verdict)
    return answer.intact.codes[0]


def test_more_checks_than_may_wait_are_sent_away(city: SmallCity, lists: SealedLists) -> None:
    pdf = Input(city.sealed_pdf())
    with CheckWorkers(processes=1, max_waiting=1) as workers:
        first = workers._schedule(pdf, lists, NOW)
        with pytest.raises(TooBusyError, match="verify_busy"):
            workers.check(pdf, lists=lists, now=NOW)
        assert first.result().verdict is Outcome.GENUINE
        assert workers.check(pdf, lists=lists, now=NOW).verdict is Outcome.GENUINE


def test_a_broken_pool_is_replaced(city: SmallCity, lists: SealedLists) -> None:
    pdf = Input(city.sealed_pdf())
    with CheckWorkers(processes=1) as workers:
        pool = workers._working_pool()
        pool.stop()  # type: ignore[no-untyped-call]  # as if every process had died at once
        pool.join()

        assert workers.check(pdf, lists=lists, now=NOW).verdict is Outcome.GENUINE


def test_a_process_that_dies_while_it_receives_leaves_nothing_behind(city: SmallCity, lists: SealedLists) -> None:
    large = Input(b"%PDF-1.7\n" + bytes(MAX_INPUT_BYTES - 9))
    known, known_threads = set(multiprocessing.active_children()), set(threading.enumerate())
    with CheckWorkers(processes=2) as workers:
        workers.check(Input(city.sealed_pdf()), lists=lists, now=NOW)
        ours = [process for process in multiprocessing.active_children() if process not in known]
        for process in ours:
            os.kill(process.pid or 0, signal.SIGSTOP)
        future = workers._schedule(large, lists, NOW)
        for process in ours:
            os.kill(process.pid or 0, signal.SIGKILL)
        with pytest.raises(BrokenProcessPool):
            future.result()
        assert workers.check(Input(city.sealed_pdf()), lists=lists, now=NOW).verdict is Outcome.GENUINE

    assert_soon(lambda: not set(multiprocessing.active_children()) - known)
    assert_soon(lambda: not set(threading.enumerate()) - known_threads)


def assert_soon(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_forged_lists_are_no_verdict_on_the_card(city: SmallCity, workers: CheckWorkers, lists: SealedLists) -> None:
    other_anchor = SealedLists("0" * 64, lists.trust, lists.registry, lists.statuses)

    verdict = workers.check(Input(city.sealed_pdf()), lists=other_anchor, now=NOW)

    assert (verdict.verdict, verdict.intact.codes) == (Outcome.UNDETERMINED, ("trust_anchor_mismatch",))


def test_the_same_lists_are_verified_once(lists: SealedLists) -> None:
    assert open_lists(lists, now=NOW) is open_lists(lists, now=NOW)


def test_lists_go_by_the_names_under_which_they_are_served(city: SmallCity, lists: SealedLists) -> None:
    served = lists.served()

    assert set(served) == {"trust-list", "school-registry", "status-list/2025-2026"}
    assert SealedLists.by_name(city.trust_anchor, served) == lists


def test_processes_start_with_the_first_card_or_when_they_are_told_to() -> None:
    with CheckWorkers(processes=1) as workers:
        assert workers._pool is None
    with CheckWorkers(processes=1) as workers:
        workers.start()
        assert workers._pool is not None
        assert workers._pool.active
