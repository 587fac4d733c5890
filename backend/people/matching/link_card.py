"""Tie a card to its pupil, when the card comes in or when the pupil is registered after it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from backend.people.matching import store
from backend.people.matching.rules import CardIdentity, KnownPupil, PupilMatch, match_pupil
from verifier.record.record import Record


def card_identity(record: Record) -> CardIdentity:
    """What a card says about whose it is."""
    return CardIdentity(
        record_id=record.transcript.record_id,
        personal_code=record.pupil.personal_code,
        school_code=record.school.code,
        pupil_code=record.pupil.pupil_code,
        date_of_birth=record.transcript.date_of_birth,
    )


def link_card(connection: Connection, record: Record, *, now: datetime) -> PupilMatch:
    """Tie one accepted card to its pupil, in the caller's transaction. Repeating it changes nothing.

    A card whose pupil is not registered yet is kept waiting and is tied by ``register_pupils``.
    """
    card = card_identity(record)
    known = store.find_card_match(connection, card.record_id)
    if known is not None:
        return known
    match = _match(connection, card)
    store.insert_card_link(connection, card, match, now=now)
    return match


def link_waiting_cards(
    connection: Connection, *, personal_codes: Collection[str], places: Collection[store.Place], now: datetime
) -> int:
    """Tie the cards that waited for the pupils with these identities; returns how many found theirs."""
    linked = 0
    for card in store.waiting_cards(connection, personal_codes=personal_codes, places=places):
        match = _match(connection, card)
        store.set_card_match(connection, card.record_id, match, now=now)
        linked += match.pupil_id is not None
    return linked


def _match(connection: Connection, card: CardIdentity) -> PupilMatch:
    by_code: KnownPupil | None = None
    if card.personal_code is not None:
        by_code = store.pupils_by_personal_code(connection, [card.personal_code]).get(card.personal_code)
    place = (card.school_code, card.pupil_code)
    by_place = store.pupils_by_place(connection, [place]).get(place)
    return match_pupil(card, by_personal_code=by_code, by_pupil_code=by_place)
