"""The one way from a record id to a card for a guardian; ``people.rules`` decides, on the facts of this moment."""

from datetime import datetime

from msgspec import Struct

from backend.archive.card import StoredCard
from backend.archive.pages.card_page import PAGE_SHAPE
from backend.archive.rules import SHOWN
from backend.database import Database
from backend.people.errors import CardNotFoundError
from backend.people.opening.store import fetch_card
from backend.people.rules import may_read_card


class OpenedCard(Struct, frozen=True):
    """A card that a guardian may read now."""

    pupil_id: str
    card: StoredCard
    page: bytes | None
    """As it is kept (``archive.pages``); None where it has to be made."""


async def open_card(database: Database, *, guardian_id: str, record_id: str, now: datetime) -> OpenedCard:
    """The card with this record id, in force or withdrawn, if this guardian may read it now.

    Raises:
        CardNotFoundError: no such card, not issued yet, or not for this guardian; not told apart.
    """
    found = await fetch_card(database, guardian_id=guardian_id, record_id=record_id, shape=PAGE_SHAPE)
    if found is None or found.card.state not in SHOWN:
        raise CardNotFoundError
    if not may_read_card(found.ties, pupil_date_of_birth=found.date_of_birth, now=now):
        raise CardNotFoundError
    return OpenedCard(found.pupil_id, found.card, found.page)
