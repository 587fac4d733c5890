"""A receiver opens a link.

1. Every request is counted by address and by secret; over a limit nothing is judged.
2. The secret names the link. A wrong one is answered like one that never was; whoever has the right one is told
   honestly why it opens no more.
3. The link must be in force, and its maker must be one who may read the pupil's cards now: the same function decides
   as for the maker's own reading.
4. A try at the passcode is used up in a transaction of its own before the passcode is judged, and given back when it
   was right.
5. The cards are read. Nothing has been used up if that fails.
6. In one transaction: the link is judged anew, the opening counted (of two who open a link for one use one wins), the
   receiver's statement kept as looks in the pupil's history.
7. What is shown is what the maker allowed (``rules.shown_record``).
"""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from backend.access.attempts import count_attempt
from backend.access.claimed_text import one_line
from backend.access.context import Access
from backend.access.keys import MAX_TOKEN_CHARACTERS, new_token, token_hash
from backend.access.limits import AttemptKind
from backend.archive.card import StoredCard
from backend.archive.objects import Objects
from backend.archive.store import read_shown_cards
from backend.people.errors import CardNotFoundError
from backend.people.readable import ReadableChild, readable_children
from backend.sharing import store
from backend.sharing.errors import (
    PasscodeRefusedError,
    ShareNotFoundError,
    ShareOverError,
    ShareRefusedError,
    ShareViewEndedError,
)
from backend.sharing.history.look import Look, LookedAt, Looker, look_row
from backend.sharing.history.store import insert_looks
from backend.sharing.passcode import is_passcode
from backend.sharing.rules import (
    MAX_PASSCODE_TRIES,
    MAX_STATED_CHARACTERS,
    ShareState,
    may_fetch_files,
    shown_record,
    state_of,
)
from backend.sharing.share import Share, ShareView
from verifier.record.card_document import read_card
from verifier.record.record import Record
from verifier.xml_signature import verify_card_signatures

VIEW_MINUTES: Final = 30
"""How long a browser may fetch the files of a link that it has opened."""

_OVER: Final = {
    ShareState.REVOKED: "share_revoked",
    # Says nothing of why: a court's decision, or an enrolment that waits, is no business of a receiver.
    ShareState.ENDED: "share_ended",
    ShareState.EXPIRED: "share_expired",
    ShareState.LOCKED: "share_locked",
    ShareState.USED: "share_used",
}


class ReceiverStatement(Struct, frozen=True):
    """Who a receiver says they are."""

    name: str
    organisation: str | None


class SharedCard(Struct, frozen=True):
    """One card as a receiver sees it."""

    card: StoredCard
    school_name: str
    record: Record


class OpenedShare(Struct, frozen=True):
    """A link stands open in a browser."""

    share: Share
    pupil_name: str
    cards: tuple[SharedCard, ...]
    files_allowed: bool
    view_token: str
    """For the browser's cookie."""


def look_at_share(access: Access, *, claimed_secret: str, address: str, now: datetime) -> Share:
    """Steps 1 to 3: what a receiver is told before they say who they are. Uses nothing up, shows nothing of the pupil.

    Raises:
        TooManyAttemptsError, ShareNotFoundError, ShareOverError: as the steps say.
    """
    secret_hash = _counted(access, claimed_secret, address=address, now=now)
    with access.database.read() as connection:
        return _share_in_force(connection, secret_hash, now=now)[0]


def open_share(
    access: Access,
    objects: Objects,
    *,
    claimed_secret: str,
    claimed_passcode: str | None,
    name: str,
    organisation: str,
    address: str,
    now: datetime,
) -> OpenedShare:
    """All steps.

    Raises:
        TooManyAttemptsError, ShareNotFoundError, ShareOverError, PasscodeRefusedError: as the steps say.
        ShareRefusedError: the receiver does not say who they are.
    """
    stated = _statement(name, organisation)
    secret_hash = _counted(access, claimed_secret, address=address, now=now)
    with access.database.read() as connection:
        share, _ = _share_in_force(connection, secret_hash, now=now)
    _verify_passcode(access, share, claimed_passcode)
    with access.database.read() as connection:
        _, child = _share_in_force(connection, secret_hash, now=now)
        stored = _cards_of(connection, share, child)
    cards = tuple(_shared_card(share, card, school, objects) for card, school in stored)
    token = new_token()
    with access.database.write() as connection:
        _share_in_force(connection, secret_hash, now=now)
        if not store.count_opening(connection, share.share_id, now=now):
            raise ShareOverError(_OVER[ShareState.USED])
        store.insert_view(
            connection,
            token_hash=token_hash(token),
            share_id=share.share_id,
            name=stated.name,
            organisation=stated.organisation,
            ends_at=now + timedelta(minutes=VIEW_MINUTES),
            now=now,
        )
        looks = _looks(share, stated, [card.record_id for card, _ in stored], occasion=token_hash(token))
        insert_looks(connection, [look_row(look, now) for look in looks])
    return OpenedShare(share, child.pupil.name, cards, _files_allowed(share), token)


