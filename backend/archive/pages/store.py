"""SQL of card pages."""

from sqlalchemy import Connection, and_, delete, insert, select

from backend.archive.card import StoredCard
from backend.archive.pages.tables import card_pages
from backend.archive.store import card_of
from backend.archive.tables import cards


def find_card_with_page(
    connection: Connection, record_id: str, *, shape: int
) -> tuple[StoredCard, bytes | None] | None:
    """The card with this record id, and its page where one of this shape was made."""
    made = and_(card_pages.c.record_id == cards.c.record_id, card_pages.c.shape == shape)
    both = select(cards, card_pages.c.content).outerjoin_from(cards, card_pages, made)
    row = connection.execute(both.where(cards.c.record_id == record_id)).mappings().one_or_none()
    return None if row is None else (card_of(row), row["content"])


def put_page(connection: Connection, record_id: str, content: bytes, *, shape: int) -> None:
    """Keep the page of a card in the place of an earlier one."""
    connection.execute(delete(card_pages).where(card_pages.c.record_id == record_id))
    connection.execute(insert(card_pages).values(record_id=record_id, shape=shape, content=content))
