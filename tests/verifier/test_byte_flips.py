"""One flipped bit anywhere, or one byte more at the end, and no card stays genuine.

A sample with a fixed seed: every run looks at the same bits. The signature container inside the PDF, which no signature
covers, is looked at byte for byte.
"""

import random
import re
from collections.abc import Callable

import pytest

from tests.verifier.small_city import NOW, SmallCity, small_city
from verifier.pdf_structure import read_pdf_card
from verifier.verdict import Outcome, Verdict
from verifier.verify import verify_capsule_text, verify_pdf, verify_xml

FLIPS = 250


@pytest.fixture(scope="module")
def city() -> SmallCity:
    return small_city()


def flip(data: bytes, position: int, bit: int) -> bytes:
    return data[:position] + bytes([data[position] ^ (1 << bit)]) + data[position + 1 :]


def surviving(data: bytes, check: Callable[[bytes], Verdict], positions: list[int]) -> list[tuple[int, int]]:
    """Flips after which the card still counts as genuine, or made a check break down."""
    chance = random.Random(len(positions))  # noqa: S311  # the same bits in every run
    survivors = []
    for position in positions:
        bit = chance.randrange(8)
        verdict = check(flip(data, position, bit))
        if verdict.verdict is Outcome.GENUINE or "check_failed" in verdict.intact.codes:
            survivors.append((position, bit))
    return survivors


def sample(length: int) -> list[int]:
    return random.Random(length).sample(range(length), FLIPS)  # noqa: S311  # the same places in every run


def test_no_flipped_bit_of_a_pdf_stays_genuine(city: SmallCity) -> None:
    pdf, lists = city.sealed_pdf(city.first_card()), city.lists()

    assert surviving(pdf, lambda data: verify_pdf(data, lists=lists, now=NOW), sample(len(pdf))) == []


def test_no_flipped_bit_of_the_seal_itself_stays_genuine(city: SmallCity) -> None:
    pdf, lists = city.sealed_pdf(city.first_card()), city.lists()
    match = re.search(rb"/ByteRange ?\[\s*0 (\d+) ", pdf)
    assert match is not None
    start = int(match[1])
    digits = 2 * len(read_pdf_card(pdf).cms)

    places = list(range(start, start + digits, 9))

    assert surviving(pdf, lambda data: verify_pdf(data, lists=lists, now=NOW), places) == []


def test_no_flipped_bit_of_an_xml_stays_genuine(city: SmallCity) -> None:
    card, lists = city.first_card(), city.lists()

    assert surviving(card, lambda data: verify_xml(data, lists=lists, now=NOW), sample(len(card))) == []


def test_no_changed_digit_of_a_capsule_stays_genuine(city: SmallCity) -> None:
    text, lists = city.capsule_text(), city.lists()
    first = text.index("#") + 1

    for position in range(first, len(text)):
        changed = text[:position] + str((int(text[position]) + 1) % 10) + text[position + 1 :]
        assert verify_capsule_text(changed, lists=lists, now=NOW).verdict is not Outcome.GENUINE


@pytest.mark.parametrize("added", [b"\n", b" ", b"\0", b"%%EOF", b"\r\n%%EOF\r\n", b"x" * 3000])
def test_appended_bytes_are_never_genuine(city: SmallCity, added: bytes) -> None:
    pdf = city.sealed_pdf(city.first_card()) + added

    assert verify_pdf(pdf, lists=city.lists(), now=NOW).verdict is Outcome.ALTERED


def test_no_flipped_bit_of_an_archived_pdf_stays_genuine(city: SmallCity) -> None:
    pdf, lists = city.archived_pdf(city.first_card()), city.lists()
    behind = read_pdf_card(pdf).sealed_end
    places = [*sample(len(pdf)), *range(behind, len(pdf), 7)]

    assert surviving(pdf, lambda data: verify_pdf(data, lists=lists, now=NOW), places) == []


@pytest.mark.parametrize("filling", [b"\0", b"\n", b" ", b"x"], ids=["zeros", "line ends", "spaces", "letters"])
def test_nothing_of_any_length_behind_an_archived_pdf_stays_genuine(city: SmallCity, filling: bytes) -> None:
    pdf, lists = city.archived_pdf(city.first_card()), city.lists()

    verdicts = {verify_pdf(pdf + filling * length, lists=lists, now=NOW).verdict for length in range(1, 1_101)}

    assert verdicts == {Outcome.ALTERED}
