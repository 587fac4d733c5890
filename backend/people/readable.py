"""What a guardian may read now. Nothing else gives out a card or a child; ``rules.may_read_card`` decides."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from backend.people import store
from backend.people.errors import CardNotFoundError, ChildNotFoundError
from backend.people.matching.store import card_ids_of_pupils
from backend.people.names import vietnamese_sort_key
from backend.people.rules import Guardianship, may_enrol_ahead, may_read_card, reads_as_pupil


class ReadableChild(Struct, frozen=True):
    """A pupil whose cards the guardian may read."""

    pupil: store.Child
    record_ids: tuple[str, ...]
    own: bool = False
    """The reader is this pupil, of age."""


def readable_children(connection: Connection, *, guardian_id: str, now: datetime) -> list[ReadableChild]:
    """Every pupil whose cards this guardian may read now, in the Vietnamese order of names."""
    readable = [
        (pupil, ties)
        for pupil, ties in tied_pupils(connection, guardian_id)
        if may_read_card(ties, pupil_date_of_birth=pupil.date_of_birth, now=now)
    ]
    cards = card_ids_of_pupils(connection, [pupil.pupil_id for pupil, _ in readable])
    readable.sort(key=lambda one: vietnamese_sort_key(one[0].name))
    return [
        ReadableChild(
            pupil,
            tuple(cards[pupil.pupil_id]),
            own=reads_as_pupil(ties, pupil_date_of_birth=pupil.date_of_birth, now=now),
        )
        for pupil, ties in readable
    ]


def find_readable_child(connection: Connection, *, guardian_id: str, pupil_id: str, now: datetime) -> ReadableChild:
    """The pupil with this id, if this guardian may read their cards now.

    Raises:
        ChildNotFoundError: no such pupil, or not for this guardian; the two are not told apart.
    """
    children = readable_children(connection, guardian_id=guardian_id, now=now)
    found = next((child for child in children if child.pupil.pupil_id == pupil_id), None)
    if found is None:
        raise ChildNotFoundError
    return found


def find_readable_card(connection: Connection, *, guardian_id: str, record_id: str, now: datetime) -> store.Child:
    """The pupil of a card that this guardian may read now.

    Raises:
        CardNotFoundError: no such card, or not for this guardian; the two are not told apart.
    """
    ties = store.guardianships_to_card(connection, guardian_id=guardian_id, record_id=record_id)
    if not ties:
        raise CardNotFoundError
    pupil = ties[0][1]
    rows = [tie for tie, _ in ties]
    if not may_read_card(rows, pupil_date_of_birth=pupil.date_of_birth, now=now):
        raise CardNotFoundError
    return pupil


def guarded_pupils(connection: Connection, *, guardian_id: str, now: datetime) -> list[store.Child]:
    """Pupils whose cards this guardian may read as soon as no enrolment waits for the school; nothing to show them.

    Also a pupil who is 18 soon, with an account of their own: they may enrol, and read from the birthday on.
    """
    confirmed = [
        (pupil, [replace(tie, awaits_confirmation=False) for tie in ties])
        for pupil, ties in tied_pupils(connection, guardian_id)
    ]
    return [
        pupil
        for pupil, ties in confirmed
        if may_read_card(ties, pupil_date_of_birth=pupil.date_of_birth, now=now)
        or may_enrol_ahead(ties, pupil_date_of_birth=pupil.date_of_birth, now=now)
    ]


def readers_of(connection: Connection, pupil_ids: Collection[str], *, now: datetime) -> set[str]:
    """Everybody who may read the cards of one of these pupils now."""
    guardian_ids = {
        row.guardian.guardian_id for ties in store.ties_of_pupils(connection, pupil_ids).values() for row in ties
    }
    return {
        guardian_id
        for guardian_id in guardian_ids
        for child in readable_children(connection, guardian_id=guardian_id, now=now)
        if child.pupil.pupil_id in pupil_ids
    }


def tied_pupils(connection: Connection, guardian_id: str) -> list[tuple[store.Child, list[Guardianship]]]:
    """Every pupil of a guardian, each with all ties between the two, ended and barred ones too."""
    found: dict[str, tuple[store.Child, list[Guardianship]]] = {}
    for tie, pupil in store.guardianships_of_guardian(connection, guardian_id):
        found.setdefault(pupil.pupil_id, (pupil, []))[1].append(tie)
    return list(found.values())
