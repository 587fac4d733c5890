"""How large capsules are, over all grades: of each generated card as it is, and under the longest name.

The clause: at most 330 bytes, and a QR of version 14-M or less (``docs/formats/capsule.md``).
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, islice

from msgspec import Struct, structs
from rich.console import Console
from rich.table import Table

from backend.demo.cards import cards_of
from backend.issuing.qr_code import MAX_VERSION as MAX_QR_VERSION
from backend.issuing.qr_code import render_qr
from verifier.capsule import MAX_CAPSULE_BYTES, Capsule, capsule_url, seal_capsule
from verifier.cose import KID_BYTES, MemorySigner
from verifier.record.transcript import Transcript

LONGEST_NAME = "Công Tằng Tôn Nữ Nguyễn Phước Hoàng Quỳnh Hương"
"""Twice as long as any name that the generator makes: 47 letters, 63 bytes in UTF-8."""
CARDS = 10_000
PUBLIC_URL = "https://hocba.hanoi.edu.vn"
_ISSUED_AT = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)
_KEY = MemorySigner.from_secret_number(1)


class CapsuleSize(Struct, frozen=True):
    """What one card's capsule takes."""

    grade: int
    capsule_bytes: int
    qr_version: int


def measure_capsules(seed: int, cards: int, *, name: str | None = None) -> Iterator[CapsuleSize]:
    """Sizes for the first ``cards`` cards of a city; ``name`` replaces every pupil's own."""
    generated = (card.record.transcript for number in count() for card in cards_of(seed, number))
    for transcript in islice(generated, cards):
        yield _measure(transcript if name is None else structs.replace(transcript, name=name))


def _measure(transcript: Transcript) -> CapsuleSize:
    digest = hashlib.sha256(transcript.record_id.encode()).digest()
    cose = seal_capsule(Capsule(transcript, issued_at=_ISSUED_AT, xml_sha256=digest), key=_KEY, kid=digest[:KID_BYTES])
    return CapsuleSize(transcript.grade, len(cose), render_qr(capsule_url(PUBLIC_URL, cose)).version)


def print_capsules(console: Console) -> None:
    """One row a grade, and whether the clause holds."""
    table = Table("grade", "cards", "largest capsule", "largest QR", "under the longest name", "largest QR then")
    as_they_are = list(measure_capsules(1, CARDS))
    renamed = list(measure_capsules(1, CARDS, name=LONGEST_NAME))
    for grade in sorted({size.grade for size in as_they_are}):
        own, long = ([size for size in sizes if size.grade == grade] for sizes in (as_they_are, renamed))
        table.add_row(str(grade), f"{len(own):,}", *_largest(own), *_largest(long))
    console.print(table)
    sizes = as_they_are + renamed
    over = [size for size in sizes if size.qr_version > MAX_QR_VERSION or size.capsule_bytes > MAX_CAPSULE_BYTES]
    limits = f"{MAX_CAPSULE_BYTES} bytes or version {MAX_QR_VERSION}-M"
    console.print(f"capsules over {limits}: {len(over)} of {len(sizes):,}")


def _largest(sizes: list[CapsuleSize]) -> tuple[str, str]:
    return f"{max(size.capsule_bytes for size in sizes)} bytes", f"{max(size.qr_version for size in sizes)}-M"


if __name__ == "__main__":
    print_capsules(Console())
