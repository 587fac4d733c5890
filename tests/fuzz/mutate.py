"""Change bytes as a forger, a bad line or a bad copy would; the same seed of chance gives the same change."""

import random
from collections.abc import Sequence

_TELLING = (
    b"\0",
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    b"-1",
    b"0",
    b"99999999999999999999",
    b"%%EOF\n",
    b"endobj\n",
    b"<<",
    b">>",
    b"[" * 50,
    b"<a>" * 50,
    b"<!--",
    b"&x;",
    b"\xcc\x80",
    b"\xe2\x80\xae",
    b"\x30\x80",
    b"\x9f\xff",
    b"\xfb\x7f\xf0" + bytes(6),
)


def mutate(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """One of the seeds with one to eight changes."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 8)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice((1, 1, 2, 4, 16, 200)))
        change = chance.randrange(7)
        if change == 0 and data:
            data[min(start, len(data) - 1)] ^= 1 << chance.randrange(8)
        elif change == 1:
            data[start:end] = b""
        elif change == 2:
            data[start:start] = data[start:end] * chance.choice((1, 1, 2, 50))
        elif change == 3:
            data[start:start] = chance.choice(_TELLING)
        elif change == 4:
            data[start:end] = chance.randbytes(end - start)
        elif change == 5:
            other = chance.choice(seeds)
            at = chance.randint(0, len(other))
            data[start:end] = other[at : at + chance.choice((1, 8, 64, 1000))]
        else:
            del data[start:]
    return bytes(data)
