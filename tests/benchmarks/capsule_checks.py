"""What the check of a capsule costs beside the bare signature check that it cannot do without.

The plain way is ``cryptography``'s P-256 verification of one signature with a key that is loaded already. Ours is
``verify_capsule_text`` from a QR's text to a verdict: cards of all grades, no two alike, lists at hand.
"""

import hashlib
import time
from datetime import UTC, datetime
from itertools import count, islice

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import structs
from rich.console import Console
from rich.table import Table

from backend.demo.cards import cards_of
from tests.verifier.small_city import NOW, PUBLIC_URL, SCHOOL_YEAR, small_city
from verifier.capsule import Capsule, capsule_url, seal_capsule
from verifier.sealed_lists import open_lists
from verifier.verdict import Outcome
from verifier.verify import verify_capsule_text

CARDS = 500
ROUNDS = 4
_ISSUED_AT = datetime(2026, 5, 31, 3, 0, tzinfo=UTC)


def print_capsule_checks(console: Console, cards: int = CARDS) -> None:
    """Both ways by turns, so that a busy machine is busy for both."""
    city = small_city()
    lists = open_lists(city.sealed_lists(city.lists()), now=NOW)  # as a service has them
    texts = capsule_texts(cards)
    key = ec.generate_private_key(ec.SECP256R1())
    algorithm, public_key = ec.ECDSA(hashes.SHA256()), key.public_key()
    messages = [hashlib.sha256(text.encode()).digest() * 8 for text in texts]  # as long as what a capsule's seal covers
    signed = [(key.sign(message, algorithm), message) for message in messages]
    raw = ours = 0.0
    for _ in range(ROUNDS):
        began = time.process_time()
        for signature, message in signed:
            public_key.verify(signature, message, algorithm)
        raw += time.process_time() - began
        began = time.process_time()
        for text in texts:
            verdict = verify_capsule_text(text, lists=lists, public_url=PUBLIC_URL, now=NOW)
            assert verdict.verdict is Outcome.GENUINE
        ours += time.process_time() - began
    table = Table("capsule check on the server", "µs", "of raw")
    checks = ROUNDS * len(texts)
    table.add_row("cryptography, P-256 verification alone", f"{1e6 * raw / checks:.0f}", "100 %")
    table.add_row("hocba, text of the QR to verdict", f"{1e6 * ours / checks:.0f}", f"{100 * raw / ours:.0f} %")
    console.print(table)


def capsule_texts(cards: int) -> list[str]:
    """What the QR codes of so many cards say, no two alike, in the city of the verifier's tests."""
    city = small_city()
    generated = (card.record.transcript for number in count() for card in cards_of(1, number))
    texts = []
    for transcript in islice(generated, cards):
        of_year = structs.replace(transcript, school_year=SCHOOL_YEAR)
        digest = hashlib.sha256(transcript.record_id.encode()).digest()
        capsule = Capsule(of_year, issued_at=_ISSUED_AT, xml_sha256=digest)
        sealed = seal_capsule(capsule, key=city.capsule_key, kid=city.capsule_key.kid)
        texts.append(capsule_url(PUBLIC_URL, sealed))
    return texts


if __name__ == "__main__":
    print_capsule_checks(Console())
