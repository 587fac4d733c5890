"""The evening of issue, replayed: parents arrive, come in, look at their card, some take the PDF along.

Arrivals are open: a parent comes when it is time, however slow the service is. Of a hundred, 10 have a letter and
enrol, 90 log in with their personal code; 30 open the app for the first time and fetch its files; all read the list and
open the card; 40 download the PDF. The rate grows step by step until a step has an error or answers too late. The
service is one process on its own database, as ``hocba serve`` starts it; the parents are one process beside it.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from backend.app import SHELL_FOLDER
from tests.backend.access.software_authenticator import SoftwareAuthenticator
from tests.benchmarks.card_route import cpu_seconds, served
from tests.benchmarks.filled_city import FilledCity, Newcomer, Reader, engine_url, fill_city
from tests.journeys.city import free_port

RATES = (25, 50, 75, 100, 150, 200)
"""Parents a second."""
STEP_SECONDS = 15
MOST_P99_SECONDS = 1.0
ENROLLING, FIRST_TIME, DOWNLOADING = 0.10, 0.30, 0.40
"""Shares of the parents."""
SEED = 5


class Step(Struct, frozen=True):
    """What one rate gave."""

    rate: int
    requests: int
    errors: int
    p99_seconds: float
    generator_cores: float
    server_cores: float
    server_mb: float

    @property
    def held(self) -> bool:
        """Whether the service stood it."""
        return not self.errors and self.p99_seconds <= MOST_P99_SECONDS


def main() -> None:
    """Replay on one engine or both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--rate", type=int, action="append")
    parser.add_argument("--seconds", type=int, default=STEP_SECONDS)
    options = parser.parse_args()
    print_evening(
        Console(),
        engines=options.engine or ("sqlite", "postgresql"),
        rates=options.rate or RATES,
        seconds=options.seconds,
    )


def print_evening(
    console: Console,
    *,
    engines: tuple[str, ...] | list[str] = ("sqlite", "postgresql"),
    rates: tuple[int, ...] | list[int] = RATES,
    seconds: int = STEP_SECONDS,
) -> None:
    """One row a rate, until one does not hold."""
    table = Table("engine", "parents/s", "requests/s", "errors", "p99", "generator", "service", "memory", "holds")
    for engine in engines:
        for step in _steps(engine, rates, seconds):
            table.add_row(
                engine,
                str(step.rate),
                f"{step.requests / seconds:,.0f}",
                str(step.errors),
                f"{step.p99_seconds * 1000:,.0f} ms",
                f"{step.generator_cores:.0%} of a core",
                f"{step.server_cores:.0%} of a core",
                f"{step.server_mb:.0f} MB",
                "yes" if step.held else "no",
            )
    console.print(table)


