"""What the route that returns a card costs, beside a route of the same service that returns nothing.

Both are asked by ``wrk`` over kept connections, one after the other, in one run: each parent opens the own card. The
empty route passes the same middleware, guard and headers; it needs no session and reads nothing. A parent's first look
is written into the history before the answer, so each parent looks once first, which is measured apart; the share and
the times are of looking again within the ten minutes that are one look.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from tests.benchmarks.card_route_service import EMPTY_PATH
from tests.benchmarks.filled_city import FilledCity, engine_url, fill_city
from tests.journeys.city import free_port

CONNECTIONS = 16
SECONDS = 6
SIZES = (1_000, 100_000)
READING = 1_000
"""As many parents read in a small and in a large city, so that only the size of the city differs."""
START_SECONDS = 30

_READERS = """
local lines = {{}}
for line in io.lines("{readers}") do lines[#lines + 1] = line end
local at = 0
request = function()
  at = at % #lines + 1
  local token, record_id = lines[at]:match("(%S+) (%S+)")
  return wrk.format("GET", "/api/cards/" .. record_id, {{ ["Cookie"] = "hocba_session=" .. token }})
end
"""
_ONCE_EACH = """
local answered = 0
response = function()
  answered = answered + 1
  if answered == #lines then wrk.thread:stop() end
end
"""
_REPORT = """
done = function(summary, latency)
  io.write(string.format("p99 %.3f other %d\\n", latency:percentile(99) / 1000, summary.errors.status))
end
"""


class Figures(Struct, frozen=True):
    """What one run of ``wrk`` said."""

    requests_a_second: float
    p99_ms: float
    refused: int
    generator_cpu: float
    """Share of one core that the load generator took."""
    server_cpu_ms: float
    """Processor time of the service for one request: says the same on a busy machine."""


def main() -> None:
    """Measure on both engines, with few and with many cards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--cards", type=int, action="append")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    options = parser.parse_args()
    print_card_route(
        Console(),
        engines=options.engine or ["sqlite", "postgresql"],
        sizes=options.cards or SIZES,
        seconds=options.seconds,
    )


def print_card_route(
    console: Console,
    *,
    engines: list[str] | tuple[str, ...] = ("sqlite", "postgresql"),
    sizes: list[int] | tuple[int, ...] = SIZES,
    seconds: int = SECONDS,
) -> None:
    """One row an engine and size."""
    table = Table(
        "engine",
        "cards",
        "empty/s",
        "card/s",
        "share",
        "p99 empty / card / first look (ms)",
        "times",
        "CPU (ms)",
        "wrk",
    )
    for engine in engines:
        for size in sizes:
            with tempfile.TemporaryDirectory() as name, engine_url(engine, Path(name)) as url:
                city = fill_city(url, Path(name), count=size)
                asking = _readers(city, Path(name)) + _REPORT
                with served(city.environment, port=free_port()) as (address, server):
                    empty = ask(
                        address + EMPTY_PATH, seconds=seconds, script=_script(Path(name), _REPORT), server=server
                    )
                    first = ask(
                        address, seconds=seconds, script=_script(Path(name), asking + _ONCE_EACH), server=server
                    )
                    card = ask(address, seconds=seconds, script=_script(Path(name), asking), server=server)
            assert not empty.refused + first.refused + card.refused
            table.add_row(
                engine,
                f"{size:,}",
                f"{empty.requests_a_second:,.0f}",
                f"{card.requests_a_second:,.0f}",
                f"{card.requests_a_second / empty.requests_a_second:.0%}",
                f"{empty.p99_ms:.1f} / {card.p99_ms:.1f} / {first.p99_ms:.1f}",
                f"{card.p99_ms / empty.p99_ms:.1f}",
                f"{empty.server_cpu_ms:.2f} / {card.server_cpu_ms:.2f} / {first.server_cpu_ms:.2f}",
                f"{card.generator_cpu:.0%}",
            )
    console.print(table)


def ask(url: str, *, seconds: int, script: Path, server: int) -> Figures:
    """Let ``wrk`` ask for so long."""
    began, server_began = os.times(), cpu_seconds(server)
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script, url],
        capture_output=True,
        text=True,
        check=True,
    )
    ended, server_seconds = os.times(), cpu_seconds(server) - server_began
    cpu = ended.children_user + ended.children_system - began.children_user - began.children_system
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    p99 = re.search(r"p99 ([\d.]+) other (\d+)", done.stdout)
    assert rate is not None, done.stdout
    assert p99 is not None, done.stdout
    requests_a_second = float(rate[1])
    server_ms = server_seconds * 1000 / (requests_a_second * seconds)
    return Figures(requests_a_second, float(p99[1]), int(p99[2]), cpu / seconds, server_ms)


def cpu_seconds(parent: int) -> float:
    """Processor time so far of a process and its children, from ``/proc``."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            number, rest = stat.read_text().split(" (")[0], stat.read_text().rpartition(")")[2].split()
            if parent in {int(number), int(rest[1])}:
                ticks += int(rest[11]) + int(rest[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(environment: Mapping[str, str], *, port: int) -> Iterator[tuple[str, int]]:
    """The service in a process of its own, started as ``hocba serve`` starts it, with the empty route beside."""
    command = [sys.executable, "-m", "tests.benchmarks.card_route_service", str(port)]
    server = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield address, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(address + EMPTY_PATH).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the service did not start")


def _readers(city: FilledCity, folder: Path) -> str:
    """What lets ``wrk`` be one parent after the other."""
    readers = folder / "readers"
    reading = city.readers[:READING]
    readers.write_text("".join(f"{reader.token} {reader.record_id}\n" for reader in reading))
    return _READERS.format(readers=readers)


def _script(folder: Path, text: str) -> Path:
    path = folder / f"{hash(text):x}.lua"
    path.write_text(text)
    return path


if __name__ == "__main__":
    main()
