"""Signs with each of the department's keys and verifies, so that an operator sees what works before a card needs it."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from cryptography import x509
from msgspec import Struct

from backend.signing.certified_key import der_signature, key_kind, signature_matches
from backend.signing.errors import KeyRefusedError, SigningError
from backend.signing.key_settings import ORGANISATION_KEYS, KeySettings
from backend.signing.open_keys import PDF_SEAL, OrganisationKeyRing


class CheckedKey(Struct, frozen=True):
    """What came of one key."""

    name: str
    """Field of ``OrganisationKeys``."""
    place: Literal["hsm", "file"]
    kind: str | None
    valid_until: str | None
    """End of its certificate, ISO 8601."""
    code: str | None
    """Why it cannot be used; None when it signs and the signature verifies."""
    details: Mapping[str, str | int]


def check_keys(settings: KeySettings, now: datetime) -> tuple[CheckedKey, ...]:
    """Try every key, whatever comes of the others.

    Raises:
        KeyRefusedError: ``demo_keys_refused``: production without an HSM.
    """
    ring = OrganisationKeyRing(settings)
    place: Literal["hsm", "file"] = "file" if settings.hsm is None else "hsm"
    return tuple(_check(ring, name, place, now) for name in ORGANISATION_KEYS)


def _check(ring: OrganisationKeyRing, name: str, place: Literal["hsm", "file"], now: datetime) -> CheckedKey:
    certificate: x509.Certificate | None = None
    refusal: SigningError | None = None
    try:
        certificate, sign = _open(ring, name)
        data = secrets.token_bytes(32)
        if not signature_matches(certificate, sign(data), hashlib.sha256(data).digest()):
            raise KeyRefusedError("certificate_of_other_key")
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise KeyRefusedError("certificate_not_valid_now")
    except SigningError as error:
        refusal = error
    return CheckedKey(
        name=name,
        place=place,
        kind=None if certificate is None else key_kind(certificate.public_key()),
        valid_until=None if certificate is None else certificate.not_valid_after_utc.isoformat(),
        code=None if refusal is None else refusal.reason,
        details={} if refusal is None else dict(refusal.details),
    )


def _open(ring: OrganisationKeyRing, name: str) -> tuple[x509.Certificate, Callable[[bytes], bytes]]:
    if name == PDF_SEAL:
        seal = ring.open_pdf_seal()
        return seal.certificate, seal.sign
    key = ring.open_cose_key(name)
    if key.certificate is None:
        raise KeyRefusedError("key_file_unreadable")
    return key.certificate, lambda data: der_signature(key.sign(data))