def _steps(engine: str, rates: tuple[int, ...] | list[int], seconds: int) -> Iterator[Step]:
    parents = sum(rates) * seconds
    port = free_port()
    public_url = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as name, engine_url(engine, Path(name)) as url:
        city = fill_city(url, Path(name), count=parents, newcomers=parents // 5)
        environment = {**city.environment, "HOCBA_PUBLIC_URL": public_url}
        with served(environment, port=port) as (address, server):
            evening = Evening(city, address, public_url=public_url)
            for rate in rates:
                step = asyncio.run(evening.replay(rate, seconds, server))
                yield step
                if not step.held:
                    return


class Evening:
    """The parents of a city, each coming once."""

    def __init__(self, city: FilledCity, address: str, *, public_url: str) -> None:
        self._readers, self._newcomers = iter(city.readers), iter(city.newcomers)
        self._address, self._public_url = address, public_url
        self._chance = random.Random(SEED)  # noqa: S311  # the same evening again
        self._files = _first_files()
        self._latencies: list[float] = []
        self._errors = 0

    async def replay(self, rate: int, seconds: int, server: int) -> Step:
        """Let ``rate`` parents a second come for so long; wait until all have gone."""
        self._latencies, self._errors = [], 0
        mine, servers = time.process_time(), cpu_seconds(server)
        async with httpx.AsyncClient(
            base_url=self._address, limits=httpx.Limits(max_connections=None), timeout=30
        ) as client:
            began = time.monotonic()
            visits = []
            for number in range(rate * seconds):
                await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
                visits.append(asyncio.create_task(self._visit(client)))
            await asyncio.gather(*visits)
        took = time.monotonic() - began
        return Step(
            rate=rate,
            requests=len(self._latencies),
            errors=self._errors,
            p99_seconds=quantiles(self._latencies, n=100)[-1],
            generator_cores=(time.process_time() - mine) / took,
            server_cores=(cpu_seconds(server) - servers) / took,
            server_mb=_resident_mb(server),
        )

    async def _visit(self, client: httpx.AsyncClient) -> None:
        phone = Phone(client, self._public_url, self)
        try:
            if self._chance.random() < FIRST_TIME:
                for path in self._files:
                    await phone.get(path)
            if self._chance.random() < ENROLLING:
                await phone.enrol(next(self._newcomers))
            else:
                await phone.log_in(next(self._readers))
            children = (await phone.get("/api/me")).json()["children"]
            record_id = children[0]["cards"][0]["record_id"]
            await phone.get(f"/api/cards/{record_id}")
            if self._chance.random() < DOWNLOADING:
                await phone.get(f"/api/cards/{record_id}/pdf")
        except (httpx.HTTPError, LookupError):
            self._errors += 1

    def note(self, seconds: float) -> None:
        """One more request."""
        self._latencies.append(seconds)


class Phone:
    """One parent's: cookies of its own on connections that all share."""

    def __init__(self, client: httpx.AsyncClient, origin: str, evening: Evening) -> None:
        self._client, self._origin, self._evening = client, origin, evening
        self._cookies: dict[str, str] = {}
        self._keys = SoftwareAuthenticator(origin=origin)

    async def get(self, path: str) -> httpx.Response:
        """Ask; anything but a success is an error."""
        return await self._send("GET", path, None)

    async def log_in(self, reader: Reader) -> None:
        """With personal code and passkey."""
        self._keys.credentials = [reader.credential]
        begun = await self._send("POST", "/api/access/login/begin", {"personal_code": reader.personal_code})
        credential = self._keys.get(begun.json()["public_key"])
        await self._send("POST", "/api/access/login/finish", {"credential": credential})

    async def enrol(self, newcomer: Newcomer) -> None:
        """With a letter."""
        in_hand = {"activation_code": newcomer.activation_code, "personal_code": newcomer.personal_code}
        begun = await self._send("POST", "/api/access/enrolment/begin", in_hand)
        credential = self._keys.create(begun.json()["public_key"])
        await self._send("POST", "/api/access/enrolment/finish", {"credential": credential, "name": "Điện thoại"})

    async def _send(self, method: str, path: str, json: Mapping[str, Any] | None) -> httpx.Response:
        headers = {"Origin": self._origin, "Accept-Encoding": "br, gzip"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        began = time.perf_counter()
        answer = await self._client.request(method, path, json=json, headers=headers)
        self._evening.note(time.perf_counter() - began)
        self._cookies.update(answer.cookies)
        self._client.cookies.clear()  # the client is everybody's
        return answer.raise_for_status()


def _first_files() -> list[str]:
    """What a browser fetches before the first page stands, as the built app names it."""
    page = (SHELL_FOLDER / "index.html").read_text(encoding="utf-8")
    named = [part.split('"')[0] for part in page.split('="/')[1:]]
    return ["/", *(f"/{path}" for path in named if path.startswith("assets/"))]


def _resident_mb(parent: int) -> float:
    """Memory of the service's processes now, from ``/proc``."""
    pages = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if parent in {int(stat.parent.name), int(fields[1])}:
            pages += int(fields[21])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


if __name__ == "__main__":
    main()