def resolve_view(access: Access, claimed_token: str | None, *, address: str, now: datetime) -> ShareView:
    """The link that stands open in a browser. A link that is used up or locked stays open where it is open.

    Raises:
        TooManyAttemptsError: over a limit.
        ShareViewEndedError: none, or not any more.
    """
    if claimed_token is None or len(claimed_token) > MAX_TOKEN_CHARACTERS:
        raise ShareViewEndedError
    count_attempt(access, AttemptKind.SHARE, claimed_code=claimed_token, address=address, now=now)
    with access.database.read() as connection:
        view = store.find_view(connection, token_hash(claimed_token))
        if view is None or view.ends_at <= now:
            raise ShareViewEndedError
        child = _readable_child(connection, view.share, now=now)
    state = state_of(view.share.facts, maker_may_read=child is not None, now=now)
    if state not in {ShareState.ACTIVE, ShareState.USED, ShareState.LOCKED}:
        raise ShareViewEndedError
    return view


def find_shared_file(connection: Connection, view: ShareView, *, record_id: str, now: datetime) -> StoredCard:
    """A card whose signed files this browser may fetch.

    Raises:
        CardNotFoundError: not of this link, or the files hold more than its maker allowed; not told apart.
    """
    child = _readable_child(connection, view.share, now=now)
    if child is not None and _files_allowed(view.share):
        for card, _ in _cards_of(connection, view.share, child):
            if card.record_id == record_id:
                return card
    raise CardNotFoundError


def look_by_receiver(view: ShareView, *, record_id: str, what: LookedAt) -> Look:
    """What the history says of a file that a receiver fetches."""
    stated = ReceiverStatement(view.name, view.organisation)
    return _look(view.share, stated, record_id=record_id, what=what, occasion=view.view_id)


def _statement(name: str, organisation: str) -> ReceiverStatement:
    stated = one_line(name, max_characters=MAX_STATED_CHARACTERS)
    if not stated:
        raise ShareRefusedError("share_name_missing")
    return ReceiverStatement(stated, one_line(organisation, max_characters=MAX_STATED_CHARACTERS) or None)


def _counted(access: Access, claimed_secret: str, *, address: str, now: datetime) -> str:
    count_attempt(access, AttemptKind.SHARE, claimed_code=claimed_secret, address=address, now=now)
    return token_hash(claimed_secret)


def _share_in_force(connection: Connection, secret_hash: str, *, now: datetime) -> tuple[Share, ReadableChild]:
    share = store.find_share_by_secret(connection, secret_hash)
    if share is None:
        raise ShareNotFoundError
    child = _readable_child(connection, share, now=now)
    state = state_of(share.facts, maker_may_read=child is not None, now=now)
    if state is not ShareState.ACTIVE or child is None:
        raise ShareOverError(_OVER.get(state, "share_ended"))
    return share, child


def _readable_child(connection: Connection, share: Share, *, now: datetime) -> ReadableChild | None:
    children = readable_children(connection, guardian_id=share.guardian_id, now=now)
    return next((child for child in children if child.pupil.pupil_id == share.pupil_id), None)


def _verify_passcode(access: Access, share: Share, claimed_passcode: str | None) -> None:
    if share.passcode_hash is None:
        return
    if claimed_passcode is None:
        raise PasscodeRefusedError
    with access.database.write() as connection:
        used = store.take_try(connection, share.share_id)
    if used is None:
        raise ShareOverError("share_locked")
    if not is_passcode(claimed_passcode, stored_hash=share.passcode_hash):
        if used == MAX_PASSCODE_TRIES:
            raise ShareOverError("share_locked")
        raise PasscodeRefusedError("share_passcode_wrong", left=MAX_PASSCODE_TRIES - used)
    with access.database.write() as connection:
        store.give_try_back(connection, share.share_id)


def _cards_of(connection: Connection, share: Share, child: ReadableChild) -> list[tuple[StoredCard, str]]:
    of_the_pupil = set(child.record_ids)
    wanted = of_the_pupil if share.record_ids is None else of_the_pupil.intersection(share.record_ids)
    return read_shown_cards(connection, wanted)


def _shared_card(share: Share, card: StoredCard, school_name: str, objects: Objects) -> SharedCard:
    xml = objects.get(card.xml_object, expected_sha256=card.xml_sha256)
    record = verify_card_signatures(read_card(xml)).record
    shown = shown_record(record, with_address=share.with_address, with_personal_code=share.with_personal_code)
    return SharedCard(card, school_name, shown)


def _files_allowed(share: Share) -> bool:
    return may_fetch_files(with_address=share.with_address, with_personal_code=share.with_personal_code)


def _looks(share: Share, stated: ReceiverStatement, record_ids: list[str], *, occasion: str) -> list[Look]:
    if not record_ids:
        return [_look(share, stated, record_id=None, what=LookedAt.LIST, occasion=occasion)]
    return [
        _look(share, stated, record_id=record_id, what=LookedAt.CARD, occasion=occasion) for record_id in record_ids
    ]


def _look(share: Share, stated: ReceiverStatement, *, record_id: str | None, what: LookedAt, occasion: str) -> Look:
    return Look(
        pupil_id=share.pupil_id,
        record_id=record_id,
        what=what,
        looker=Looker.SHARE,
        looker_id=share.share_id,
        name=stated.name,
        organisation=stated.organisation,
        occasion=occasion,
    )
