"""A parent's account as its owner sees it, and what they do away with in it."""

from datetime import datetime

from msgspec import Struct

from backend.access.context import Access
from backend.access.errors import AccountNotFoundError
from backend.access.notices.store import Notice, mark_seen, read_notices
from backend.access.own_passkeys.store import OwnPasskey, read_passkeys
from backend.access.realm import Waiting
from backend.access.session import Parent
from backend.access.sessions.store import ListedSession, delete_session_of, read_sessions
from backend.people.confirmations.store import find_hiding
from backend.people.store import find_guardian

SHOWN_DIGITS = 3
"""Enough of a personal code to tell one's own from another, too little to learn it from a screen."""


class Account(Struct, frozen=True, kw_only=True):
    """Everything about an account but the cards."""

    personal_code_ending: str
    """The last digits; empty where nobody has said a code yet."""
    waiting: Waiting | None
    passkeys: list[OwnPasskey]
    sessions: list[ListedSession]
    notices: list[Notice]
    """Not seen yet. None while the school has not confirmed who it is: they name children and guardians."""


def read_account(access: Access, parent: Parent, *, now: datetime) -> Account:
    """The reader's own account."""
    tables, guardian_id = access.realm.tables, parent.guardian_id
    with access.database.read() as connection:
        guardian = find_guardian(connection, guardian_id)
        hiding = find_hiding(connection, guardian_id)
        code = (guardian.personal_code if guardian else None) or (hiding.claimed_personal_code if hiding else None)
        return Account(
            personal_code_ending=(code or "")[-SHOWN_DIGITS:],
            waiting=None if hiding is None else Waiting(hiding.reason, hiding.opened_at),
            passkeys=read_passkeys(connection, tables, guardian_id),
            sessions=read_sessions(connection, tables, guardian_id, idle_since=now - access.realm.idle_end, now=now),
            notices=[] if hiding is not None else read_notices(connection, guardian_id),
        )


def log_out_there(access: Access, parent: Parent, session_id: str) -> None:
    """End a session of the account, on whatever device.

    Raises:
        AccountNotFoundError: none of this account's.
    """
    with access.database.write() as connection:
        if not delete_session_of(connection, access.realm.tables, parent.guardian_id, session_id):
            raise AccountNotFoundError


def see_notice(access: Access, parent: Parent, notice_id: str, *, now: datetime) -> None:
    """Note that the account's owner has seen a notice.

    Raises:
        AccountNotFoundError: none of this account's.
    """
    with access.database.write() as connection:
        if not mark_seen(connection, parent.guardian_id, notice_id, now=now):
            raise AccountNotFoundError
