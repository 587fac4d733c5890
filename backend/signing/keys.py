"""The ports to private keys: what signing needs of a key, wherever it is kept (file, HSM, remote service).

A key is loaded once and kept; ``sign`` may be called thousands of times and from several threads. Whatever an adapter
does inside, only ``SigningError`` leaves it.
"""

from collections.abc import Sequence
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct

from backend.signing.errors import KeyRefusedError

SHA256_BYTES = 32


class SigningKey(Protocol):
    """A key with a certificate, for XML signatures and PDF seals: RSA of at least 2048 bits, or P-256."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of this very key."""
        ...

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Certificates of the issuers, nearest first, without this key's own; may be empty."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Sign with SHA-256: RSA as PKCS #1 v1.5, ECDSA as the DER of r and s."""
        ...


class PersonKey(SigningKey, Protocol):
    """A key that signs many things under one authorisation, where each takes one: the key of a person or a school."""

    @property
    def hashes_at_once(self) -> int:
        """How many hashes one authorisation covers; 1 where nobody is asked, and nothing is won by asking together."""
        ...

    def sign_hashes(self, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
        """Sign SHA-256 values, in their order and in the form of ``SigningKey.sign``.

        A remote service may ask its owner first, and once for all of them where it can. All are signed, or
        ``SigningError`` is raised and what was signed is lost; ``KeyOwnerRefusedError`` when the owner said no.
        """
        ...


class CoseKey(Protocol):
    """A P-256 key that signs capsules or lists (ES256, RFC 9053 section 2.1)."""

    @property
    def kid(self) -> bytes:
        """Eight bytes that name the key in every COSE header."""
        ...

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """What the trust list publishes."""
        ...

    @property
    def certificate(self) -> x509.Certificate | None:
        """The key's certificate; None for the trust key, which is its own anchor."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Sign with SHA-256 and give r and s as 32 bytes each, big-endian."""
        ...


class OrganisationKeys(Struct, frozen=True):
    """The department's keys that ``hocba`` uses every day; the trust key is offline and not among them."""

    capsule: CoseKey
    status: CoseKey
    registry: CoseKey
    pdf_seal: SigningKey


def verify_hashes(hashes: Sequence[bytes]) -> Sequence[bytes]:
    """Give ``hashes`` back if each is a SHA-256 value; raise ``KeyRefusedError`` otherwise."""
    if any(len(digest) != SHA256_BYTES for digest in hashes):
        raise KeyRefusedError("hash_malformed")
    return hashes
