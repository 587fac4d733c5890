"""What the archive knows of a card, a school and a withdrawal: rows as values."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from backend.archive.rules import CardState

WithdrawalKind = Literal["revoked", "superseded"]


class CertificateUse(StrEnum):
    """What a school's approved certificate may sign."""

    SCHOOL = "school"
    """The organisation's signature on cards (KY_PHAT_HANH) and on transactions."""
    MANAGER = "manager"
    """A principal's or vice-principal's signature (CBQL)."""


class ApprovedCertificate(Struct, frozen=True):
    """A certificate that the department approved for a school, and from when until when."""

    use: CertificateUse
    fingerprint: str
    """SHA-256 of the DER, hexadecimal."""
    approved_from: datetime
    approved_until: datetime | None


class ApprovedSchool(Struct, frozen=True):
    """A school of this department with its approved certificates."""

    code: str
    name: str
    certificates: tuple[ApprovedCertificate, ...]


class ReceivedCard(Struct, frozen=True):
    """A card that passed every check of the intake and has its XML in the object store."""

    record_id: str
    school_code: str
    pupil_code: str
    personal_code: str | None
    name: str
    date_of_birth: date
    school_year: str
    grade: int
    class_group: str
    level: str
    xml_sha256: str
    """Hexadecimal, over the bytes as they came."""
    xml_object: str


class SealedCard(Struct, frozen=True):
    """A verified PDF of a card that is in the object store."""

    record_id: str
    pdf_sha256: str
    pdf_object: str
    issued_at: datetime


class StoredCard(Struct, frozen=True):
    """A card's row. ``personal_code``, ``name`` and ``date_of_birth`` are personal data: not for logs or URLs."""

    record_id: str
    state: CardState
    school_code: str
    pupil_code: str
    personal_code: str | None
    name: str
    date_of_birth: date
    school_year: str
    grade: int
    class_group: str
    level: str
    version: int
    """1, 2, … of the pupil's cards of this school and school year."""
    replaces: str | None
    """Record id of the superseded card before it; never public."""
    xml_sha256: str
    xml_object: str
    pdf_sha256: str | None
    pdf_object: str | None
    received_at: datetime
    issued_at: datetime | None


class Withdrawal(Struct, frozen=True):
    """Who took a card out of force, who approved it and why."""

    record_id: str
    kind: WithdrawalKind
    reason: str
    requested_by: str
    approved_by: str
    withdrawn_at: datetime


class StoredList(Struct, frozen=True):
    """A signed list as it is served."""

    name: str
    sequence: int
    content: bytes
    made_at: datetime
    expires_at: datetime
