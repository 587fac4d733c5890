"""A batch of signatures: what was confirmed, the evidence of it, and how far the signing has come."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from backend.desk.batches.statement import CardToSign, Statement
from backend.desk.rules import Purpose

CONFIRM_WITHIN: Final = timedelta(minutes=10)
FINISH_WITHIN: Final = timedelta(hours=72)


class BatchState(StrEnum):
    """How far a batch is; the values stand in the database and in the API."""

    BEGUN = "begun"
    """The challenge was given out."""
    CONFIRMED = "confirmed"
    """The signing worker may sign."""
    DONE = "done"
    """No card waits any more."""
    ENDED = "ended"
    """Not confirmed in time, refused, taken back, or ended by leaving."""


class BatchCardState(StrEnum):
    """What became of one card of a batch."""

    WAITING = "waiting"
    SIGNED = "signed"
    LEFT_OUT = "left_out"
    """The authorisation does not cover it any more: its content changed, it was signed elsewhere, time ran out."""
    FAILED = "failed"
    """It cannot be signed, or the department would not take it."""


class Evidence(Struct, frozen=True, kw_only=True):
    """The passkey's answer, whole, and the key that it was checked with."""

    credential_id: bytes
    public_key: bytes
    """COSE key."""
    backup_eligible: bool
    authenticator_data: bytes
    client_data: bytes
    signature: bytes
    confirmed_at: datetime


class SigningBatch(Struct, frozen=True, kw_only=True):
    """One authorisation."""

    batch_id: str
    person_id: str
    role_id: str
    purpose: Purpose
    school_code: str
    school_year: str
    class_group: str | None
    on_behalf: bool
    certificate_sha256: bytes
    key_reference: str
    nonce: bytes
    statement: bytes
    state: BatchState
    begun_at: datetime
    expires_at: datetime
    finish_by: datetime | None
    evidence: Evidence | None
    ended_at: datetime | None
    ended_reason: str | None

    def statement_over(self, cards: tuple[CardToSign, ...]) -> Statement:
        """The statement that these rows make, to be compared with the one that was confirmed."""
        return Statement(
            nonce=self.nonce,
            person_id=self.person_id,
            certificate_sha256=self.certificate_sha256,
            purpose=self.purpose,
            on_behalf=self.on_behalf,
            school_code=self.school_code,
            school_year=self.school_year,
            cards=cards,
        )


class BatchCard(Struct, frozen=True, kw_only=True):
    """One card of a batch, in the order of the list that was shown."""

    position: int
    record_id: str
    xml_sha256: bytes
    state: BatchCardState
    code: str | None
    """Why it was left out or failed."""
    details: dict[str, str | int]
