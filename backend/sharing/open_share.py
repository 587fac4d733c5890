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
7. What is shown is what the maker allowed (``rules.shown_record``). For half an hour the page and its files may be
   asked for again (``view_share``).
"""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from backend.access.attempts import count_attempt
from backend.access.context import Access
from backend.access.keys import new_token, token_hash
from backend.access.limits import AttemptKind
from backend.archive.objects import Objects
from backend.people.readable import ReadableChild
from backend.sharing import store
from backend.sharing.errors import PasscodeRefusedError, ShareNotFoundError, ShareOverError, ShareRefusedError
from backend.sharing.history.look import look_row
from backend.sharing.history.store import insert_looks
from backend.sharing.passcode import is_passcode
from backend.sharing.rules import MAX_PASSCODE_TRIES, MAX_STATED_CHARACTERS, ShareState, state_of
from backend.sharing.share import Share
from backend.sharing.shown_cards import Receiver, ShownShare, cards_of, child_of, looks_at, show
from backend.typed_text import one_line

VIEW_MINUTES: Final = 30
"""How long a link that was opened stands open in its browser."""

_OVER: Final = {
    ShareState.REVOKED: "share_revoked",
    # Says nothing of why: a court's decision, or an enrolment that waits, is no business of a receiver.
    ShareState.ENDED: "share_ended",
    ShareState.EXPIRED: "share_expired",
    ShareState.LOCKED: "share_locked",
    ShareState.USED: "share_used",
}


class OpenedShare(Struct, frozen=True):
    """A link stands open in a browser."""

    shown: ShownShare
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
    token = new_token()
    receiver = _receiver(name, organisation, view_id=token_hash(token))
    secret_hash = _counted(access, claimed_secret, address=address, now=now)
    with access.database.read() as connection:
        share, _ = _share_in_force(connection, secret_hash, now=now)
    _verify_passcode(access, share, claimed_passcode)
    with access.database.read() as connection:
        share, child = _share_in_force(connection, secret_hash, now=now)
        stored = cards_of(connection, share, child)
    shown = show(share, child, stored, objects)
    with access.database.write() as connection:
        _share_in_force(connection, secret_hash, now=now)
        if not store.count_opening(connection, share.share_id, now=now):
            raise ShareOverError(_OVER[ShareState.USED])
        store.insert_view(
            connection,
            token_hash=receiver.view_id,
            share_id=share.share_id,
            name=receiver.name,
            organisation=receiver.organisation,
            ends_at=now + timedelta(minutes=VIEW_MINUTES),
            now=now,
        )
        insert_looks(connection, [look_row(look, now) for look in looks_at(share, receiver, stored)])
    return OpenedShare(shown, token)


def _receiver(name: str, organisation: str, *, view_id: str) -> Receiver:
    stated = one_line(name)[:MAX_STATED_CHARACTERS]
    if not stated:
        raise ShareRefusedError("share_name_missing")
    return Receiver(stated, one_line(organisation)[:MAX_STATED_CHARACTERS] or None, view_id)


def _counted(access: Access, claimed_secret: str, *, address: str, now: datetime) -> str:
    count_attempt(access, AttemptKind.SHARE, claimed_code=claimed_secret, address=address, now=now)
    return token_hash(claimed_secret)


def _share_in_force(connection: Connection, secret_hash: str, *, now: datetime) -> tuple[Share, ReadableChild]:
    share = store.find_share_by_secret(connection, secret_hash)
    if share is None:
        raise ShareNotFoundError
    child = child_of(connection, share, now=now)
    state = state_of(share.facts, maker_may_read=child is not None, now=now)
    if state is not ShareState.ACTIVE or child is None:
        raise ShareOverError(_OVER.get(state, "share_ended"))
    return share, child


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
