"""The answer to a parent who opens a card: the kept page as it stands, and what is read anew each time beside it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

import msgspec
from litestar.concurrency import sync_to_thread
from msgspec import Struct

from backend.access.session import Parent
from backend.archive.card import StoredCard
from backend.archive.compare_records import FieldChange, compare_records
from backend.archive.lock_days import is_over, lock_days
from backend.archive.pages.card_page import KeptPage, read_kept_page, remake_card_page
from backend.archive.rules import SHOWN, WITHDRAWN, CardState
from backend.archive.store import find_card, find_replacement
from backend.database import Connection
from backend.http.card_files import issued_at, read_record
from backend.http.parent_wire import EncodedCard, ToDo
from backend.http.services import Services
from backend.people.errors import CardNotFoundError
from backend.people.opening.open_card import OpenedCard
from backend.people.readable import find_readable_card
from verifier.record.record import Record


class Neighbours(Struct, frozen=True):
    """The cards beside a card that was corrected, or that is a correction."""

    replaces: str | None = None
    replaced_by: str | None = None
    changes: tuple[FieldChange, ...] = ()


async def encode_card(opened: OpenedCard, parent: Parent, services: Services, now: datetime) -> bytes:
    """A ``Card`` in JSON.

    Raises:
        ObjectDamagedError, ObjectStoreError, VerifierError: its page, or that of a card beside it, cannot be made.
    """
    card = opened.card
    content = opened.page
    if content is None:
        content = await sync_to_thread(_remake_page, card, services, now)
    page = read_kept_page(content)
    neighbours = Neighbours()
    if card.replaces is not None or card.state in WITHDRAWN:
        neighbours = await sync_to_thread(_read_neighbours, card, page, parent, services, now)
    told = EncodedCard(
        record=page.record,
        state=card.state,
        issued_at=issued_at(card),
        signatures=page.signatures,
        replaces=neighbours.replaces,
        replaced_by=neighbours.replaced_by,
        changes=list(neighbours.changes),
        explanations=page.explanations,
        to_do=list(_to_do(card, page, now)),
    )
    return msgspec.json.encode(told)


def _to_do(card: StoredCard, page: KeptPage, now: datetime) -> Iterator[ToDo]:
    """What the pupil's summer is for, as long as it lasts."""
    if not page.summer_work or card.state is not CardState.ISSUED:
        return
    until = lock_days(card.school_year, grade=card.grade).second
    if is_over(until, now=now):
        return
    for work in page.summer_work:
        yield ToDo(work.code, work.sentence, work.regulation, work.article, until)


def _remake_page(card: StoredCard, services: Services, now: datetime) -> bytes:
    city = services.city
    return remake_card_page(city.database, city.objects, card, lists=lambda: services.lists.opened(now), now=now)


def _read_neighbours(card: StoredCard, page: KeptPage, parent: Parent, services: Services, now: datetime) -> Neighbours:
    """The card that this one replaced and the one that replaced it, each only if this parent may read it as well."""
    with services.city.database.read() as connection:
        replaced = None if card.replaces is None else find_card(connection, card.replaces)
        # With the replacement's issue this one is withdrawn, if it was not before.
        replacement = None if card.state not in WITHDRAWN else find_replacement(connection, card.record_id)
        replaced, replacement = (_if_readable(connection, one, parent, now) for one in (replaced, replacement))
    return Neighbours(
        replaces=None if replaced is None else replaced.record_id,
        replaced_by=None if replacement is None else replacement.record_id,
        changes=_changes(page, replaced, replacement, services),
    )


def _if_readable(connection: Connection, card: StoredCard | None, parent: Parent, now: datetime) -> StoredCard | None:
    if card is None or card.state not in SHOWN:
        return None
    with suppress(CardNotFoundError):
        find_readable_card(connection, guardian_id=parent.guardian_id, record_id=card.record_id, now=now)
        return card
    return None


def _changes(
    page: KeptPage, replaced: StoredCard | None, replacement: StoredCard | None, services: Services
) -> tuple[FieldChange, ...]:
    """Towards the newer card where there is one, else from the older."""
    if replacement is not None:
        return compare_records(_record(page), read_record(replacement, services))
    if replaced is not None:
        return compare_records(read_record(replaced, services), _record(page))
    return ()


def _record(page: KeptPage) -> Record:
    return msgspec.json.decode(page.record, type=Record)
