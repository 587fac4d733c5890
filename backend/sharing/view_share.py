"""A link stands open in a browser for half an hour: the page loaded anew, and the files, where the maker allowed them.

Each request is counted, and judges the link anew. A link that was used up by this opening, or locked since by somebody
else's wrong passcodes, stays open where it is open.
"""

from datetime import datetime

from backend.access.attempts import count_attempt
from backend.access.context import Access
from backend.access.keys import MAX_TOKEN_CHARACTERS, token_hash
from backend.access.limits import AttemptKind
from backend.archive.card import StoredCard
from backend.archive.objects import Objects
from backend.database import Connection
from backend.people.errors import CardNotFoundError
from backend.sharing import store
from backend.sharing.errors import ShareViewEndedError
from backend.sharing.history.look import Look, LookedAt
from backend.sharing.history.look_book import LookBook
from backend.sharing.rules import ShareState, state_of
from backend.sharing.share import ShareView
from backend.sharing.shown_cards import Receiver, ShownShare, cards_of, child_of, files_allowed, look_by, looks_at, show

_STAYS_OPEN = frozenset({ShareState.ACTIVE, ShareState.USED, ShareState.LOCKED})


def resolve_view(access: Access, claimed_token: str | None, *, address: str, now: datetime) -> ShareView:
    """The link that stands open in a browser.

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
        child = child_of(connection, view.share, now=now)
    if state_of(view.share.facts, maker_may_read=child is not None, now=now) not in _STAYS_OPEN:
        raise ShareViewEndedError
    return view


def view_again(access: Access, objects: Objects, looks: LookBook, view: ShareView, *, now: datetime) -> ShownShare:
    """What the link shows now, for a page that is loaded anew; no new opening.

    Raises:
        ShareViewEndedError: the maker has lost the right to show it in this very moment.
        ObjectStoreError, ObjectDamagedError: a card cannot be read now.
    """
    with access.database.read() as connection:
        child = child_of(connection, view.share, now=now)
        if child is None:
            raise ShareViewEndedError
        stored = cards_of(connection, view.share, child)
    looks.note(*looks_at(view.share, _receiver(view), stored), now=now)
    return show(view.share, child, stored, objects)


def find_shared_file(connection: Connection, view: ShareView, *, record_id: str, now: datetime) -> StoredCard:
    """A card whose signed files this browser may fetch.

    Raises:
        CardNotFoundError: not of this link, or the files hold more than its maker allowed; not told apart.
    """
    child = child_of(connection, view.share, now=now)
    if child is not None and files_allowed(view.share):
        for card, _ in cards_of(connection, view.share, child):
            if card.record_id == record_id:
                return card
    raise CardNotFoundError


def look_by_viewer(view: ShareView, *, record_id: str, what: LookedAt) -> Look:
    """What the history says of a file that a receiver fetches."""
    return look_by(_receiver(view), view.share, record_id=record_id, what=what)


def _receiver(view: ShareView) -> Receiver:
    return Receiver(view.name, view.organisation, view.view_id)
