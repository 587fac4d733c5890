"""What a link shows, to whom, and how that stands in the history: when it is opened, and when it is seen again."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from backend.archive.card import StoredCard
from backend.archive.objects import Objects
from backend.archive.signed_record import read_signed_record
from backend.archive.store import read_shown_cards
from backend.people.readable import ReadableChild, readable_children
from backend.sharing.history.look import Look, LookedAt, Looker
from backend.sharing.rules import may_fetch_files, shown_record
from backend.sharing.share import Share
from verifier.record.record import Record


class Receiver(Struct, frozen=True):
    """Who a receiver says they are, in which browser."""

    name: str
    organisation: str | None
    view_id: str
    """Tells two receivers of one link apart."""


class SharedCard(Struct, frozen=True):
    """One card as a receiver sees it."""

    card: StoredCard
    school_name: str
    record: Record


class ShownShare(Struct, frozen=True):
    """Everything that a link shows now."""

    share: Share
    pupil_name: str
    cards: tuple[SharedCard, ...]
    files_allowed: bool


def child_of(connection: Connection, share: Share, *, now: datetime) -> ReadableChild | None:
    """The pupil, if the link's maker may read the pupil's cards now: decided as for the maker's own reading."""
    children = readable_children(connection, guardian_id=share.guardian_id, now=now)
    return next((child for child in children if child.pupil.pupil_id == share.pupil_id), None)


def cards_of(connection: Connection, share: Share, child: ReadableChild) -> list[tuple[StoredCard, str]]:
    """The link's cards that are issued and the pupil's, withdrawn ones too, each with its school's name."""
    of_the_pupil = set(child.record_ids)
    wanted = of_the_pupil if share.record_ids is None else of_the_pupil.intersection(share.record_ids)
    return read_shown_cards(connection, wanted)


def show(share: Share, child: ReadableChild, stored: list[tuple[StoredCard, str]], objects: Objects) -> ShownShare:
    """The cards without what the link's maker did not allow.

    Raises:
        ObjectStoreError, ObjectDamagedError: a card cannot be read now.
    """
    cards = tuple(_shared_card(share, card, school_name, objects) for card, school_name in stored)
    return ShownShare(share, child.pupil.name, cards, files_allowed(share))


def files_allowed(share: Share) -> bool:
    """Whether the link's maker allowed everything that the signed files hold."""
    return may_fetch_files(with_address=share.with_address, with_personal_code=share.with_personal_code)


def looks_at(share: Share, receiver: Receiver, stored: list[tuple[StoredCard, str]]) -> list[Look]:
    """What the history says of whoever sees these cards."""
    if not stored:
        return [look_by(receiver, share, record_id=None, what=LookedAt.LIST)]
    return [look_by(receiver, share, record_id=card.record_id, what=LookedAt.CARD) for card, _ in stored]


def look_by(receiver: Receiver, share: Share, *, record_id: str | None, what: LookedAt) -> Look:
    """A receiver sees something through a link."""
    return Look(
        pupil_id=share.pupil_id,
        record_id=record_id,
        what=what,
        looker=Looker.SHARE,
        looker_id=share.share_id,
        name=receiver.name,
        organisation=receiver.organisation,
        occasion=receiver.view_id,
    )


def _shared_card(share: Share, card: StoredCard, school_name: str, objects: Objects) -> SharedCard:
    record = read_signed_record(card, objects).record
    shown = shown_record(record, with_address=share.with_address, with_personal_code=share.with_personal_code)
    return SharedCard(card, school_name, shown)
