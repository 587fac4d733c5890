"""Keys in PEM files, for the demo city and tests only.

One file holds one key: PKCS #8 first, then its certificate, then the issuers' certificates. Whoever reads the file can
sign as the department, so production refuses them: there the keys live in an HSM.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from backend.signing.certified_key import key_kind, kid_of_certificate, raw_signature
from backend.signing.errors import KeyRefusedError
from backend.signing.key_settings import Mode
from backend.signing.keys import OrganisationKeys, verify_hashes

ORGANISATION_KEY_FILES = {
    "capsule": "capsule.pem",
    "status": "status.pem",
    "registry": "registry.pem",
    "pdf_seal": "pdf-seal.pem",
}
"""Where ``load_organisation_keys`` looks, by field of ``OrganisationKeys``."""

_SHA256 = utils.Prehashed(hashes.SHA256())
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class FileSigningKey:
    """A ``PersonKey`` whose private half stands in this process's memory."""

    hashes_at_once: int = 1

    def __init__(self, private_key: PrivateKey, certificate: x509.Certificate, *chain: x509.Certificate) -> None:
        """Raise ``KeyRefusedError`` for a weak key or the certificate of another one."""
        key_kind(private_key.public_key())
        if certificate.public_key() != private_key.public_key():
            raise KeyRefusedError("certificate_of_other_key")
        self._private_key = private_key
        self.certificate = certificate
        self.chain = chain

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """Read one key file; raise ``KeyRefusedError`` when it holds no key and certificate."""
        private_key, certificates = _read_pem(pem)
        if not certificates:
            raise KeyRefusedError("key_file_unreadable")
        return cls(private_key, *certificates)

    def sign(self, data: bytes) -> bytes:
        """See ``SigningKey.sign``."""
        if isinstance(self._private_key, rsa.RSAPrivateKey):
            return self._private_key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._private_key.sign(data, ec.ECDSA(hashes.SHA256()))

    def sign_hashes(self, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
        """See ``PersonKey.sign_hashes``."""
        key = self._private_key
        if isinstance(key, rsa.RSAPrivateKey):
            return tuple(key.sign(digest, padding.PKCS1v15(), _SHA256) for digest in verify_hashes(hashes))
        return tuple(key.sign(digest, ec.ECDSA(_SHA256)) for digest in verify_hashes(hashes))


class FileCoseKey:
    """A ``CoseKey`` whose private half stands in this process's memory."""

    def __init__(
        self,
        private_key: ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate | None = None,
        *,
        kid: bytes | None = None,
    ) -> None:
        """``kid`` is taken from the certificate (first 8 bytes of SHA-256 of its DER) unless there is none."""
        if not isinstance(private_key.curve, ec.SECP256R1):
            raise KeyRefusedError("key_kind_unknown", curve=private_key.curve.name)
        if certificate is not None and certificate.public_key() != private_key.public_key():
            raise KeyRefusedError("certificate_of_other_key")
        if kid is None:
            if certificate is None:
                raise KeyRefusedError("key_without_name")
            kid = kid_of_certificate(certificate)
        self._private_key = private_key
        self.certificate = certificate
        self.public_key = private_key.public_key()
        self.kid = kid

    @classmethod
    def from_pem(cls, pem: bytes, *, kid: bytes | None = None) -> Self:
        """Read one key file; raise ``KeyRefusedError`` when it holds no P-256 key."""
        private_key, certificates = _read_pem(pem)
        if not isinstance(private_key, ec.EllipticCurvePrivateKey):
            raise KeyRefusedError("key_kind_unknown", curve="rsa")
        return cls(private_key, certificates[0] if certificates else None, kid=kid)

    def sign(self, data: bytes) -> bytes:
        """See ``CoseKey.sign``."""
        return raw_signature(self._private_key.sign(data, ec.ECDSA(hashes.SHA256())))


def load_organisation_keys(folder: Path, *, mode: Mode) -> OrganisationKeys:
    """Read the department's keys from ``folder``.

    Raise ``KeyRefusedError`` with code ``demo_keys_refused`` outside demo mode, ``key_file_missing`` or
    ``key_file_unreadable`` when a file is not what it should be.
    """
    if mode is not Mode.DEMO:
        raise KeyRefusedError("demo_keys_refused")
    read = {field: read_key_file(folder / name) for field, name in ORGANISATION_KEY_FILES.items()}
    return OrganisationKeys(
        capsule=FileCoseKey.from_pem(read["capsule"]),
        status=FileCoseKey.from_pem(read["status"]),
        registry=FileCoseKey.from_pem(read["registry"]),
        pdf_seal=FileSigningKey.from_pem(read["pdf_seal"]),
    )


def save_key_file(path: Path, private_key: PrivateKey, *certificates: x509.Certificate) -> None:
    """Write a key with its certificates where only this user can read it."""
    parts = [private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())]
    parts += [certificate.public_bytes(Encoding.PEM) for certificate in certificates]
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(b"".join(parts))


def read_key_file(path: Path) -> bytes:
    """A key file's content; raise ``KeyRefusedError`` with ``key_file_missing`` if there is none."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyRefusedError("key_file_missing", file=path.name) from error


def _read_pem(pem: bytes) -> tuple[PrivateKey, list[x509.Certificate]]:
    try:
        private_key = load_pem_private_key(pem, None)
        certificates = x509.load_pem_x509_certificates(pem) if b"-----BEGIN CERTIFICATE-----" in pem else []
    except (ValueError, TypeError) as error:
        raise KeyRefusedError("key_file_unreadable") from error
    if not isinstance(private_key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise KeyRefusedError("key_kind_unknown", curve=type(private_key).__name__)
    return private_key, certificates
