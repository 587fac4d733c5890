"""The stand-alone verifier as ``docs/operations.md`` starts it: a real server in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from msgspec.structs import replace

from tests.verifier.small_city import PUBLIC_URL, SmallCity
from verifier.lists import Lists
from verifier.signed_list import ListHeader

START_SECONDS = 30.0


def _of_today(lists: Lists, now: datetime) -> Lists:
    """The service has no clock of a test."""

    def fresh(header: ListHeader) -> ListHeader:
        return replace(header, issued_at=now - timedelta(hours=1), expires_at=now + timedelta(hours=20))

    assert lists.trust is not None
    assert lists.registry is not None
    return Lists(
        replace(lists.trust, header=fresh(lists.trust.header)),
        replace(lists.registry, header=fresh(lists.registry.header)),
        {year: replace(status, header=fresh(status.header)) for year, status in lists.statuses.items()},
    )


@contextmanager
def served_verifier(city: SmallCity, folder: Path) -> Iterator[tuple[str, int]]:
    """Its address and the id of its process; 127.0.0.1 is a trusted proxy."""
    now = datetime.now(UTC)
    city.publish(folder / "lists", _of_today(city.lists(), now))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "HOCBA_TRUST_ANCHOR": city.trust_anchor,
        "HOCBA_LISTS": str(folder / "lists"),
        "HOCBA_CACHE": str(folder / "cache"),
        "HOCBA_PUBLIC_URL": PUBLIC_URL,
        "HOCBA_TRUSTED_PROXIES": "127.0.0.1",
        "TMPDIR": str(folder / "temporary"),
    }
    (folder / "temporary").mkdir()
    granian = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--port", str(port)]
    process = subprocess.Popen(
        [*granian, "--log-level", "warning", "verifier.http.app:app_from_environment"], env={**os.environ, **settings}
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = now + timedelta(seconds=START_SECONDS)
        while datetime.now(UTC) < deadline:
            try:
                httpx.get(f"{address}/health/ready").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()
