"""SQL of card pages; ``people.opening`` reads them, with who may."""

from sqlalchemy import Connection, delete, insert

from backend.archive.pages.tables import card_pages


def put_page(connection: Connection, record_id: str, content: bytes, *, shape: int) -> None:
    """Keep the page of a card in the place of an earlier one."""
    connection.execute(delete(card_pages).where(card_pages.c.record_id == record_id))
    connection.execute(insert(card_pages).values(record_id=record_id, shape=shape, content=content))
