"""The history of a pupil's cards, for whoever may read the cards."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from backend.people.readable import find_readable_child
from backend.people.store import ties_of_pupils
from backend.sharing.errors import LookNotFoundError
from backend.sharing.history import store
from backend.sharing.history.look import Looker

PAGE_LOOKS: Final = 50


class HistoryPage(Struct, frozen=True):
    """Looks, newest first, and the id to go on from; None at the end."""

    looks: list[store.StoredLook]
    next: str | None
    makers: dict[str, str]
    """Who made the links through which some of them looked: name by the link's id."""


def read_history(
    connection: Connection, *, guardian_id: str, pupil_id: str, before: str | None, now: datetime
) -> HistoryPage:
    """Who looked at a pupil's cards. Of another guardian the reader learns name and relation, nothing else.

    Raises:
        ChildNotFoundError: not a pupil whose cards this guardian may read.
        LookNotFoundError: no such look of this pupil to go on from.
    """
    find_readable_child(connection, guardian_id=guardian_id, pupil_id=pupil_id, now=now)
    mark = None if before is None else store.find_look(connection, before)
    if before is not None and (mark is None or mark.pupil_id != pupil_id):
        raise LookNotFoundError
    found = store.read_looks(connection, pupil_id=pupil_id, reader_id=guardian_id, before=mark, limit=PAGE_LOOKS + 1)
    page = found[:PAGE_LOOKS]
    return HistoryPage(page, page[-1].look_id if len(found) > PAGE_LOOKS else None, makers_of(connection, page))


def makers_of(connection: Connection, looks: Iterable[store.StoredLook]) -> dict[str, str]:
    """Who made the links through which these looks came: name by the link's id."""
    return store.makers_of_links(connection, {look.looker_id for look in looks if look.looker is Looker.SHARE})


def relations_of(connection: Connection, pupil_id: str) -> dict[str, str]:
    """What every guardian of a pupil is to them, ended and barred ones too: their looks stay."""
    rows = ties_of_pupils(connection, [pupil_id]).get(pupil_id, [])
    return {row.guardian.guardian_id: row.tie.relation for row in rows}
