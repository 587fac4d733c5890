"""The trust key and what it signs. For the offline machine: nothing here asks a database or the network."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from backend.certificates.trust_folder import TrustFolder, TrustFolderError
from backend.signing.file_keys import FileCoseKey
from verifier.cose import es256_key_of
from verifier.signed_list import ListHeader
from verifier.trust import (
    SUBJECT,
    KeyPurpose,
    TrustedKey,
    TrustList,
    kid_of_trust_key,
    seal_trust_list,
    trust_anchor_of,
)
from verifier.vietnam_time import unix_seconds_of


def new_trust_key(password: str) -> tuple[bytes, str]:
    """A new trust key as an encrypted PEM, and its anchor: what every checker is told."""
    key = ec.generate_private_key(ec.SECP256R1())
    encryption = BestAvailableEncryption(password.encode())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    return pem, trust_anchor_of(es256_key_of(key.public_key()))


def is_encrypted(pem: bytes) -> bool:
    """Whether a password has to be asked for."""
    return b"ENCRYPTED" in pem


def load_trust_key(pem: bytes, password: str | None) -> FileCoseKey:
    """The trust key out of its file.

    Raises:
        TrustFolderError: ``trust_key_unreadable``: no P-256 key, or the password is wrong.
    """
    try:
        key = load_pem_private_key(pem, None if password is None else password.encode())
    except (ValueError, TypeError) as error:
        raise TrustFolderError("trust_key_unreadable") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise TrustFolderError("trust_key_unreadable")
    return FileCoseKey(key, kid=kid_of_trust_key(es256_key_of(key.public_key())))


def sign_trust_list(folder: TrustFolder, key: FileCoseKey, *, validity: timedelta, now: datetime) -> bytes:
    """The signed trust list; its sequence number is the time of signing, so a later one is always newer.

    Raises:
        ListError: whatever a checker would refuse it for.
    """
    public_key = es256_key_of(key.public_key)
    own = TrustedKey(
        kid=key.kid,
        purpose=KeyPurpose.TRUST,
        cose_key=public_key,
        certificate=None,
        valid_from=folder.trust_key_from,
        valid_until=folder.trust_key_until,
    )
    issued_at = now.replace(microsecond=0)
    trust = TrustList(
        header=ListHeader(
            folder.department.code,
            SUBJECT,
            unix_seconds_of(issued_at),
            issued_at=issued_at,
            expires_at=issued_at + validity,
        ),
        department=folder.department,
        keys=(own, *folder.keys),
        roots=folder.trusted_roots(),
    )
    return seal_trust_list(trust, key=key, kid=key.kid)
