"""Keys of access, each for one purpose, derived from the city's secret, and random tokens."""

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

TOKEN_BYTES = 32
"""256 random bits: a token nobody guesses, so its plain SHA-256 may be stored."""
MAX_TOKEN_CHARACTERS = 64
PASSKEY_ID_CHARACTERS = 32
"""128 bits: no two passkeys of one account share them."""


class AccessKeys(Struct, frozen=True):
    """One key a purpose: knowing what one yields says nothing about another."""

    activation: bytes
    """Hashes activation codes: 60 bits of entropy are too few for a plain hash."""
    attempts: bytes
    """Hashes personal codes and network addresses in the attempts table."""
    decoys: bytes
    """Makes up the credential ids that unknown personal codes are answered with."""

    @classmethod
    def from_secret(cls, secret: str, *, realm: str = "") -> "AccessKeys":
        """Derive the keys (RFC 5869) of a realm from ``HOCBA_SECRET``."""
        names = (f"{realm} {purpose}".strip() for purpose in ("activation", "attempts", "decoys"))
        return cls(*(_derive(secret, name) for name in names))


def keyed_hash(key: bytes, value: str | bytes) -> str:
    """HMAC-SHA-256 in hexadecimal."""
    return hmac.new(key, value.encode() if isinstance(value, str) else value, hashlib.sha256).hexdigest()


def new_token() -> str:
    """A random token for a cookie, in base64url."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def passkey_id_of(credential_id: bytes) -> str:
    """What a passkey is called in addresses: always of one length, and no credential id."""
    return hashlib.sha256(b"passkey " + credential_id).hexdigest()[:PASSKEY_ID_CHARACTERS]


def _derive(secret: str, purpose: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"hocba access {purpose}".encode())
    return kdf.derive(secret.encode())
