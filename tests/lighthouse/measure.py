"""Lighthouse on pages that are being served: a middling phone on slow 4G, four times slower than this machine.

    python -m tests.lighthouse.measure [--cookie NAME=VALUE]... [--runs N] [--at-least SCORE] URL...

Prints the best of the runs for each page (a busy machine makes a page slow, never fast), and ends with 1 when a
category is below the score. Lighthouse is installed on first use, from ``package-lock.json`` beside this file.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from tests.journeys.phone import ARGUMENTS, CHROMIUM

HERE: Final = Path(__file__).parent
PROGRAM: Final = HERE / "node_modules/.bin/lighthouse"
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
FIGURES: Final = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
)
WANTED: Final = 95
RUNS: Final = 3
PATIENCE_SECONDS: Final = 120


class Measured(Struct, frozen=True):
    """One page in one run."""

    scores: Mapping[str, int]
    """From 0 to 100, by category."""
    figures: Mapping[str, str]
    """As Lighthouse writes them."""
    remarks: tuple[str, ...]
    """Audits of the scored categories that found something."""

    @property
    def worst(self) -> int:
        """The lowest of the scores."""
        return min(self.scores.values())


def measure(url: str, *, cookies: Sequence[str] = (), runs: int = RUNS) -> Measured:
    """The best of several runs; a visitor without a cache each time."""
    return max((_measure_once(url, cookies) for _ in range(runs)), key=lambda run: sum(run.scores.values()))


def install() -> None:
    """Bring Lighthouse here, exactly as locked, unless it is here already."""
    if not PROGRAM.exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True)


def _measure_once(url: str, cookies: Sequence[str]) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        report, headers = Path(folder) / "report.json", Path(folder) / "headers.json"
        headers.write_text(json.dumps({"Cookie": "; ".join(cookies)} if cookies else {}))
        command = [
            str(PROGRAM),
            url,
            "--quiet",
            f"--chrome-flags={' '.join(['--headless', *ARGUMENTS])}",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--extra-headers={headers}",
            "--output=json",
            f"--output-path={report}",
        ]
        environment = {**os.environ, "CHROME_PATH": CHROMIUM}
        subprocess.run(command, env=environment, check=True, timeout=PATIENCE_SECONDS)
        return _read(json.loads(report.read_text()))


def _read(report: Mapping[str, Any]) -> Measured:
    audits, categories = report["audits"], report["categories"]
    counted = {ref["id"] for category in categories.values() for ref in category["auditRefs"] if ref["weight"] > 0}
    return Measured(
        scores={name: round(100 * categories[name]["score"]) for name in CATEGORIES},
        figures={name: audits[name]["displayValue"] for name in FIGURES},
        remarks=tuple(name for name in sorted(counted) if audits[name]["score"] not in {None, 1}),
    )


def print_measured(console: Console, pages: Mapping[str, Measured]) -> None:
    """One column a page."""
    table = Table("", *pages)
    for name in CATEGORIES:
        table.add_row(name, *(str(page.scores[name]) for page in pages.values()))
    for name in FIGURES:
        table.add_row(name, *(page.figures[name] for page in pages.values()))
    table.add_row("not perfect", *("\n".join(page.remarks) for page in pages.values()))
    console.print(table)


def main() -> int:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="+", metavar="URL")
    parser.add_argument("--cookie", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--at-least", type=int, default=WANTED)
    arguments = parser.parse_args()
    install()
    pages = {url: measure(url, cookies=arguments.cookie, runs=arguments.runs) for url in arguments.urls}
    print_measured(Console(), pages)
    return int(any(page.worst < arguments.at_least for page in pages.values()))


if __name__ == "__main__":
    sys.exit(main())
