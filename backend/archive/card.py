"""What the archive knows of a card, a withdrawal and a list: rows as values."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from backend.archive.lock_days import Approval
from backend.archive.rules import CardState, RecallState

WithdrawalKind = Literal["revoked", "superseded"]


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


class Recall(Struct, frozen=True, kw_only=True):
    """A request to take a card out of force, and what was decided."""

    recall_id: str
    record_id: str
    kind: WithdrawalKind
    replaced_by: str | None
    """Record id of the card that may come in its place; until that one is issued this one stays in force."""
    reason: str
    decision_reference: str | None
    """Number and date of the civil-status decision, where a change of name or birth date is the reason."""
    requested_by: str
    requested_at: datetime
    state: RecallState
    decided_as: Approval | None
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None


class DecisionDocument(Struct, frozen=True, kw_only=True):
    """The civil-status decision that was attached to a recall; its bytes are in the object store. Never public."""

    recall_id: str
    sha256: str
    """Hexadecimal, over the bytes as they came."""
    object_name: str
    media_type: str
    attached_by: str
    attached_at: datetime


class StoredList(Struct, frozen=True):
    """A signed list as it is served."""

    name: str
    sequence: int
    content: bytes
    facts: int
    """How many facts of the archive went into it; they only ever grow, so equal means up to date."""
    made_at: datetime
    expires_at: datetime
