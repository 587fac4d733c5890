"""A registered certificate and its history: rows as values."""

from datetime import datetime

from msgspec import Struct

from backend.certificates.rules import CertificateState, IssuerKind
from verifier.registry import CertificateRole


class Registration(Struct, frozen=True, kw_only=True):
    """A certificate that a school registered, as it stands."""

    registration_id: str
    school_code: str
    role: CertificateRole
    """``school`` signs KY_PHAT_HANH and transactions, ``manager`` CBQL."""
    issuer_kind: IssuerKind
    fingerprint: str
    """SHA-256 of the DER in hexadecimal."""
    certificate: bytes
    """DER."""
    subject: str
    """Common name."""
    issuer: str
    """Common name of the authority."""
    serial: str
    """Hexadecimal."""
    valid_from: datetime
    valid_until: datetime
    state: CertificateState
    approved_from: datetime | None = None
    approved_until: datetime | None = None
    """None while the approval stands; the certificate's own end counts in any case."""


class CertificateEvent(Struct, frozen=True, kw_only=True):
    """One step of a registration: who, when, why."""

    number: int
    state: CertificateState
    decided_by: str
    decided_at: datetime
    reason: str | None
    effective_from: datetime | None
    effective_until: datetime | None
