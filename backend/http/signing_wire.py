"""What goes over the wire of the signing of batches."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from backend.archive.compare_records import FieldChange
from backend.archive.rules import CardState
from backend.desk.batches.batch import BatchCardState, BatchState
from backend.desk.batches.statement import MAX_BATCH_CARDS
from backend.desk.rules import Purpose
from backend.http.access_wire import AuthenticationCredential
from backend.intake.answer import WarningAnswer
from backend.messages import Sentence
from verifier.record.record import Record

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 in hexadecimal")]


class Obstacle(Struct, frozen=True):
    """Why a card cannot be chosen."""

    code: str
    sentence: Sentence


class SigningListSummary(Struct, frozen=True):
    """One role that signs."""

    role_id: str
    """Names the list."""
    purpose: Purpose
    school_code: str
    school_name: str
    school_year: str
    class_group: str | None
    on_behalf: bool
    waiting: int
    selectable: int


class SigningLists(Struct, frozen=True):
    """Everything that waits for the one who asks."""

    lists: list[SigningListSummary]


class ListedCardSummary(Struct, frozen=True):
    """One card of a list, without its content."""

    record_id: str
    pupil_code: str
    name: str | None
    grade: int
    class_group: str
    state: CardState
    xml_sha256: str | None
    """What will be signed; null for a card that is only announced."""
    selectable: bool
    obstacles: list[Obstacle]
    warnings: int
    seen_at: datetime | None
    """When the one who asks saw the card last."""
    changes: int
    """Fields that differ since then."""


class SigningListAnswer(Struct, frozen=True):
    """A list with its cards, by class and pupil code."""

    signing_list: SigningListSummary
    cards: list[ListedCardSummary]


class ListedCardAnswer(Struct, frozen=True):
    """One card whole, as it will be signed."""

    card: ListedCardSummary
    record: Record | None
    """Null where there is no content, or none that can be read."""
    warnings: list[WarningAnswer]
    """Where it differs from its circular."""
    changes: list[FieldChange]
    """Since the one who asks saw it last."""


class Seen(Struct, frozen=True, forbid_unknown_fields=True):
    """A card was looked at as it stood."""

    xml_sha256: Sha256


class CardShown(Struct, frozen=True, forbid_unknown_fields=True):
    """One card as it was shown."""

    record_id: UUID
    xml_sha256: Sha256


class BatchBegin(Struct, frozen=True, forbid_unknown_fields=True):
    """The cards that are to be signed."""

    role_id: UUID
    cards: Annotated[list[CardShown], Meta(max_length=MAX_BATCH_CARDS)]


class BatchBegun(Struct, frozen=True):
    """Options for ``navigator.credentials.get``; their challenge is over exactly these cards."""

    batch_id: str
    public_key: dict[str, Any]
    expires_at: datetime
    cards: int


class BatchConfirmation(Struct, frozen=True):
    """The passkey's answer."""

    credential: AuthenticationCredential


class BatchCounts(Struct, frozen=True):
    """How many cards of a batch are how far."""

    waiting: int
    signed: int
    left_out: int
    failed: int


class BatchProblem(Struct, frozen=True):
    """A card that was not signed."""

    record_id: str
    name: str | None
    state: BatchCardState
    code: str
    sentence: Sentence


class BatchStatus(Struct, frozen=True):
    """How far a batch is."""

    batch_id: str
    purpose: Purpose
    school_code: str
    school_year: str
    class_group: str | None
    on_behalf: bool
    state: BatchState
    begun_at: datetime
    expires_at: datetime
    """Until then it can be confirmed."""
    confirmed_at: datetime | None
    finish_by: datetime | None
    """Until then the worker may sign."""
    ended_at: datetime | None
    ended_reason: str | None
    counts: BatchCounts
    problems: list[BatchProblem]
    """Empty in a list of batches."""


class Batches(Struct, frozen=True):
    """One's own batches, newest first."""

    batches: list[BatchStatus]
