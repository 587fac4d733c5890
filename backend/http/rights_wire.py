"""What goes over the wire of people's rights: consent of pupils of age, requests and their answers."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend.rights.account.delete_account import Kept
from backend.rights.rules import RequestKind, RequestState
from backend.rights.said_text import MAX_FIELD_CHARACTERS, MAX_NAME_CHARACTERS, MAX_TEXT_CHARACTERS

SaidText = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_CHARACTERS)]
PersonName = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARACTERS, description="Who of the school")]


class GuardianOfPupil(Struct, frozen=True):
    """A guardian on whom a pupil of age decides."""

    guardian_id: str
    name: str
    relation: str
    """``mother``, ``father`` or ``guardian``."""
    consented_at: datetime | None
    """Since when the pupil lets this guardian read; null while the pupil does not."""


class GuardiansOfPupil(Struct, frozen=True):
    """Guardians of today in the Vietnamese order of names."""

    guardians: list[GuardianOfPupil]


class Consent(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a guardian may read on."""

    granted: bool


class AccountDeleted(Struct, frozen=True):
    """The account is gone; the guardian can enrol anew with a letter from the school."""

    kept: list[Kept]
    """What stays, and by which article."""


class NewRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody asks."""

    kind: RequestKind
    text: SaidText
    pupil_id: UUID | None = None
    """About whom; needed for a correction unless a card is named."""
    record_id: UUID | None = None
    """About which card."""
    field: Annotated[str, Meta(max_length=MAX_FIELD_CHARACTERS)] | None = None
    """What of it is wrong."""


class RequestAnswer(Struct, frozen=True):
    """A request and what has become of it, for who made it."""

    request_id: str
    kind: RequestKind
    pupil_id: str | None
    record_id: str | None
    field: str | None
    text: str
    state: RequestState
    created_at: datetime
    acknowledge_by: date
    """Last day, in Vietnam."""
    answer_by: date
    """Last day, in Vietnam."""
    overdue: bool
    """It should have been acknowledged or answered by now."""
    answer: str | None
    """What was done, or why not."""
    answered_at: datetime | None


class RequestList(Struct, frozen=True):
    """The reader's requests, the newest first."""

    requests: list[RequestAnswer]


class SchoolRequest(Struct, frozen=True):
    """A request as the school that answers it sees it."""

    request: RequestAnswer
    guardian: str
    pupil: str
    class_group: str
    still_entitled: bool
    """Whether who asked may read this pupil's cards today; to anybody else an answer says nothing of the pupil."""


class SchoolRequestList(Struct, frozen=True):
    """Requests to the school: the soonest answer first, those that have ended last."""

    requests: list[SchoolRequest]


class Acknowledgement(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody looks at the request."""

    by: PersonName


class SchoolAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """What was done, or why not."""

    answer: SaidText
    by: PersonName
