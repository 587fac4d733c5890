"""Keys in an HSM: organisation keys in production. The private half never leaves the token."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from backend.signing.certified_key import (
    der_signature,
    key_kind,
    kid_of_certificate,
    read_certificates,
    verify_key_matches,
)
from backend.signing.errors import KeyRefusedError
from backend.signing.pkcs11_token import HsmAlgorithm, HsmToken

_TRIAL = hashlib.sha256(b"hocba: does this key belong to its certificate?").digest()
"""Signed once when a key is opened. It is the SHA-256 of no card, list or PDF."""


class HsmSigningKey:
    """A ``PersonKey`` in an HSM: RSA or P-256, with its certificate from a file."""

    hashes_at_once: int = 1

    def __init__(self, token: HsmToken, *, label: str, certificates: Sequence[x509.Certificate]) -> None:
        """Make one trial signature.

        Raises:
            KeyRefusedError: a weak key, a certificate of another one, or what ``HsmToken.sign`` refuses.
        """
        self.certificate, *chain = certificates
        self.chain = tuple(chain)
        self._token = token
        self._label = label
        self._algorithm = HsmAlgorithm(key_kind(self.certificate.public_key()))
        verify_key_matches(self.certificate, self.sign_hashes([_TRIAL])[0], _TRIAL)

    @classmethod
    def from_file(cls, token: HsmToken, *, label: str, certificate_file: Path) -> Self:
        """Open a key whose certificate, and then its issuers', stand in a PEM file."""
        return cls(token, label=label, certificates=read_certificates(certificate_file))

    def sign(self, data: bytes) -> bytes:
        """See ``SigningKey.sign``."""
        return self.sign_hashes([hashlib.sha256(data).digest()])[0]

    def sign_hashes(self, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
        """See ``PersonKey.sign_hashes``; the HSM asks nobody."""
        values = self._token.sign(self._label, self._algorithm, hashes)
        if self._algorithm is HsmAlgorithm.RSA:
            return tuple(values)
        return tuple(der_signature(value) for value in values)


class HsmCoseKey:
    """A ``CoseKey`` in an HSM."""

    def __init__(self, token: HsmToken, *, label: str, certificate: x509.Certificate) -> None:
        """Make one trial signature; see ``HsmSigningKey``."""
        public_key = certificate.public_key()
        if not isinstance(public_key, ec.EllipticCurvePublicKey) or not isinstance(public_key.curve, ec.SECP256R1):
            raise KeyRefusedError("key_kind_unknown", curve=key_kind(public_key))
        self._token = token
        self._label = label
        self.public_key = public_key
        self.certificate: x509.Certificate | None = certificate
        self.kid = kid_of_certificate(certificate)
        verify_key_matches(certificate, der_signature(self._sign_hash(_TRIAL)), _TRIAL)

    @classmethod
    def from_file(cls, token: HsmToken, *, label: str, certificate_file: Path) -> Self:
        """Open a key whose certificate stands in a PEM file."""
        return cls(token, label=label, certificate=read_certificates(certificate_file)[0])

    def sign(self, data: bytes) -> bytes:
        """See ``CoseKey.sign``."""
        return self._sign_hash(hashlib.sha256(data).digest())

    def _sign_hash(self, digest: bytes) -> bytes:
        return self._token.sign(self._label, HsmAlgorithm.P256, [digest])[0]
