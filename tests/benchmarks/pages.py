"""What the pages of generated cards of every grade cost: milliseconds, kilobytes, warnings of rules and typesetter."""

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, islice

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from backend.assessment.check_record import check_record
from backend.demo.cards import cards_of
from backend.issuing.pack_pdf import pack_pdf
from backend.issuing.typeset import FORMS, PrintedYear, Typesetter, _document_values
from tests.verifier.small_city import small_city
from verifier.record.card_document import read_card
from verifier.record.write_xml import write_unsigned_card
from verifier.xml_signature import verify_card_signatures

CARDS_A_GRADE = 10
_NOW = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
_LARGEST_URL = f"https://hocba.hanoi.edu.vn/v#{(1 << 8 * 330) * 3 // 2}"


class PageCost(Struct, frozen=True):
    """One card, from its signed XML to a packed page."""

    grade: int
    milliseconds: float
    """Of processor time."""
    pdf_bytes: int
    warnings: tuple[str, ...]
    """Of the card against the rules, by code, and of the typesetter."""


def measure_pages(seed: int, grade: int, cards: int) -> Iterator[PageCost]:
    """Sign generated cards of one grade, read them back, and typeset them under the largest QR there is."""
    city, typesetter = small_city(), Typesetter()
    generated = (card.record for number in count() for card in cards_of(seed, number))
    for record in islice((record for record in generated if record.transcript.grade == grade), cards):
        document = read_card(city.signed_card(write_unsigned_card(record)))
        verified = verify_card_signatures(document)
        signed_at = {signature.role: signature.claimed_at for signature in verified.signatures}
        began = time.process_time()
        values = _document_values([PrintedYear(verified.record, document.xml, _LARGEST_URL, signed_at)])
        pdf, warnings = typesetter._forms.compilers[FORMS[record.level]].compile_with_warnings(
            format="pdf",
            sys_inputs={"card": json.dumps(values, ensure_ascii=False)},
            pdf_standards=["a-3a", "ua-1"],
            timestamp=_NOW,
        )
        packed = pack_pdf(pdf if isinstance(pdf, bytes) else b"")
        spent = 1000 * (time.process_time() - began)
        of_rules = [warning.code for warning in check_record(verified.record)]
        yield PageCost(grade, spent, len(packed), (*of_rules, *(warning.message for warning in warnings)))


def print_pages(console: Console, cards_a_grade: int = CARDS_A_GRADE) -> None:
    """One row a grade."""
    table = Table("grade", "cards", "ms a card (median)", "KB (median)", "KB (largest)", "warnings")
    warnings: Counter[str] = Counter()
    for grade in range(1, 13):
        costs = list(measure_pages(1, grade, cards_a_grade))
        warnings.update(warning for cost in costs for warning in cost.warnings)
        table.add_row(
            str(grade),
            f"{len(costs):,}",
            f"{statistics.median(cost.milliseconds for cost in costs):.1f}",
            f"{statistics.median(cost.pdf_bytes for cost in costs) / 1000:.1f}",
            f"{max(cost.pdf_bytes for cost in costs) / 1000:.1f}",
            str(sum(len(cost.warnings) for cost in costs)),
        )
    console.print(table)
    for warning, times in warnings.most_common():
        console.print(f"{times} x {warning}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards-a-grade", type=int, default=CARDS_A_GRADE)
    print_pages(Console(), parser.parse_args().cards_a_grade)
