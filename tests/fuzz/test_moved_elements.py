"""Elements of a signed card moved, doubled, renamed, hidden: thousands of wrappings that nobody thought of.

Whatever the verifier takes for sound has to say what was signed.
"""

import random
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

import pytest
from lxml import etree

from tests.fuzz.targets import known_records
from tests.vectors.read_vectors import read_folder, xml_of
from verifier.errors import VerifierError
from verifier.record.card_document import SIGNATURE_NAMESPACE, read_card
from verifier.xml_signature import verify_card_signatures

MUTANTS = 1_000
ROUNDS = 2
MAX_CHANGES = 5
_OBJECT = f"{{{SIGNATURE_NAMESPACE}}}Object"


@cache
def signed_cards() -> tuple[bytes, ...]:
    return tuple(xml_of(vector) for vector in read_folder("signed_xml") if vector["expected"]["verdict"] == "genuine")


def double(one: etree._Element, other: etree._Element, chance: random.Random) -> None:
    other.insert(chance.randint(0, len(other)), copy_of(one))


def move(one: etree._Element, other: etree._Element, chance: random.Random) -> None:
    if one.getparent() is not None and other not in set(one.iter()):
        other.insert(chance.randint(0, len(other)), one)


def remove(one: etree._Element, _other: etree._Element, _chance: random.Random) -> None:
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def label(one: etree._Element, _other: etree._Element, chance: random.Random) -> None:
    one.set(chance.choice(("Id", "ID", "id")), chance.choice(("data", "thongtinhocba", "mon-0", "khac")))


def take_label(one: etree._Element, _other: etree._Element, _chance: random.Random) -> None:
    for name in ("Id", "ID", "id"):
        one.attrib.pop(name, "")


def rewrite(one: etree._Element, _other: etree._Element, chance: random.Random) -> None:
    if not len(one):
        one.text = chance.choice(("10", "8", "Tốt", "", "Nguyễn Văn Khác"))


def rename(one: etree._Element, other: etree._Element, chance: random.Random) -> None:
    one.tag = chance.choice(("DU_LIEU_HOC_BA", "CBQL", "KY_PHAT_HANH", "GVCN", str(other.tag)))


def hide(one: etree._Element, _other: etree._Element, chance: random.Random) -> None:
    """The classic: the signed element goes into an Object, and a better one takes its place."""
    boxes, parent = list(one.getroottree().getroot().iter(_OBJECT)), one.getparent()
    if not boxes or parent is None:
        return
    forged = copy_of(one)
    for leaf in forged.iter():
        if not len(leaf) and chance.random() < 0.3:
            leaf.text = "10"
        if chance.random() < 0.5:
            leaf.attrib.clear()
    parent.replace(one, forged)
    chance.choice(boxes).append(one)


CHANGES = (double, move, remove, label, take_label, rewrite, rename, hide)


def copy_of(element: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(element, with_tail=False))


def mutants(seed: int) -> Iterator[bytes]:
    chance = random.Random(seed)  # noqa: S311  # the same mutants in every run
    for _ in range(MUTANTS):
        root = etree.fromstring(read_card(chance.choice(signed_cards())).xml)
        for _ in range(chance.randint(1, MAX_CHANGES)):
            elements = list(root.iter())
            with suppress(ValueError):  # lxml refuses to put an element into itself
                chance.choice(CHANGES)(chance.choice(elements), chance.choice(elements), chance)
        yield etree.tostring(root, encoding="utf-8")


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_what_still_verifies_says_what_was_signed(seed: int) -> None:
    taken = refused = 0
    for xml in mutants(seed):
        try:
            verified = verify_card_signatures(read_card(xml))
        except VerifierError:
            refused += 1
        else:
            taken += 1
            assert verified.record in known_records()
    assert refused > MUTANTS * 0.8
    assert taken > 0  # else the mutants are too wild to find anything
