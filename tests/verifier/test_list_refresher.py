"""Lists fetched ahead from a real server that goes down, serves older lists, or hangs."""

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.verifier.small_city import NOW, SCHOOL_YEAR, SmallCity, small_city
from verifier.errors import ListError
from verifier.list_cache import REFRESH_AFTER, RETRY_AFTER, ListCache
from verifier.list_refresher import JITTER, ListRefresher, pause_of
from verifier.list_source import HttpSource
from verifier.lists import Lists

STATUS = f"status-list/{SCHOOL_YEAR}"


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


class CityServer:
    """A city's service whose lists, health and speed a test decides."""

    def __init__(self, city: SmallCity, folder: Path) -> None:
        self.city, self.folder = city, folder
        self.down, self.hung, self.dripping = False, threading.Event(), False
        self.hung.set()
        self.asked = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked += 1
                outer.hung.wait(20)
                path = outer.folder / self.path.removeprefix("/.well-known/hocba/")
                body = path.read_bytes() if path.is_file() and not outer.down else b""
                self.send_response(503 if outer.down else 200 if body else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    for piece in (body[:100], body[100:]):
                        self.wfile.write(piece)
                        time.sleep(0.2 if outer.dripping else 0)
                except ConnectionError:
                    """Nobody waits for the rest."""

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name http.server calls
                """Stay silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def publish(self, lists: Lists) -> None:
        self.city.publish(self.folder, lists)

    def stop(self) -> None:
        self.hung.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def server(city: SmallCity, tmp_path: Path) -> Iterator[CityServer]:
    running = CityServer(city, tmp_path / "site")
    running.publish(city.lists())
    yield running
    running.stop()


def cache_of(server: CityServer, kept: Path | None) -> ListCache:
    source = HttpSource(server.address)
    return ListCache(trust_anchor=server.city.trust_anchor, source=source, folder=kept, refresh_after=None)


def numbered(city: SmallCity, sequence: int) -> Lists:
    lists = city.lists()
    assert lists.trust is not None
    assert lists.registry is not None
    return Lists(
        replace(lists.trust, header=replace(lists.trust.header, sequence=sequence)),
        replace(lists.registry, header=replace(lists.registry.header, sequence=sequence)),
        {year: replace(s, header=replace(s.header, sequence=sequence)) for year, s in lists.statuses.items()},
    )


def sequences(cache: ListCache) -> dict[str, int]:
    return {state.name: state.sequence for state in cache.states}


def test_a_reader_never_fetches_where_lists_are_fetched_ahead(server: CityServer, tmp_path: Path) -> None:
    cache = cache_of(server, tmp_path / "kept")

    assert cache.current(NOW).served() == {}
    assert server.asked == 0
    assert cache.refresh(NOW)
    assert set(cache.current(NOW).served()) == {"trust-list", "school-registry"}


def test_a_source_that_goes_down_leaves_the_lists_and_is_asked_again(server: CityServer, tmp_path: Path) -> None:
    cache = cache_of(server, tmp_path / "kept")
    assert cache.refresh(NOW)
    assert cache.add_status(SCHOOL_YEAR, NOW)
    before = cache.current(NOW)
    server.down, server.asked = True, 0

    assert not cache.refresh(NOW)

    assert cache.current(NOW) == before
    assert cache.problems == {"trust-list": "list_unreachable"}
    assert server.asked == 1
    server.down = False
    server.publish(numbered(server.city, 9))
    assert cache.refresh(NOW)
    assert sequences(cache) == {"trust-list": 9, "school-registry": 9, STATUS: 9}


@pytest.mark.parametrize("lost", ["nothing", "numbers", "damaged numbers"])
def test_older_lists_stay_refused_by_a_new_process(server: CityServer, tmp_path: Path, lost: str) -> None:
    server.publish(numbered(server.city, 5))
    first = cache_of(server, tmp_path / "kept")
    assert first.refresh(NOW)
    assert first.add_status(SCHOOL_YEAR, NOW)
    server.publish(numbered(server.city, 4))
    (numbers,) = (tmp_path / "kept").rglob("sequences.json")
    if lost == "numbers":
        numbers.unlink()
    elif lost == "damaged numbers":
        numbers.write_bytes(b'{"trust-l')

    restarted = cache_of(server, tmp_path / "kept")

    assert not restarted.refresh(NOW)
    assert sequences(restarted) == {"trust-list": 5, "school-registry": 5, STATUS: 5}
    assert set(restarted.problems.values()) == {"list_older_than_seen"}


def test_readers_do_not_wait_for_a_source_that_hangs(
    server: CityServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verifier.list_cache.ADD_PATIENCE_SECONDS", 0.1)
    cache = cache_of(server, tmp_path / "kept")
    assert cache.refresh(NOW)
    before = cache.current(NOW)
    server.hung.clear()
    refreshing = threading.Thread(target=cache.refresh, args=(NOW,))
    refreshing.start()
    while server.asked < 3:
        time.sleep(0.01)

    began = time.monotonic()
    during = cache.current(NOW)
    added = cache.add_status(SCHOOL_YEAR, NOW)
    waited = time.monotonic() - began
    server.hung.set()
    refreshing.join()

    assert during == before
    assert not added
    assert waited < 1
    assert cache.add_status(SCHOOL_YEAR, NOW)  # the year was not given up for the next quarter of an hour


def test_a_source_that_never_answers_is_given_up(server: CityServer) -> None:
    server.hung.clear()
    source = HttpSource(server.address, timeout_seconds=0.2)

    with pytest.raises(ListError, match="list_unreachable"):
        source.fetch("trust-list")


def test_a_source_that_drips_is_given_up(server: CityServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.list_source.WHOLE_FETCH_SECONDS", 0.1)
    server.dripping = True

    with pytest.raises(ListError, match="list_unreachable"):
        HttpSource(server.address).fetch("trust-list")


@pytest.mark.parametrize(
    ("failures", "left", "pause"),
    [
        (0, None, REFRESH_AFTER),
        (0, dt.timedelta(hours=20), REFRESH_AFTER),
        (0, dt.timedelta(minutes=4), dt.timedelta(minutes=2)),
        (0, dt.timedelta(seconds=-5), RETRY_AFTER),
        (1, dt.timedelta(hours=20), RETRY_AFTER),
        (2, None, 2 * RETRY_AFTER),
        (3, None, 4 * RETRY_AFTER),
        (5, None, REFRESH_AFTER),
        (1_000_000, None, REFRESH_AFTER),
    ],
)
def test_pauses_shrink_before_an_end_and_grow_with_failures(
    failures: int, left: dt.timedelta | None, pause: dt.timedelta
) -> None:
    assert pause_of(failures=failures, left=left, chance=0) == pause
    assert pause_of(failures=failures, left=left, chance=1) == pause * (1 - JITTER)


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  # what is waited for happens in a server's thread
        await asyncio.sleep(0.01)


def test_the_task_refreshes_again_and_again_until_told_to_end(server: CityServer, tmp_path: Path) -> None:
    cache = cache_of(server, tmp_path / "kept")
    refresher = ListRefresher(cache, clock=lambda: NOW, chance=lambda: 0.0)
    refresher.pause = lambda: dt.timedelta(0)  # type: ignore[method-assign]  # a test has no five minutes

    async def run() -> None:
        ending = asyncio.Event()
        task = asyncio.create_task(refresher.run(ending))
        await until(lambda: server.asked >= 6)
        server.down = True
        await until(lambda: refresher.failures > 0)
        server.down = False
        await until(lambda: refresher.failures == 0)
        ending.set()
        await asyncio.wait_for(task, 5)

    asyncio.run(asyncio.wait_for(run(), 20))

    assert refresher.succeeded_at == NOW
    assert sequences(cache) == {"trust-list": 1, "school-registry": 1}


def test_a_pause_looks_at_the_lists_at_hand(server: CityServer) -> None:
    cache = cache_of(server, None)
    clock = [NOW]
    refresher = ListRefresher(cache, clock=lambda: clock[0], chance=lambda: 0.0)
    asyncio.run(refresher.refresh())
    ends = min(state.expires_at for state in cache.states)
    clock[0] = ends - dt.timedelta(minutes=3)

    assert refresher.pause() == dt.timedelta(minutes=1.5)


def test_a_defect_in_a_refresh_is_one_more_failure(server: CityServer, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = cache_of(server, None)
    refresher = ListRefresher(cache, clock=lambda: NOW)

    def fail(_now: dt.datetime) -> bool:
        raise RuntimeError

    monkeypatch.setattr(cache, "refresh", fail)
    asyncio.run(refresher.refresh())

    assert (refresher.failures, refresher.first.is_set()) == (1, True)
