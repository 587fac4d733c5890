"""Lists fetched and kept: what is taken in, what is refused, and what is still known without a network."""

import datetime as dt
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.verifier.small_city import NOW, SCHOOL_YEAR, SmallCity, small_city
from verifier.errors import ListError
from verifier.list_cache import ListCache
from verifier.list_source import FolderSource, HttpSource, ListSource, is_list_name
from verifier.lists import Lists

STATUS = f"status-list/{SCHOOL_YEAR}"


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


@pytest.fixture
def published(city: SmallCity, tmp_path: Path) -> Path:
    city.publish(tmp_path / "site", city.lists())
    return tmp_path / "site"


def cache_of(city: SmallCity, source: ListSource | None, folder: Path | None) -> ListCache:
    return ListCache(trust_anchor=city.trust_anchor, source=source, folder=folder, refresh_after=dt.timedelta(0))


def with_sequence(city: SmallCity, sequence: int) -> Lists:
    lists = city.lists()
    statuses = {year: replace(s, header=replace(s.header, sequence=sequence)) for year, s in lists.statuses.items()}
    return replace(lists, statuses=statuses)


def test_all_lists_of_a_folder_are_at_hand(city: SmallCity, published: Path, tmp_path: Path) -> None:
    cache = cache_of(city, FolderSource(published), tmp_path / "kept")

    assert set(cache.current(NOW).served()) == {"trust-list", "school-registry", STATUS}
    assert cache.problems == {}


def test_a_copy_of_a_whole_site_is_a_folder_too(city: SmallCity, tmp_path: Path) -> None:
    city.publish(tmp_path / "copy" / ".well-known" / "hocba", city.lists())

    assert cache_of(city, FolderSource(tmp_path / "copy"), None).current(NOW).trust is not None


def test_what_was_fetched_once_is_known_without_a_network(city: SmallCity, published: Path, tmp_path: Path) -> None:
    fetched = cache_of(city, FolderSource(published), tmp_path / "kept").current(NOW)

    assert cache_of(city, None, tmp_path / "kept").current(NOW) == fetched


def test_an_older_list_stays_refused_after_a_restart(city: SmallCity, published: Path, tmp_path: Path) -> None:
    city.publish(published, with_sequence(city, 7))
    newest = cache_of(city, FolderSource(published), tmp_path / "kept").current(NOW)
    city.publish(published, with_sequence(city, 6))

    restarted = cache_of(city, FolderSource(published), tmp_path / "kept")

    assert restarted.current(NOW).served()[STATUS] == newest.served()[STATUS]
    assert restarted.problems == {STATUS: "list_older_than_seen"}


def test_an_older_list_is_refused_although_the_newer_one_was_deleted(
    city: SmallCity, published: Path, tmp_path: Path
) -> None:
    city.publish(published, with_sequence(city, 7))
    cache_of(city, FolderSource(published), tmp_path / "kept").current(NOW)
    city.publish(published, with_sequence(city, 6))
    for kept in (tmp_path / "kept").rglob(SCHOOL_YEAR):
        kept.unlink()

    assert STATUS not in cache_of(city, FolderSource(published), tmp_path / "kept").current(NOW).served()


def test_a_newer_list_replaces_the_kept_one(city: SmallCity, published: Path, tmp_path: Path) -> None:
    cache = cache_of(city, FolderSource(published), tmp_path / "kept")
    before = cache.current(NOW)
    city.publish(published, with_sequence(city, 2))

    assert cache.current(NOW) != before
    sequences = json.loads(next((tmp_path / "kept").rglob("sequences.json")).read_bytes())
    assert sequences == {"trust-list": 1, "school-registry": 1, STATUS: 2}


@pytest.mark.parametrize(
    ("name", "code"),
    [("trust-list", "list_malformed"), ("school-registry", "list_malformed"), (STATUS, "list_malformed")],
)
def test_a_damaged_list_does_not_replace_the_kept_one(
    city: SmallCity, published: Path, tmp_path: Path, name: str, code: str
) -> None:
    kept = cache_of(city, FolderSource(published), tmp_path / "kept").current(NOW)
    (published / name).write_bytes(b"\0")

    cache = cache_of(city, FolderSource(published), tmp_path / "kept")

    assert cache.current(NOW) == kept
    assert cache.problems == {name: code}


def test_a_trust_list_of_another_anchor_brings_nothing(published: Path) -> None:
    cache = ListCache(trust_anchor="0" * 64, source=FolderSource(published), folder=None)

    assert cache.current(NOW).served() == {}
    assert cache.problems == {"trust-list": "trust_anchor_mismatch"}


