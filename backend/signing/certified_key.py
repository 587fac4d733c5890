"""What is asked of every key with a certificate: kind and strength, and that the two belong together."""

import hashlib
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding

from backend.signing.errors import KeyRefusedError, SigningError

MIN_RSA_BITS = 2048
P256_SCALAR_BYTES = 32
KID_BYTES = 8
MAX_CERTIFICATE_FILE_BYTES = 1_000_000

_SHA256 = utils.Prehashed(hashes.SHA256())


def key_kind(public_key: PublicKeyTypes) -> str:
    """``rsa`` or ``p256``; raise ``KeyRefusedError`` for every other key and for weak ones."""
    if isinstance(public_key, rsa.RSAPublicKey):
        if public_key.key_size < MIN_RSA_BITS:
            raise KeyRefusedError("key_too_weak", bits=public_key.key_size)
        return "rsa"
    if not isinstance(public_key, ec.EllipticCurvePublicKey):
        raise KeyRefusedError("key_kind_unknown", curve=type(public_key).__name__)
    if not isinstance(public_key.curve, ec.SECP256R1):
        raise KeyRefusedError("key_kind_unknown", curve=public_key.curve.name)
    return "p256"


def kid_of_certificate(certificate: x509.Certificate) -> bytes:
    """Eight bytes that name the certificate's key in COSE headers."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()[:KID_BYTES]


def read_certificates(path: Path) -> list[x509.Certificate]:
    """A PEM file with a key's certificate, then its issuers'; raise ``KeyRefusedError`` when there is none."""
    try:
        with path.open("rb") as file:
            certificates = x509.load_pem_x509_certificates(file.read(MAX_CERTIFICATE_FILE_BYTES))
    except OSError as error:
        raise KeyRefusedError("certificate_file_missing", file=path.name) from error
    except ValueError as error:
        raise KeyRefusedError("certificate_file_unreadable", file=path.name) from error
    return certificates


def raw_signature(der: bytes) -> bytes:
    """Give r and s side by side, as COSE and XML write an ECDSA signature.

    Raises:
        SigningError: it is no P-256 signature.
    """
    try:
        r, s = utils.decode_dss_signature(der)
        return r.to_bytes(P256_SCALAR_BYTES, "big") + s.to_bytes(P256_SCALAR_BYTES, "big")
    except (ValueError, OverflowError) as error:
        raise SigningError("signature_value_malformed") from error


def der_signature(raw: bytes) -> bytes:
    """The DER of r and s, which stand side by side in ``raw``; raises as ``raw_signature``."""
    if len(raw) != 2 * P256_SCALAR_BYTES:
        raise SigningError("signature_value_malformed")
    r, s = raw[:P256_SCALAR_BYTES], raw[P256_SCALAR_BYTES:]
    return utils.encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


def signature_matches(certificate: x509.Certificate, signature: bytes, digest: bytes) -> bool:
    """Whether the certificate's key made ``signature`` (in the form of ``SigningKey``) over a SHA-256 value."""
    public_key = certificate.public_key()
    try:
        if isinstance(public_key, rsa.RSAPublicKey):
            public_key.verify(signature, digest, padding.PKCS1v15(), _SHA256)
        elif isinstance(public_key, ec.EllipticCurvePublicKey):
            public_key.verify(signature, digest, ec.ECDSA(_SHA256))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def verify_key_matches(certificate: x509.Certificate, trial_signature: bytes, digest: bytes) -> None:
    """Raise ``KeyRefusedError`` when a key that signed ``digest`` is not the certificate's."""
    if not signature_matches(certificate, trial_signature, digest):
        raise KeyRefusedError("certificate_of_other_key")
