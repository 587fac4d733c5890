"""Cards issued by runs that are killed with SIGKILL, one at each step of the pipeline, and resumed by the next one.

``python -m tests.benchmarks.killed_runs [--cards N]``. After each death every card has to be issued with a genuine PDF
or wait without one; at the end each is issued once. The test suite does the same with some thirty cards.
"""

import argparse
import tempfile
import time
from contextlib import closing
from functools import partial
from pathlib import Path

from rich.console import Console

from backend.city import open_city
from backend.database import Database, upgrade_to_head
from backend.issuing.issue_cards import issue_cards
from backend.settings import load_settings
from tests.backend.intake.sending import plain_list, send, signed_card
from tests.backend.issuing.issuing_program import ALL_STEPS
from tests.backend.issuing.killed_runs import run_until_killed, verify_each_once, verify_nothing_half_done
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, small_city

CARDS = 400
CARDS_A_TRANSACTION = 100
WORKERS = 2


def main() -> None:
    """Print how many cards were issued when each run died."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=CARDS)
    numbers = range(1, parser.parse_args().cards + 1)
    console = Console()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name, closing(Database(f"sqlite:///{name}/hocba.sqlite")) as database:
        upgrade_to_head(database)
        working = WorkingCity(small_city(), database, Path(name))
        working.open()
        for first in range(0, len(numbers), CARDS_A_TRANSACTION):
            part = numbers[first : first + CARDS_A_TRANSACTION]
            send(working, plain_list(*(signed_card(working, number) for number in part)))
        with closing(open_city(load_settings(working.environment))) as city:
            # A worker comes through some cards before it dies, and cards are left for the runs after it.
            card = max(1, len(numbers) // (2 * WORKERS * len(ALL_STEPS)))
            for step in ALL_STEPS:
                run_until_killed(working, step, card=card, workers=WORKERS)
                console.print(f"killed after: {step}; issued by now: {verify_nothing_half_done(city, numbers)}")
            with city.timestamp_urls(demo_clock=lambda: NOW) as urls:
                report = issue_cards(
                    city.database,
                    city.objects,
                    setup_at=partial(city.worker_setup, urls),
                    workers=WORKERS,
                    clock=lambda: NOW,
                )
            console.print(f"resumed: {report.issued} more issued, failures: {dict(report.failures)}")
            genuine = verify_nothing_half_done(city, numbers)
            verify_each_once(working, city, numbers)
    console.print(f"{genuine} cards, each once, all genuine ({time.perf_counter() - began:.0f} s)")


if __name__ == "__main__":
    main()
