"""Which cards make up a pupil's career at one level."""

from sqlalchemy import Connection

from backend.archive.card import StoredCard
from backend.archive.rules import CardState
from backend.archive.store import read_shown_cards
from backend.people.errors import CardNotFoundError
from backend.people.matching.store import card_ids_of_pupils, find_card_match


def career_cards(connection: Connection, *, record_id: str) -> list[StoredCard]:
    """Every issued card in force of this card's pupil and level, the oldest first.

    Raises:
        CardNotFoundError: no such issued card, or nobody knows yet whose it is.
    """
    match = find_card_match(connection, record_id)
    if match is None or match.pupil_id is None:
        raise CardNotFoundError
    record_ids = card_ids_of_pupils(connection, [match.pupil_id])[match.pupil_id]
    cards = [card for card, _ in read_shown_cards(connection, record_ids)]
    levels = {card.level for card in cards if card.record_id == record_id}
    if not levels:
        raise CardNotFoundError
    career = [card for card in cards if card.state is CardState.ISSUED and card.level in levels]
    return sorted(career, key=lambda card: (card.school_year, card.grade, card.record_id))