def test_a_year_that_was_not_at_hand_is_added(city: SmallCity, published: Path) -> None:
    with serve(published) as address:
        cache = ListCache(trust_anchor=city.trust_anchor, source=HttpSource(address), folder=None)

        assert STATUS not in cache.current(NOW).served()
        assert cache.add_status(SCHOOL_YEAR, NOW)
        assert STATUS in cache.current(NOW).served()
        assert not cache.add_status("2019-2020", NOW)
        assert not cache.add_status("../trust-list", NOW)


def test_a_year_that_was_added_is_kept_fresh_where_nothing_can_be_written(city: SmallCity, published: Path) -> None:
    cache = cache_of(city, ServiceOf(published), None)
    cache.current(NOW)
    cache.add_status(SCHOOL_YEAR, NOW)
    before = cache.current(NOW).served()[STATUS]
    city.publish(published, with_sequence(city, 2))

    assert cache.current(NOW).served()[STATUS] != before


def test_a_year_that_the_service_does_not_have_is_asked_for_once(city: SmallCity, published: Path) -> None:
    service = ServiceOf(published)
    cache = ListCache(trust_anchor=city.trust_anchor, source=service, folder=None)
    cache.current(NOW)

    for _ in range(3):
        assert not cache.add_status("2019-2020", NOW)
    assert service.asked_for.count("status-list/2019-2020") == 1
    cache.current(NOW + dt.timedelta(minutes=6))
    assert not cache.add_status("2019-2020", NOW)
    assert service.asked_for.count("status-list/2019-2020") == 2


def test_a_dead_service_leaves_what_is_kept_and_is_asked_once(city: SmallCity, published: Path, tmp_path: Path) -> None:
    kept = cache_of(city, FolderSource(published), tmp_path / "kept").current(NOW)
    with serve(published) as address:
        pass

    cache = cache_of(city, HttpSource(address), tmp_path / "kept")

    assert cache.current(NOW) == kept
    assert cache.problems == {"trust-list": "list_unreachable"}


def test_a_folder_that_cannot_be_written_only_forgets(city: SmallCity, published: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    assert cache_of(city, FolderSource(published), tmp_path / "file").current(NOW).trust is not None


def test_a_refresh_waits_until_it_is_due(city: SmallCity, published: Path) -> None:
    cache = ListCache(trust_anchor=city.trust_anchor, source=FolderSource(published), folder=None)
    before = cache.current(NOW)
    city.publish(published, with_sequence(city, 2))

    assert cache.current(NOW + dt.timedelta(minutes=1)) == before
    assert cache.current(NOW + dt.timedelta(minutes=6)) != before


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("trust-list", True),
        ("status-list/2025-2026", True),
        ("status-list/", False),
        ("status-list/../../etc/passwd", False),
        ("status-list/2025-2026/x", False),
        ("/etc/passwd", False),
    ],
)
def test_only_names_of_lists_ever_become_paths(name: str, valid: bool, tmp_path: Path) -> None:  # noqa: FBT001  # a table
    assert is_list_name(name) is valid
    assert FolderSource(tmp_path).fetch(name) is None


def test_a_service_that_answers_with_an_error_is_unreachable(tmp_path: Path) -> None:
    with serve(tmp_path, status=503) as address, pytest.raises(ListError, match="list_unreachable"):
        HttpSource(address).fetch("trust-list")


def test_a_list_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "trust-list").write_bytes(b"\0" * 1_000_001)

    with pytest.raises(ListError, match="list_too_large"):
        FolderSource(tmp_path).fetch("trust-list")
    with serve(tmp_path) as address, pytest.raises(ListError, match="list_too_large"):
        HttpSource(address).fetch("trust-list")


class ServiceOf(FolderSource):
    """A folder that, like a service, does not say which years it has; it remembers what it was asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked_for: list[str] = []

    def fetch(self, name: str) -> bytes | None:
        self.asked_for.append(name)
        return super().fetch(name)

    def known_years(self) -> tuple[str, ...]:
        return ()


@contextmanager
def serve(folder: Path, *, status: int = 200, prefix: str = "/.well-known/hocba/") -> Iterator[str]:
    """A real service that gives out the files of a folder."""
    files: Mapping[str, bytes] = {
        prefix + str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = files.get(self.path)
            self.send_response(status if body is not None or status != 200 else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            if body and status == 200:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name http.server calls
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
