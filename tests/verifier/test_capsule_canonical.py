"""Whatever array is unpacked, packs to itself: no two arrays say the same card, however an attacker turns them."""

import random
from itertools import count, islice

import pytest

from backend.demo.cards import cards_of
from tests.verifier.small_city import SIGNED_AT
from verifier.capsule_payload import Capsule, pack_capsule, unpack_capsule
from verifier.deterministic_cbor import Cbor
from verifier.errors import MalformedInputError

RESULTS = range(10, 15)


def arrays() -> list[list[Cbor]]:
    generated = (card.record.transcript for number in count() for card in cards_of(3, number))
    return [pack_capsule(Capsule(transcript, SIGNED_AT, bytes(32))) for transcript in islice(generated, 60)]


def damaged(items: list[Cbor], chance: random.Random) -> list[Cbor]:
    """One of the packed results changed: a bit, a byte more or less, two bytes swapped, or a row twice."""
    changed = list(items)
    place = chance.choice(RESULTS)
    value = changed[place]
    if isinstance(value, bytes):
        data = bytearray(value)
        kind = chance.randrange(4)
        if kind == 0 and data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data.insert(chance.randrange(len(data) + 1), chance.randrange(256))
        elif kind == 2 and data:
            del data[chance.randrange(len(data))]
        elif len(data) > 1:
            first, second = chance.sample(range(len(data)), 2)
            data[first], data[second] = data[second], data[first]
        changed[place] = bytes(data)
    elif isinstance(value, int):
        changed[place] = value ^ 1 << chance.randrange(66)
    else:
        own: list[Cbor] = [["XX", bytes([chance.randrange(256)] * chance.choice((1, 3, 4)))]]
        changed[place] = [*(value or []), *own * chance.randrange(1, 3)]
    return changed


def test_an_array_that_is_unpacked_packs_to_itself() -> None:
    chance = random.Random(11)  # noqa: S311  # the same damage again
    read = refused = 0
    for items in arrays():
        assert pack_capsule(unpack_capsule(items)) == items
        for _ in range(150):
            changed = damaged(items, chance)
            try:
                capsule = unpack_capsule(changed)
            except MalformedInputError:
                refused += 1
                continue
            read += 1
            assert pack_capsule(capsule) == changed
    assert min(read, refused) > 1_000


@pytest.mark.parametrize("pairs", [b"\x05\x32\x05\x32", b"\x06\x32\x05\x32", b"\x05\xff"])
def test_re_examinations_have_one_order_and_a_mark(pairs: bytes) -> None:
    secondary = next(items for items in arrays() if isinstance(items[7], int) and items[7] > 5)
    known = [number for number in range(64) if isinstance(secondary[11], int) and secondary[11] >> number & 1][:2]
    numbers = {5: known[0], 6: known[1]}
    changed = list(secondary)
    changed[13] = bytes(numbers.get(byte, byte) if place % 2 == 0 else byte for place, byte in enumerate(pairs))

    with pytest.raises(MalformedInputError, match="capsule_not_canonical"):
        unpack_capsule(changed)
