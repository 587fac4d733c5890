"""Every byte of a card counts: one flipped bit anywhere, or anything put behind, and no card stays genuine.

Each byte of a capsule, of an XML and of a small sealed PDF is changed once, in a bit that is drawn with a fixed seed,
so that every run looks at the same; of a capsule in all eight bits; of a card as it is issued 500 bytes; behind the
seal of an archived one every third. No byte does not matter, so no rule excuses one: what no signature covers (the
places of the signatures themselves, their padding, the revisions behind a seal) has a single allowed spelling each.
"""

import random
from collections.abc import Callable, Iterable

import pytest

from backend.demo.cards import cards_of
from backend.signing import seal_pdf
from tests.backend.issuing.one_typesetter import typeset_card
from tests.vectors.signed_xml_city import XmlCity, xml_city
from tests.verifier.small_city import NOW, PUBLIC_URL, SIGNED_AT
from verifier.capsule import capsule_url, parse_capsule_text
from verifier.errors import SignatureInvalidError
from verifier.lists import Lists
from verifier.pdf_structure import read_pdf_card
from verifier.record.card_document import SignerRole
from verifier.record.write_xml import write_unsigned_card
from verifier.verdict import Outcome, Verdict
from verifier.verify import verify_capsule_text, verify_pdf, verify_xml

Check = Callable[[bytes], Verdict]

BITS = 8
LONGEST_TAIL = 1_100
"""Some libraries look for the end of a file in its last 1,024 bytes."""
REAL_CARD_FLIPS = 500
ISSUABLE_ROLES = (SignerRole.HOMEROOM_TEACHER, SignerRole.MANAGER, SignerRole.SCHOOL)


@pytest.fixture(scope="module")
def city() -> XmlCity:
    return xml_city()


@pytest.fixture(scope="module")
def lists(city: XmlCity) -> Lists:
    return city.lists()


@pytest.fixture(scope="module")
def card(city: XmlCity) -> bytes:
    return city.signed_card(without_teacher=True)


def flips(data: bytes, positions: Iterable[int]) -> Iterable[tuple[int, bytes]]:
    chance = random.Random(len(data))  # noqa: S311  # the same bits in every run
    for position in positions:
        changed = data[position] ^ (1 << chance.randrange(BITS))
        yield position, data[:position] + bytes([changed]) + data[position + 1 :]


def surviving(data: bytes, positions: Iterable[int], check: Check) -> list[int]:
    """Places where a flipped bit leaves the card genuine, or makes the check itself break down."""
    assert check(data).verdict is Outcome.GENUINE
    return [position for position, changed in flips(data, positions) if stands(check(changed))]


def stands(verdict: Verdict) -> bool:
    return verdict.verdict is Outcome.GENUINE or "check_failed" in verdict.intact.codes


def test_no_bit_of_a_capsule_can_be_changed(city: XmlCity, lists: Lists, card: bytes) -> None:
    cose = parse_capsule_text(city.capsule_text(card))
    for position in range(len(cose)):
        for bit in range(BITS):
            changed = cose[:position] + bytes([cose[position] ^ (1 << bit)]) + cose[position + 1 :]
            verdict = verify_capsule_text(capsule_url(PUBLIC_URL, changed), lists=lists, now=NOW)
            assert not stands(verdict), (position, bit)


def test_no_digit_of_a_capsules_text_can_be_changed(city: XmlCity, lists: Lists, card: bytes) -> None:
    text = city.capsule_text(card)
    first = text.index("#") + 1
    assert verify_capsule_text(text, lists=lists, now=NOW).verdict is Outcome.GENUINE
    for position in range(first, len(text)):
        changed = text[:position] + str((int(text[position]) + 1) % 10) + text[position + 1 :]
        assert not stands(verify_capsule_text(changed, lists=lists, now=NOW)), position


def test_no_byte_of_an_xml_can_be_changed(lists: Lists, card: bytes) -> None:
    assert surviving(card, range(len(card)), lambda data: verify_xml(data, lists=lists, now=NOW)) == []


def test_no_byte_of_a_small_pdf_can_be_changed(
    city: XmlCity, lists: Lists, card: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As a sealer that knows how large its authority's timestamps are; a first seal has 8,000 more zeros of padding.
    monkeypatch.setattr(seal_pdf, "FIRST_TOKEN_ROOM_BYTES", 2_000)
    pdf = city.sealed_pdf(card)
    assert surviving(pdf, range(len(pdf)), lambda data: verify_pdf(data, lists=lists, now=NOW)) == []


def test_no_byte_behind_the_seal_of_an_archived_pdf_can_be_changed(city: XmlCity, lists: Lists, card: bytes) -> None:
    pdf = city.archived_pdf(card)
    behind = range(read_pdf_card(pdf).sealed_end, len(pdf), 3)
    assert surviving(pdf, behind, lambda data: verify_pdf(data, lists=lists, now=NOW)) == []


def test_no_byte_of_a_card_as_it_is_issued_can_be_changed(city: XmlCity, lists: Lists) -> None:
    pdf = issued_card(city)
    places = random.Random(1).sample(range(len(pdf)), REAL_CARD_FLIPS)  # noqa: S311  # the same places in every run
    assert surviving(pdf, places, lambda data: verify_pdf(data, lists=lists, now=NOW)) == []


def issued_card(city: XmlCity) -> bytes:
    """All pages of the official form, at level B-LTA."""
    record = next(card.record for card in cards_of(3, 0) if card.record.transcript.school_year == "2025-2026")
    moved = city.of_its_school(record)
    xml = city.signed_card(write_unsigned_card(moved), without_teacher=True)
    page = typeset_card(
        moved,
        xml=xml,
        capsule_url=city.capsule_text(xml, record=moved),
        signed_at=dict.fromkeys(ISSUABLE_ROLES, SIGNED_AT),
        now=SIGNED_AT,
    )
    return city.archived_pdf(unsealed=page)


def noise(length: int) -> bytes:
    return random.Random(length).randbytes(length)  # noqa: S311  # the same noise in every run


TAILS: dict[str, Callable[[int], bytes]] = {
    "zeros": bytes,
    "spaces": lambda length: b" " * length,
    "line ends": lambda length: b"\n" * length,
    "carriage returns": lambda length: (b"\r\n" * length)[:length],
    "ends of file": lambda length: (b"%%EOF\n" * length)[-length:],
    "noise": noise,
}


@pytest.mark.parametrize("kind", TAILS)
@pytest.mark.parametrize("level", ["b_t", "b_lta"])
def test_nothing_of_any_length_can_stand_behind_a_pdf(
    city: XmlCity, lists: Lists, card: bytes, level: str, kind: str
) -> None:
    """What refuses is the file's structure, so that is asked for every length, and the whole check for some."""
    pdf = city.sealed_pdf(card) if level == "b_t" else city.archived_pdf(card)
    assert read_pdf_card(pdf).pdf == pdf
    for length in range(1, LONGEST_TAIL + 1):
        with pytest.raises(SignatureInvalidError, match="pdf_bytes_after_seal"):
            read_pdf_card(pdf + TAILS[kind](length))
    for length in (1, 2, 6, 7, 100, 1_021, 1_024, LONGEST_TAIL, 30_000):
        verdict = verify_pdf(pdf + TAILS[kind](length), lists=lists, now=NOW)
        assert (verdict.verdict, verdict.record) == (Outcome.ALTERED, None)
