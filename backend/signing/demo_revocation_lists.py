"""Revocation lists of a demo city's authorities, made when they are needed: they have no web server of their own.

Real authorities name theirs in each certificate; a demo's certificates name none, so that no card of a demo sends
anybody to an address on this machine. The lists are handed to those who gather evidence instead. Nobody is on them.
"""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from backend.signing.errors import KeyRefusedError

AUTHORITY_FILES = "authority-*.pem"
"""A key and its certificate each."""
VALIDITY = timedelta(days=7)


def make_demo_lists(folder: Path, *, now: datetime) -> tuple[bytes, ...]:
    """A list, as DER, of each authority whose key is in ``folder``; issued at the full hour, as real ones are.

    Raises ``KeyRefusedError`` (``key_file_unreadable``).
    """
    issued_at = now.replace(minute=0, second=0, microsecond=0)
    return tuple(_make_list(path.read_bytes(), issued_at) for path in sorted(folder.glob(AUTHORITY_FILES)))


def _make_list(pem: bytes, issued_at: datetime) -> bytes:
    try:
        key, certificate = load_pem_private_key(pem, None), x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise KeyRefusedError("key_file_unreadable") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyRefusedError("key_kind_unknown")
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(certificate.subject)
        .last_update(issued_at)
        .next_update(issued_at + VALIDITY)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(x509.CRLNumber(int(issued_at.timestamp())), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
