"""A share's passcode: short, told over the telephone, and so kept as a slow salted hash.

scrypt of the standard library (RFC 7914), with parameters that OWASP's cheat sheet on password storage names. The
parameters stand in front of each hash, so that they can be raised without making an old link unreadable.
"""

import hashlib
import hmac
import secrets
import unicodedata
from base64 import b64decode, b64encode
from typing import Final

_COST, _BLOCK_SIZE, _PARALLELISM = 2**14, 8, 5
_MAX_MEMORY_BYTES: Final = 64 * 1024 * 1024
"""The cost above takes 16 MB; OpenSSL refuses more than this."""
_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32


def hash_passcode(passcode: str) -> str:
    """What is stored of a passcode."""
    salt = secrets.token_bytes(_SALT_BYTES)
    derived = _derive(passcode, salt, cost=_COST, block_size=_BLOCK_SIZE, parallelism=_PARALLELISM)
    parts = (_COST, _BLOCK_SIZE, _PARALLELISM, b64encode(salt).decode(), b64encode(derived).decode())
    return "$".join(("scrypt", *(str(part) for part in parts)))


def is_passcode(claimed_passcode: str, *, stored_hash: str) -> bool:
    """Whether this is the passcode; compared in constant time."""
    _, cost, block_size, parallelism, salt, expected = stored_hash.split("$")
    derived = _derive(
        claimed_passcode, b64decode(salt), cost=int(cost), block_size=int(block_size), parallelism=int(parallelism)
    )
    return hmac.compare_digest(derived, b64decode(expected))


def _derive(passcode: str, salt: bytes, *, cost: int, block_size: int, parallelism: int) -> bytes:
    # The same letters typed on two kinds of keyboard: "ệ" may be one code point or three.
    typed = unicodedata.normalize("NFC", passcode).encode()
    return hashlib.scrypt(
        typed, salt=salt, n=cost, r=block_size, p=parallelism, maxmem=_MAX_MEMORY_BYTES, dklen=_HASH_BYTES
    )
