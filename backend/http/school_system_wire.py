"""What goes over the wire of schools' systems: recalls, cards to come, pupils without a personal code."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend.archive.lock_days import Approval
from backend.archive.prepared.card import Missing
from backend.archive.rules import CardState, RecallState
from backend.people.store import PupilWithoutCode


class RecallRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A school asks for the recall of a card, or agrees to it as well while the school year is open."""

    record_id: UUID
    reason: Annotated[str, Meta(max_length=500)]
    requested_by: Annotated[str, Meta(max_length=500)]
    replaced_by: UUID | None = None
    """Record id of the corrected card that is to come; the old one stays in force until that one is issued."""
    superseded: bool = False
    """Another card will come, its record id is not known yet."""
    decision_reference: Annotated[str, Meta(max_length=500)] | None = None
    """Number and date of a civil-status decision."""
    decision_document: bytes | None = None
    """The decision itself, a PDF or a photograph, in base64; it has to be there before anybody agrees."""
    approved_by: Annotated[str, Meta(max_length=500)] | None = None
    """Another person of the school; only until the year's first lock."""


class DecisionAttachment(Struct, frozen=True, forbid_unknown_fields=True):
    """The civil-status decision that a recall follows."""

    document: bytes
    """A PDF, PNG or JPEG of at most 8 MB, in base64."""
    attached_by: Annotated[str, Meta(max_length=500)]


class RecallAnswer(Struct, frozen=True):
    """A request and what was decided."""

    recall_id: str
    record_id: str
    kind: str
    replaced_by: str | None
    reason: str
    decision_reference: str | None
    decision_sha256: str | None
    """Of the decision that was attached; its bytes are for the department only."""
    requested_by: str
    requested_at: datetime
    state: RecallState
    state_number: int
    """The ministry's: 1 pending, 2 agreed, 3 refused."""
    approval_needed: Approval | None
    """Who has to agree as things stand; null once that is decided. The school's own agreement ends with the lock."""
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None


class RecallList(Struct, frozen=True):
    """The school's requests, oldest first."""

    recalls: list[RecallAnswer]


class PreparedRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A card to come, and what it waits for."""

    pupil_code: Annotated[str, Meta(max_length=40)]
    school_year: Annotated[str, Meta(max_length=9)]
    grade: Annotated[int, Meta(ge=1, le=12)]
    class_group: Annotated[str, Meta(max_length=100)]
    prepared_by: Annotated[str, Meta(max_length=500)]
    missing: Annotated[list[Missing], Meta(max_length=len(Missing))] = []
    """Nothing: it can be signed as soon as its content is there."""


class PreparedAnswer(Struct, frozen=True):
    """A card that is not issued yet."""

    record_id: str
    pupil_code: str
    school_year: str
    grade: int
    class_group: str
    state: CardState
    missing: list[Missing]
    waits_until: date | None
    """Last day, in Vietnam."""
    overdue: bool
    has_content: bool
    """Whether its XML is here, to be signed here or by the school's own software."""


class PreparedList(Struct, frozen=True):
    """The school's cards of a year that are not issued yet, by class and pupil code."""

    prepared: list[PreparedAnswer]


class MissingCodes(Struct, frozen=True):
    """The school's pupils without a personal code, by class and name."""

    pupils: list[PupilWithoutCode]
