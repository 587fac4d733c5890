"""The SQL of opening a card: fetched on the event loop, since a whole city does it in one evening."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import and_, bindparam, select

from backend.archive.card import StoredCard
from backend.archive.pages.tables import card_pages
from backend.archive.rules import CardState
from backend.archive.tables import cards
from backend.database import Database, PointRead
from backend.people.confirmations.store import AWAITS_CONFIRMATION
from backend.people.rules import Guardianship
from backend.people.tables import card_links, guardianships, pupils


class FoundCard(Struct, frozen=True, kw_only=True):
    """A card with every tie between a guardian and its pupil: ended and barred ones too."""

    pupil_id: str
    date_of_birth: date
    ties: tuple[Guardianship, ...]
    card: StoredCard
    page: bytes | None
    """As it is kept; None where none of this shape was made."""


async def fetch_card(database: Database, *, guardian_id: str, record_id: str, shape: int) -> FoundCard | None:
    """A card as a guardian asks for it; None without any tie to its pupil."""
    rows = await database.fetch(_CARD_OF_GUARDIAN, guardian_id=guardian_id, record_id=record_id, shape=shape)
    if not rows:
        return None
    first = rows[0]
    return FoundCard(
        pupil_id=first[_PUPIL_ID],
        date_of_birth=first[_DATE_OF_BIRTH],
        ties=tuple(_tie(row) for row in rows),
        card=_card(first),
        page=first[_PAGE],
    )


_TIE_FIELDS = tuple(field for field in Guardianship.__struct_fields__ if field != "awaits_confirmation")
_CARD_OF_GUARDIAN = PointRead(
    select(
        *(guardianships.c[field] for field in _TIE_FIELDS),
        AWAITS_CONFIRMATION,
        *(cards.c[field] for field in StoredCard.__struct_fields__),
        pupils.c.pupil_id,
        pupils.c.date_of_birth,
        card_pages.c.content,
    )
    .join_from(card_links, pupils, card_links.c.pupil_id == pupils.c.pupil_id)
    .join(guardianships, guardianships.c.pupil_id == pupils.c.pupil_id)
    .join(cards, cards.c.record_id == card_links.c.record_id)
    .outerjoin(card_pages, and_(card_pages.c.record_id == cards.c.record_id, card_pages.c.shape == bindparam("shape")))
    .where(card_links.c.record_id == bindparam("record_id"), guardianships.c.guardian_id == bindparam("guardian_id"))
)
_TIE_FIELDS_IN_ORDER = (*_TIE_FIELDS, "awaits_confirmation")
_PUPIL_ID, _DATE_OF_BIRTH, _PAGE = -3, -2, -1
"""Places in a row, from its end."""


def _tie(row: Sequence[Any]) -> Guardianship:
    values = dict(zip(_TIE_FIELDS_IN_ORDER, row, strict=False))
    return Guardianship(**values)


def _card(row: Sequence[Any]) -> StoredCard:
    record_id, state, *others = row[len(_TIE_FIELDS_IN_ORDER) : _PUPIL_ID]
    return StoredCard(record_id, CardState(state), *others)
