"""Whether a certificate may stand in the registry at all. Pure, but for the trust list that it is given.

1. the file holds one certificate, in PEM or DER, of at most 20,000 bytes, and no private key;
2. its key is RSA of 2048 bits or more, or P-256, and it is made for signatures, with SHA-256 or better;
3. it has not ended;
4. an authority that the trust list accepts for this use issued it, and outside of a demo none of a demo's.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from backend.certificates.errors import CertificateRefusedError
from verifier.certificate import load_certificate, require_strong_key, verify_issued_by
from verifier.errors import MalformedInputError, UntrustedKeyError
from verifier.registry import CertificateRole
from verifier.trust import MAX_CERTIFICATE_BYTES, RootUse, TrustList

MAX_FILE_BYTES: Final = 50_000
"""A PEM with words around it."""
USE_OF_ROLE: Final[Mapping[CertificateRole, RootUse]] = {"school": RootUse.SCHOOLS, "manager": RootUse.PEOPLE}
_BEGIN = b"-----BEGIN CERTIFICATE-----"
_STRONG_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


def read_certificate(data: bytes) -> x509.Certificate:
    """Step 1.

    Raises:
        CertificateRefusedError: ``certificate_file_long``, ``certificate_with_private_key``,
            ``certificate_not_alone``, ``certificate_file_unreadable``.
    """
    if len(data) > MAX_FILE_BYTES:
        raise CertificateRefusedError("certificate_file_long", limit=MAX_FILE_BYTES)
    if b"PRIVATE KEY-----" in data:
        raise CertificateRefusedError("certificate_with_private_key")
    if data.count(_BEGIN) > 1:
        raise CertificateRefusedError("certificate_not_alone")
    try:
        der = x509.load_pem_x509_certificate(data).public_bytes(Encoding.DER) if _BEGIN in data else data
        certificate = load_certificate(der)
    except (ValueError, MalformedInputError) as error:
        raise CertificateRefusedError("certificate_file_unreadable") from error
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise CertificateRefusedError("certificate_file_long", limit=MAX_CERTIFICATE_BYTES)
    return certificate


def verify_registrable(
    certificate: x509.Certificate, *, role: CertificateRole, trust: TrustList, demo_accepted: bool, now: datetime
) -> None:
    """Steps 2 to 4.

    Raises:
        CertificateRefusedError: ``certificate_key_weak``, ``certificate_hash_weak``, ``certificate_not_for_signing``,
            ``registered_certificate_ended``, ``certificate_authority_unknown``, ``certificate_of_demo``.
    """
    try:
        require_strong_key(certificate)
    except UntrustedKeyError as error:
        raise CertificateRefusedError("certificate_key_weak") from error
    if not isinstance(certificate.signature_hash_algorithm, _STRONG_HASHES):
        raise CertificateRefusedError("certificate_hash_weak")
    if certificate.not_valid_after_utc < now:
        raise CertificateRefusedError("registered_certificate_ended")
    roots = trust.roots_for(USE_OF_ROLE[role])
    try:
        issuer = verify_issued_by(certificate, expected_issuers=[root.certificate for root in roots], at=now)
    except UntrustedKeyError as error:
        if error.reason == "certificate_not_for_signing":
            raise CertificateRefusedError("certificate_not_for_signing") from error
        raise CertificateRefusedError("certificate_authority_unknown", use=USE_OF_ROLE[role].value) from error
    if not demo_accepted and any(root.demo for root in roots if root.certificate == issuer):
        raise CertificateRefusedError("certificate_of_demo")
