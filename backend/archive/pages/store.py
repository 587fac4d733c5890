"""SQL of card pages."""

from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from backend.archive.card import StoredCard
from backend.archive.pages.tables import card_pages
from backend.archive.store import card_of
from backend.archive.tables import cards

_CARD_WITH_PAGE = (
    select(cards, card_pages.c.content)
    .outerjoin_from(
        cards, card_pages, and_(card_pages.c.record_id == cards.c.record_id, card_pages.c.shape == bindparam("shape"))
    )
    .where(cards.c.record_id == bindparam("record_id"))
)
"""Built once: building it costs as much as running it, and every look at a card runs it."""


def find_card_with_page(
    connection: Connection, record_id: str, *, shape: int
) -> tuple[StoredCard, bytes | None] | None:
    """The card with this record id, and its page where one of this shape was made."""
    row = connection.execute(_CARD_WITH_PAGE, {"record_id": record_id, "shape": shape}).mappings().one_or_none()
    return None if row is None else (card_of(row), row["content"])


def put_page(connection: Connection, record_id: str, content: bytes, *, shape: int) -> None:
    """Keep the page of a card in the place of an earlier one."""
    connection.execute(delete(card_pages).where(card_pages.c.record_id == record_id))
    connection.execute(insert(card_pages).values(record_id=record_id, shape=shape, content=content))
