"""Runs that kill themselves at a step of the pipeline, and what must hold after each of them."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from backend.archive import store as archive_store
from backend.archive.card import StoredCard
from backend.archive.objects import pdf_object_name
from backend.archive.rules import CardState
from backend.city import City
from tests.backend.intake.sending import record_id_of
from tests.backend.issuing.issuing_program import DIES_AFTER
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW
from verifier.verdict import Outcome
from verifier.verify import verify_pdf

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("issuing_program.py")
RUN_SECONDS = 300


def run_until_killed(working: WorkingCity, step: str, *, card: int, workers: int) -> None:
    """Start a run of its own process that dies after ``step`` of a worker's ``card``-th card; wait until all is dead.

    Workers hold the run's standard output, which therefore ends with the last of them.
    """
    environment = {**os.environ, **working.environment, "PYTHONPATH": str(ROOT), DIES_AFTER: f"{step}:{card}"}
    run = subprocess.run(
        [sys.executable, str(PROGRAM), NOW.isoformat(), str(workers)],
        env=environment,
        capture_output=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert (run.stdout, run.returncode) == (b"begun\n", -signal.SIGKILL), f"{step}: {run.stderr.decode()}"


def verify_nothing_half_done(city: City, numbers: Iterable[int]) -> int:
    """Every card is either issued with a genuine PDF, or waits and shows none; gives the number of issued ones."""
    issued = 0
    for card in read_cards(city, numbers):
        if card.state is CardState.ISSUED:
            verify_genuine(city, card)
            issued += 1
        else:
            assert card.state is CardState.MANAGER_SIGNED
            assert (card.pdf_object, card.pdf_sha256, card.issued_at) == (None, None, None)
    return issued


def verify_each_once(working: WorkingCity, city: City, numbers: Iterable[int]) -> None:
    """All cards are issued, each with the one PDF that is its own, and the store holds no other."""
    cards = tuple(read_cards(city, numbers))
    assert {card.state for card in cards} == {CardState.ISSUED}
    assert {card.pdf_object for card in cards} == {pdf_object_name(card.record_id) for card in cards}
    stored = {hashlib.sha256(path.read_bytes()).hexdigest() for path in pdf_files(working)}
    assert stored == {card.pdf_sha256 for card in cards}
    assert len(stored) == len(pdf_files(working)) == len(cards)


def verify_genuine(city: City, card: StoredCard) -> None:
    """Its PDF is what was issued, and passes the public's check at PAdES-B-LTA."""
    assert card.pdf_object is not None
    assert card.pdf_sha256 is not None
    pdf = city.objects.get(card.pdf_object, expected_sha256=card.pdf_sha256)
    verdict = verify_pdf(pdf, lists=city.publisher.verified_lists(NOW).lists, now=NOW + timedelta(hours=1))
    assert verdict.verdict is Outcome.GENUINE
    assert "PAdES-B-LTA" in {signature.level for signature in verdict.signatures}


def read_cards(city: City, numbers: Iterable[int]) -> Iterator[StoredCard]:
    """The cards of these numbers, each of which there must be."""
    with city.database.read() as connection:
        for number in numbers:
            card = archive_store.find_card(connection, record_id_of(number))
            assert card is not None
            yield card


def pdf_files(working: WorkingCity) -> set[Path]:
    """All files that the store keeps for PDFs."""
    return {path for path in (working.folder / "objects" / "pdf").rglob("*") if path.is_file()}
