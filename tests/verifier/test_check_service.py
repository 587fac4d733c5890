"""One sender's bad or many uploads, and the others who want an answer meanwhile."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from PIL import Image

from tests.verifier import zips
from tests.verifier.small_city import NOW, SmallCity, small_city
from verifier.check_batch import BatchLine, check_batch
from verifier.check_service import CheckService
from verifier.sealed_lists import SealedLists
from verifier.unpack_zip import Archive
from verifier.verdict import Outcome, Verdict
from verifier.worker import CheckWorkers, TooBusyError


class FixedLists:
    """Lists that somebody else looks after."""

    def __init__(self, sealed: SealedLists) -> None:
        self.sealed = sealed

    def current(self, _now: object) -> SealedLists:
        return self.sealed

    def add_status(self, _school_year: str, _now: object) -> bool:
        return False


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture(scope="module")
def service(city: SmallCity) -> Iterator[CheckService]:
    lists = FixedLists(city.sealed_lists(city.lists()))
    running = CheckService(CheckWorkers(time_limit_seconds=2.0), lists, clock=lambda: NOW)
    yield running
    running.close()


def slow_photo() -> bytes:
    """Noise in which a reader of QR codes searches for a second."""
    output = BytesIO()
    Image.effect_noise((5_000, 5_000), 90).save(output, "JPEG", quality=60)
    return output.getvalue()


def huge_photo() -> bytes:
    """A small file that wants 200 MB once it is decoded."""
    output = BytesIO()
    Image.new("RGBA", (7_000, 7_000)).save(output, "PNG")
    return output.getvalue()


@pytest.mark.parametrize("make_bad", [slow_photo, huge_photo])
def test_a_hostile_sender_delays_another_by_one_check_and_no_more(
    city: SmallCity, service: CheckService, make_bad: Callable[[], bytes]
) -> None:
    bad, good = make_bad(), city.sealed_pdf()
    ended: list[str] = []

    async def send(sender: str, data: bytes) -> Verdict:
        verdict = await service.check_soon(data, sender=sender)
        ended.append(sender)
        return verdict

    async def run() -> list[Verdict]:
        flood = [asyncio.create_task(send("hostile", bad)) for _ in range(8)]
        await asyncio.sleep(0.1)
        honest = await asyncio.gather(*(send("honest", good) for _ in range(3)))
        for task in flood:
            task.cancel()
        await asyncio.gather(*flood, return_exceptions=True)
        return honest

    honest = asyncio.run(run())

    assert [verdict.verdict for verdict in honest] == [Outcome.GENUINE] * 3
    assert (
        ended.count("hostile") <= 6
    )  # two were at it when the honest one came, and each of its turns lets two more in


def test_a_batch_waits_while_the_service_is_busy_and_is_then_whole(
    city: SmallCity, service: CheckService, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = iter((True, True, False, False))
    check = service.check_soon

    async def busy_at_first(data: bytes, **choices: object) -> Verdict:
        if next(refusals):
            raise TooBusyError
        return await check(data, **choices)  # type: ignore[arg-type]  # handed through

    async def no_time(_seconds: float) -> None:
        """As if it had passed."""

    monkeypatch.setattr(service, "check_soon", busy_at_first)
    monkeypatch.setattr("verifier.check_batch.asyncio.sleep", no_time)

    lines = asyncio.run(lines_of(service, {"a.pdf": city.sealed_pdf(), "b.pdf": city.sealed_pdf()}))

    assert [(line.input, line.verdict) for line in lines] == [("a.pdf", "genuine"), ("b.pdf", "genuine")]


def test_a_batch_that_never_gets_a_turn_says_so_of_each_card(
    city: SmallCity, service: CheckService, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def always_busy(_data: bytes, **_choices: object) -> Verdict:
        raise TooBusyError

    async def no_time(_seconds: float) -> None:
        """As if it had passed."""

    monkeypatch.setattr(service, "check_soon", always_busy)
    monkeypatch.setattr("verifier.check_batch.asyncio.sleep", no_time)

    (line,) = asyncio.run(lines_of(service, {"a.pdf": city.sealed_pdf()}))

    assert (line.verdict, line.intact.codes) == (Outcome.UNDETERMINED, ("verify_busy",))


def test_every_check_is_told_to_whoever_counts_them(city: SmallCity) -> None:
    told: list[tuple[Outcome, bool]] = []
    lock = threading.Lock()

    def observe(verdict: Verdict, seconds: float) -> None:
        with lock:
            told.append((verdict.verdict, 0 < seconds < 10))

    lists = FixedLists(city.sealed_lists(city.lists()))
    running = CheckService(CheckWorkers(processes=1), lists, clock=lambda: NOW, observe=observe)
    try:
        asyncio.run(running.check_soon(city.signed_card()))
    finally:
        running.close()

    assert told == [(Outcome.GENUINE, True)]


async def lines_of(service: CheckService, members: dict[str, bytes]) -> list[BatchLine]:
    data = zips.zip_of(members)
    return [line async for line in check_batch(service, Archive(lambda: BytesIO(data)), sender="a")]
