"""X.509 certificates of signers: reading, naming, and whether a listed authority issued one.

Issuers are looked for among the certificates of the trust list only; each of them is an anchor of its own, whether root
or intermediate, so there is no path to build: a signer's certificate is accepted if one of them issued it directly.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from verifier.errors import MalformedInputError, UntrustedKeyError

MAX_CERTIFICATE_BYTES = 20_000
"""An honest certificate has 1 to 3 kB."""
MIN_RSA_BITS = 2048
MAX_RSA_BITS = 8192
"""Larger keys only cost time."""

_ExtensionT = TypeVar("_ExtensionT", bound=x509.ExtensionType)


def load_certificate(der: bytes) -> x509.Certificate:
    """Read a certificate from DER.

    Raises:
        MalformedInputError: ``certificate_malformed``.
    """
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise MalformedInputError("certificate_malformed")
    try:
        certificate = x509.load_der_x509_certificate(der)
        # Parsed lazily by the library: whatever is broken shows here and not in the middle of a check.
        _ = (certificate.subject, certificate.issuer, certificate.extensions, certificate.public_key())
        _ = (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.InvalidVersion) as error:
        raise MalformedInputError("certificate_malformed") from error
    except Warning as error:  # the library warns of what it will refuse one day; under strict filters that is raised
        raise MalformedInputError("certificate_malformed") from error
    return certificate


def require_strong_key(certificate: x509.Certificate) -> None:
    """Refuse keys that a signature cannot rest on.

    Raises:
        UntrustedKeyError: ``key_too_weak`` for RSA under 2048 bits, ``key_kind_not_allowed`` for other kinds than RSA
            of at most 8192 bits and P-256.
    """
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size <= MAX_RSA_BITS:
        if key.key_size < MIN_RSA_BITS:
            raise UntrustedKeyError("key_too_weak", bits=key.key_size)
    elif not (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)):
        raise UntrustedKeyError("key_kind_not_allowed")


def common_name(certificate: x509.Certificate) -> str | None:
    """The name by which a person knows the signer; other fields hold personal codes and are not shown."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value)[:200] if names else None


def fingerprint(certificate: x509.Certificate) -> bytes:
    """SHA-256 over the DER."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()


def holds_at(certificate: x509.Certificate, moment: datetime) -> bool:
    """Whether ``moment`` lies in the certificate's own validity."""
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def verify_issued_by(certificate: x509.Certificate, *, expected_issuers: Iterable[bytes], at: datetime) -> bytes:
    """Find the listed authority that issued a signer's certificate; gives that authority's DER.

    Raises:
        UntrustedKeyError: ``certificate_issuer_unknown``, or ``certificate_not_for_signing`` when the certificate is an
            authority's itself or was not made for signatures.
    """
    _require_signing_use(certificate)
    for issuer_der in expected_issuers:
        issuer = load_certificate(issuer_der)
        if issuer.subject != certificate.issuer or not holds_at(issuer, at):
            continue
        try:
            certificate.verify_directly_issued_by(issuer)
        except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
            continue  # another authority of the same name, or its former key
        return issuer_der
    raise UntrustedKeyError("certificate_issuer_unknown")


def _require_signing_use(certificate: x509.Certificate) -> None:
    constraints = _extension(certificate, x509.BasicConstraints)
    usage = _extension(certificate, x509.KeyUsage)
    if constraints is not None and constraints.ca:
        raise UntrustedKeyError("certificate_not_for_signing")
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise UntrustedKeyError("certificate_not_for_signing")


def _extension(certificate: x509.Certificate, kind: type[_ExtensionT]) -> _ExtensionT | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
