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
HOW_MANY = (1, 1, 1, 2, 2, 3, 5)
_WORTH_FORGING = {"DIEM_KIEM_TRA_DINH_KY": "10", "DIEM_CA_NAM": "10.0", "HO_VA_TEN": "Nguyễn Văn Khác"}
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
    """The classic: what is signed, mostly the whole record, goes out of sight, and a better one takes its place."""
    record = one.getroottree().getroot().find("DU_LIEU_HOC_BA")
    one = record if record is not None and chance.random() < 0.7 else one
    parent = one.getparent()
    if parent is None:
        return
    forged = copy_of(one)
    for element in forged.iter():
        if element.tag in _WORTH_FORGING:
            element.text = _WORTH_FORGING[str(element.tag)]
        if "Id" in element.attrib and chance.random() < 0.95:
            element.set("Id", f"khac-{element.get('Id')}")  # a clever forger repeats no Id
    parent.replace(one, forged)
    place_out_of_sight(parent.getroottree().getroot(), chance).append(one)


def place_out_of_sight(root: etree._Element, chance: random.Random) -> etree._Element:
    """Beside the signatures, in what a signature carries, or in something new that it carries."""
    signatures = list(root.iter(f"{{{SIGNATURE_NAMESPACE}}}Signature"))
    kind = chance.randrange(3)
    if kind == 0 or not signatures:
        return chance.choice([*root.iter("PHAT_HANH_HOC_BA", "CBQL", "KY_PHAT_HANH"), root])
    if kind == 1:
        return chance.choice([*root.iter(_OBJECT), root])
    box = etree.SubElement(chance.choice(signatures), _OBJECT)
    return etree.SubElement(box, "hidden") if chance.random() < 0.5 else box


CHANGES = (double, move, remove, label, take_label, rewrite, rename, hide, hide, hide)


def copy_of(element: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(element, with_tail=False))


def pick(root: etree._Element, chance: random.Random) -> etree._Element:
    """Any element; every other time one that a signature may be about."""
    elements = list(root.iter())
    labelled = [element for element in elements if "Id" in element.attrib]
    return chance.choice(labelled if labelled and chance.random() < 0.5 else elements)


def mutants(seed: int) -> Iterator[bytes]:
    chance = random.Random(seed)  # noqa: S311  # the same mutants in every run
    for _ in range(MUTANTS):
        root = etree.fromstring(read_card(chance.choice(signed_cards())).xml)
        for _ in range(chance.choice(HOW_MANY)):
            with suppress(ValueError):  # lxml refuses to put an element into itself
                chance.choice(CHANGES)(pick(root, chance), pick(root, chance), chance)
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
