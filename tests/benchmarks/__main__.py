"""``make bench``: what this machine does, as ratios within one run.

Figures of two machines, or of one machine at two times, say little; each figure therefore stands beside the raw cost of
a signature measured in the same run. Nothing here is a test.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from backend.demo.build_city import CitySummary, Stage, build_city
from backend.settings import load_settings
from tests.benchmarks.capsule_checks import print_capsule_checks
from tests.benchmarks.capsules import print_capsules
from tests.benchmarks.card_route import print_card_route
from tests.benchmarks.evening import print_evening
from tests.benchmarks.pages import print_pages
from tests.benchmarks.pdf_checks import print_pdf_checks
from tests.benchmarks.pipeline import print_pipeline
from tests.benchmarks.seals import print_seals
from tests.benchmarks.signatures import print_signatures
from tests.benchmarks.verify_page import print_verify_page
from tests.benchmarks.workbook import print_workbook

PUPILS_FOR_1000_CARDS = 850
RAW_SIGNATURES = 3_000
STAGE_NAMES: dict[Stage, str] = {
    "transactions": "schools write and sign XML",
    "roster": "rosters of pupils and guardians",
    "intake": "intake: signatures checked, receipts",
    "issuing": "issuing: typeset, seal, timestamp, verify, archive",
}


class Stopwatch:
    """When each stage ended, from the progress that the city reports; it began where the one before it ended."""

    def __init__(self, progress: Progress) -> None:
        self.spans: dict[Stage, tuple[float, float, int]] = {}
        self._progress = progress
        self._last_end = time.monotonic()
        self._bars = {stage: progress.add_task(name, total=None) for stage, name in STAGE_NAMES.items()}

    def __call__(self, stage: Stage, done: int, everything: int) -> None:
        now = time.monotonic()
        began = self.spans.get(stage, (self._last_end, now, 0))[0]
        self.spans[stage] = (began, now, everything)
        self._last_end = now
        self._progress.update(self._bars[stage], completed=done, total=everything)


def main() -> None:
    """Build a city in a temporary folder and print what each stage cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=PUPILS_FOR_1000_CARDS)
    pupils = parser.parse_args().pupils
    console = Console()
    raw = signatures_per_second()
    with tempfile.TemporaryDirectory() as folder, Progress(console=console) as progress:
        stopwatch = Stopwatch(progress)
        settings = load_settings({"HOCBA_MODE": "demo", "HOCBA_DATA": folder})
        summary = build_city(settings, seed=1, pupils=pupils, progress=stopwatch, now=datetime.now(UTC))
        stored = stored_bytes(Path(folder) / "objects")
    print_report(console, stopwatch, summary, raw=raw, stored=stored)
    print_pages(console)
    print_pipeline(console)
    print_seals(console)
    print_pdf_checks(console)
    print_signatures(console)
    print_capsules(console)
    print_capsule_checks(console)
    print_workbook(console)
    print_verify_page(console)
    print_card_route(console)
    print_evening(console)


def signatures_per_second() -> float:
    """Raw cost to compare with: ECDSA P-256 signatures a second with the ``cryptography`` package, one core."""
    key = ec.generate_private_key(ec.SECP256R1())
    return rate(lambda: key.sign(b"card", ec.ECDSA(hashes.SHA256())), RAW_SIGNATURES)


def rate(work: Callable[[], object], times: int) -> float:
    """How often a second ``work`` runs."""
    began = time.perf_counter()
    for _ in range(times):
        work()
    return times / (time.perf_counter() - began)


def stored_bytes(folder: Path) -> int:
    """Bytes of all objects: signed XML and sealed PDF of every card."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def print_report(console: Console, stopwatch: Stopwatch, summary: CitySummary, *, raw: float, stored: int) -> None:
    """One row a stage, then memory and storage."""
    table = Table("stage", "items", "seconds", "items/s", "raw signatures in that time")
    for stage, (began, ended, everything) in stopwatch.spans.items():
        seconds = max(ended - began, 1e-6)
        cost = f"{raw * seconds / everything:,.0f} an item" if everything else "-"
        table.add_row(STAGE_NAMES[stage], f"{everything:,}", f"{seconds:.1f}", f"{everything / seconds:.1f}", cost)
    console.print(table)
    mine, largest_worker = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    console.print(f"raw: {raw:,.0f} ECDSA P-256 signatures a second on one core")
    console.print(f"peak memory: {mine:.0f} MB in the main process, {largest_worker:.0f} MB in the largest worker")
    console.print(f"storage: {stored / summary.cards / 1000:.0f} KB a card (signed XML and sealed PDF)")


if __name__ == "__main__":
    main()
