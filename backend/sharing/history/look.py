"""One look: somebody saw something of a pupil's cards.

The same person looking at the same thing again within ten minutes is the same look: a page that is loaded anew, a
range of a PDF, an answer "not modified". The look's id is made of what makes it the same, so that writing it twice
writes it once.
"""

import hashlib
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

WINDOW_SECONDS: Final = 600


class LookedAt(StrEnum):
    """What was seen; the values stand in the database and in the API."""

    LIST = "list"
    """Which cards there are, without one of them."""
    CARD = "card"
    PDF = "pdf"
    XML = "xml"


class Looker(StrEnum):
    """Who looked; the values stand in the database and in the API."""

    GUARDIAN = "guardian"
    PUPIL = "pupil"
    """Of age, in an account of their own; stored as a guardian, told apart by what they are to the pupil."""
    STAFF = "staff"
    SCHOOL_SYSTEM = "school_system"
    SHARE = "share"
    """A receiver, through a link."""


class Look(Struct, frozen=True, kw_only=True):
    """Who saw what of whom."""

    pupil_id: str
    record_id: str | None
    what: LookedAt
    looker: Looker
    looker_id: str
    """The guardian, the member of staff, the code of the system's school, or the link."""
    name: str | None = None
    """As it was then; of a receiver what they said."""
    organisation: str | None = None
    role: str | None = None
    occasion: str = ""
    """Tells two receivers of one link apart."""


def look_id(look: Look, now: datetime) -> str:
    """Id of the look within its ten minutes."""
    window = int(now.timestamp()) // WINDOW_SECONDS
    same = (look.looker, look.looker_id, look.occasion, look.pupil_id, look.record_id or "", look.what, str(window))
    return str(UUID(bytes=hashlib.sha256("\n".join(same).encode()).digest()[:16], version=4))


def look_row(look: Look, now: datetime) -> dict[str, object]:
    """The look as it is stored."""
    return {
        "look_id": look_id(look, now),
        "looked_at": now.astimezone(UTC),
        "pupil_id": look.pupil_id,
        "record_id": look.record_id,
        "what": look.what.value,
        "looker": look.looker.value,
        "looker_id": look.looker_id,
        "name": look.name,
        "organisation": look.organisation,
        "role": look.role,
    }
