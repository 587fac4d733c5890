"""Which of a pupil's cards are still to come, and what they wait for: what their parents see of it."""

from collections.abc import Sequence

from sqlalchemy import Connection

from backend.archive.prepared.card import PreparedCard
from backend.archive.prepared.store import read_waiting_at
from backend.people.matching.store import places_of_pupil


def waiting_cards_of(connection: Connection, pupil_id: str) -> Sequence[PreparedCard]:
    """Prepared cards in which something is missing, of every school that the pupil has or had; soonest first."""
    return read_waiting_at(connection, places_of_pupil(connection, pupil_id))
