"""A thousand generated cards of every grade from XML through the rules, and some of them to PDF: no warning allowed.

``python -m tests.benchmarks.thousand_cards [--cards N] [--pages N]``; ``--pages`` says how many of each grade are
typeset, for all of them it takes some minutes more. Ends with 1 if a card had a warning. The test suite does the same
with some hundred of each grade.
"""

import argparse
import hashlib
import sys
import time
from collections import Counter
from datetime import UTC, datetime

from lxml import etree
from rich.console import Console
from rich.progress import Progress

from backend.assessment.check_record import check_record
from backend.assessment.check_text import check_text
from backend.demo.cards import cards_of
from tests.backend.issuing.one_typesetter import typeset_card
from verifier.capsule import Capsule, capsule_url, seal_capsule
from verifier.cose import KID_BYTES, MemorySigner
from verifier.record.parse_xml import parse_record
from verifier.record.record import Record
from verifier.record.write_xml import write_unsigned_card

GRADES = range(1, 13)
SEED = 2026


def main() -> None:
    """Draw pupils until every grade has its cards, and print how many there were and every warning."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=1_000, help="of each grade")
    parser.add_argument("--pages", type=int, default=5, help="of each grade, typeset as PDF")
    arguments = parser.parse_args()
    wanted = arguments.cards
    console = Console()
    grades: Counter[int] = Counter()
    warnings: Counter[str] = Counter()
    pdf_bytes: list[int] = []
    began = time.perf_counter()
    with Progress(console=console) as progress:
        bar = progress.add_task("cards through the rules", total=wanted * len(GRADES))
        number = 0
        while any(grades[grade] < wanted for grade in GRADES):
            for card in cards_of(SEED, number):
                grade = card.record.transcript.grade
                if grades[grade] < wanted:
                    grades[grade] += 1
                    warnings.update(warnings_of(card.record))
                    if grades[grade] <= arguments.pages:
                        pdf_bytes.append(len(pages_of(card.record)))
                    progress.advance(bar)
            number += 1
    seconds = time.perf_counter() - began
    cards = grades.total()
    console.print(f"{cards} cards, {wanted} of each grade, {cards / seconds:.0f} a second; warnings: {dict(warnings)}")
    if pdf_bytes:
        console.print(f"{len(pdf_bytes)} of them typeset, the largest unsigned PDF has {max(pdf_bytes)} bytes")
    sys.exit(1 if warnings else 0)


def warnings_of(record: Record) -> list[str]:
    """Codes of the warnings that the card has once it has been written as XML and read again."""
    data = etree.fromstring(write_unsigned_card(record))[0]
    read = parse_record(data)
    if read != record:
        return ["record_changed_by_round_trip"]
    return [warning.code for warning in (*check_text(data), *check_record(read))]


def pages_of(record: Record) -> bytes:
    """The card's unsigned PDF, its capsule sealed by a key that nobody trusts."""
    xml = write_unsigned_card(record)
    now = datetime(2026, 6, 1, tzinfo=UTC)
    capsule = Capsule(record.transcript, issued_at=now, xml_sha256=hashlib.sha256(xml).digest())
    cose = seal_capsule(capsule, key=MemorySigner.from_secret_number(1), kid=bytes(KID_BYTES))
    return typeset_card(record, xml=xml, capsule_url=capsule_url("https://hocba.example.vn", cose), now=now)


if __name__ == "__main__":
    main()
