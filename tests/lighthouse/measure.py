"""Lighthouse on pages that are being served: a middling phone on slow 4G, four times slower than this machine.

    python -m tests.lighthouse.measure [--cookie NAME=VALUE]... [--runs N] [--only NAME]... [URL]...

Without an address: every page of a demo city that is built and served for it, each with something on it and with the
session of whoever reads it. Ends with 1 when a page misses an aim. Lighthouse is installed on first use, from
``package-lock.json`` beside this file.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from tests.journeys.phone import ARGUMENTS, CHROMIUM
from tests.lighthouse.demo_pages import Page, demo_pages

HERE: Final = Path(__file__).parent
PROGRAM: Final = HERE / "node_modules/.bin/lighthouse"
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
WANTED_SCORE: Final = 95
LARGEST_PAINT_MS: Final = 2_000
"""On slow 4G, as Lighthouse reckons it."""
FIRST_VIEW_KB: Final = 60
"""Over the wire, headers and the data's answers included; without what the service worker fetches for later."""
RUNS: Final = 3
PATIENCE_SECONDS: Final = 120


class Measured(Struct, frozen=True):
    """One page in one run."""

    scores: Mapping[str, int]
    """From 0 to 100, by category; "seo" only of a page that is open to all."""
    largest_paint_ms: float
    blocked_ms: float
    shift: float
    kilobytes: float
    remarks: tuple[str, ...]
    """Audits of the scored categories that found something."""

    @property
    def misses(self) -> tuple[str, ...]:
        """Aims that the page does not reach."""
        figures = {"LCP": self.largest_paint_ms > LARGEST_PAINT_MS, "kB": self.kilobytes > FIRST_VIEW_KB}
        below = {name: score < WANTED_SCORE for name, score in self.scores.items()}
        return tuple(name for name, missed in (below | figures).items() if missed)


def measure(page: Page, *, runs: int = RUNS) -> Measured:
    """The best of several runs, a visitor without a cache each time; no more runs than it takes to reach the aims.

    The best and not the middle one: other work on the machine makes a page slow, nothing makes it fast.
    """
    best: Measured | None = None
    for _ in range(runs):
        run = _measure_once(page)
        best = run if best is None else min(best, run, key=_order)
        if not best.misses:
            break
    assert best is not None, "at least one run"
    return best


def install() -> None:
    """Bring Lighthouse here, exactly as locked, unless it is here already."""
    if not PROGRAM.exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True)


def read_report(report: Mapping[str, Any], *, is_public: bool) -> Measured:
    """What a report of Lighthouse says of a page."""
    audits = report["audits"]
    categories = {name: report["categories"][name] for name in CATEGORIES if is_public or name != "seo"}
    counted = {ref["id"] for category in categories.values() for ref in category["auditRefs"] if ref["weight"] > 0}
    requests = audits["network-requests"]["details"]["items"]
    return Measured(
        scores={name: round(100 * category["score"]) for name, category in categories.items()},
        largest_paint_ms=audits["largest-contentful-paint"]["numericValue"],
        blocked_ms=audits["total-blocking-time"]["numericValue"],
        shift=audits["cumulative-layout-shift"]["numericValue"],
        kilobytes=sum(one["transferSize"] for one in requests if one["sessionTargetType"] == "page") / 1000,
        remarks=tuple(name for name in sorted(counted) if audits[name]["score"] not in {None, 1}),
    )


def print_measured(console: Console, pages: Mapping[str, Measured]) -> None:
    """One line a page."""
    table = Table("page", "perf", "acc", "best", "seo", "LCP s", "TBT ms", "CLS", "kB", "misses")
    for name, page in pages.items():
        table.add_row(
            name,
            *(str(page.scores.get(category, "")) for category in CATEGORIES),
            f"{page.largest_paint_ms / 1000:.2f}",
            f"{page.blocked_ms:.0f}",
            f"{page.shift:.2f}",
            f"{page.kilobytes:.1f}",
            ", ".join(page.misses),
        )
    console.print(table)
    for name, page in pages.items():
        if page.remarks:
            console.print(f"{name} is not perfect in: {', '.join(page.remarks)}", soft_wrap=True)


def _order(run: Measured) -> tuple[int, int, float]:
    return len(run.misses), -sum(run.scores.values()), run.largest_paint_ms


def _measure_once(page: Page) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        report, headers = Path(folder) / "report.json", Path(folder) / "headers.json"
        headers.write_text(json.dumps({"Cookie": "; ".join(page.cookies)} if page.cookies else {}))
        command = [
            str(PROGRAM),
            page.url,
            "--quiet",
            f"--chrome-flags={' '.join(['--headless', *ARGUMENTS])}",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--extra-headers={headers}",
            "--output=json",
            f"--output-path={report}",
        ]
        environment = {**os.environ, "CHROME_PATH": CHROMIUM}
        subprocess.run(command, env=environment, check=True, timeout=PATIENCE_SECONDS)
        return read_report(json.loads(report.read_text()), is_public=page.is_public)


@contextmanager
def _pages_to_measure(urls: Sequence[str], cookies: Sequence[str]) -> Iterator[Mapping[str, Page]]:
    if urls:
        yield {url: Page(url, tuple(cookies)) for url in urls}
    else:
        with demo_pages() as pages:
            yield pages


def main() -> int:
    """Measure what the command line names, or every page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="*", metavar="URL")
    parser.add_argument("--cookie", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--only", action="append", metavar="NAME", help="only these pages of the demo city")
    arguments = parser.parse_args()
    install()
    with _pages_to_measure(arguments.urls, arguments.cookie) as pages:
        measured = {
            name: measure(page, runs=arguments.runs)
            for name, page in pages.items()
            if arguments.only is None or name in arguments.only
        }
    print_measured(Console(), measured)
    return int(any(page.misses for page in measured.values()))


if __name__ == "__main__":
    sys.exit(main())
