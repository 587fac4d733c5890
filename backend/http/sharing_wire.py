"""What goes over the wire of links and of the access history."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend.access.keys import MAX_TOKEN_CHARACTERS
from backend.archive.rules import CardState
from backend.sharing.history.look import LookedAt, Looker
from backend.sharing.history.report_look import MAX_REPORT_CHARACTERS
from backend.sharing.rules import (
    MAX_CARDS,
    MAX_PASSCODE_CHARACTERS,
    MAX_PURPOSE_CHARACTERS,
    MAX_STATED_CHARACTERS,
    ShareState,
)
from verifier.record.record import Record

StatedText = Annotated[str, Meta(max_length=MAX_STATED_CHARACTERS)]
PurposeText = Annotated[str, Meta(max_length=MAX_PURPOSE_CHARACTERS)]
PasscodeText = Annotated[
    str, Meta(max_length=MAX_PASSCODE_CHARACTERS, description="Told to the receiver by another way")
]
SecretText = Annotated[str, Meta(max_length=MAX_TOKEN_CHARACTERS, description="What stands behind # in the link")]


class ShareRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What a guardian shows to whom, what for, and for how long."""

    pupil_id: UUID
    record_ids: Annotated[list[UUID], Meta(max_length=MAX_CARDS)] | None
    """null: every card, those to come too."""
    receiver: StatedText
    purpose: PurposeText
    with_address: bool
    with_personal_code: bool
    days: int
    """1 to 90."""
    passcode: PasscodeText | None
    single_use: bool
    child_consents: bool
    """The child has been asked and agrees; needed from the 7th birthday on."""


class ShareAnswer(Struct, frozen=True):
    """A link as its maker sees it; never its secret."""

    share_id: str
    pupil_id: str
    pupil_name: str
    record_ids: list[str] | None
    receiver: str
    purpose: str
    with_address: bool
    with_personal_code: bool
    created_at: datetime
    expires_at: datetime
    has_passcode: bool
    single_use: bool
    state: ShareState
    opened_count: int
    last_opened_at: datetime | None


class ShareList(Struct, frozen=True):
    """The guardian's links, newest first."""

    shares: list[ShareAnswer]


class ShareMade(Struct, frozen=True):
    """A new link."""

    share: ShareAnswer
    link: str
    """The only place where its secret ever stands."""


class ShareLook(Struct, frozen=True, forbid_unknown_fields=True):
    """A receiver has a link."""

    secret: SecretText


class ShareOffer(Struct, frozen=True):
    """What a receiver is told before they say who they are."""

    receiver: str
    purpose: str
    expires_at: datetime
    needs_passcode: bool
    single_use: bool


class ShareOpen(Struct, frozen=True, forbid_unknown_fields=True):
    """A receiver says who they are."""

    secret: SecretText
    passcode: PasscodeText | None
    name: StatedText
    organisation: StatedText
    """Empty for who comes from none."""


class SharedCardAnswer(Struct, frozen=True):
    """One card, without what its maker did not allow."""

    record_id: str
    record: Record
    state: CardState
    """``issued``, ``superseded`` or ``revoked``."""
    issued_at: datetime
    school_name: str


class SharedCards(Struct, frozen=True):
    """What a link shows, newest year first."""

    pupil_name: str
    receiver: str
    purpose: str
    expires_at: datetime
    cards: list[SharedCardAnswer]
    pdf_allowed: bool
    """Whether the signed files may be fetched; they hold everything."""


class LookAnswer(Struct, frozen=True):
    """Somebody looked. The same within ten minutes stands here once."""

    look_id: str
    at: datetime
    pupil_id: str
    record_id: str | None
    by: Looker
    name: str | None
    """Of a receiver what they said."""
    organisation: str | None
    role: str | None
    """Of staff their role, of a guardian what they are to the pupil."""
    share_id: str | None
    shared_by: str | None
    """Who made the link through which a receiver looked."""
    what: LookedAt
    reported_at: datetime | None
    """When the reader reported it."""


class History(Struct, frozen=True):
    """Looks, newest first."""

    looks: list[LookAnswer]
    next: str | None
    """What to ask for with ``before``; null at the end."""


class LookReportRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Why this look should not have been."""

    text: Annotated[str, Meta(max_length=MAX_REPORT_CHARACTERS)]


class LookReportAnswer(Struct, frozen=True):
    """A look that a guardian reported, for the pupil's school."""

    look: LookAnswer
    pupil_code: str
    pupil_name: str
    reported_by: str
    reported_at: datetime
    text: str


class LookReports(Struct, frozen=True):
    """Reports about pupils of the school, newest first."""

    reports: list[LookReportAnswer]
