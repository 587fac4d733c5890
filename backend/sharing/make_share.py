"""A guardian makes a link, sees their links, and revokes one."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from msgspec import Struct, structs
from sqlalchemy import Connection

from backend.access.keys import new_token, token_hash
from backend.archive.store import read_shown_cards
from backend.database import Database
from backend.people.errors import CardNotFoundError
from backend.people.readable import ReadableChild, find_readable_child, readable_children
from backend.people.store import lock_guardian
from backend.sharing import store
from backend.sharing.errors import ShareNotFoundError, ShareRefusedError
from backend.sharing.passcode import hash_passcode
from backend.sharing.rules import (
    MAX_PURPOSE_CHARACTERS,
    MAX_STATED_CHARACTERS,
    ShareState,
    ShareTerms,
    expiry,
    state_of,
    verify_terms,
)
from backend.sharing.share import Share
from backend.typed_text import one_line

SHOWN_SHARES: Final = 200


class ListedShare(Struct, frozen=True):
    """A link as its maker sees it."""

    share: Share
    pupil_name: str
    state: ShareState


class MadeShare(Struct, frozen=True):
    """A new link with its secret, which exists here and in the link, nowhere else."""

    listed: ListedShare
    secret: str
    """256 random bits in base64url."""


def make_share(
    database: Database,
    *,
    guardian_id: str,
    pupil_id: str,
    record_ids: Collection[str] | None,
    terms: ShareTerms,
    now: datetime,
) -> MadeShare:
    """Keep a link under these terms.

    Raises:
        ChildNotFoundError: not a pupil whose cards this guardian may read.
        CardNotFoundError: not that pupil's card.
        ShareRefusedError: the terms are not fit.
    """
    terms = structs.replace(
        terms,
        receiver=one_line(terms.receiver)[:MAX_STATED_CHARACTERS],
        purpose=one_line(terms.purpose)[:MAX_PURPOSE_CHARACTERS],
    )
    secret = new_token()
    # Slow on purpose, so not while the database waits.
    passcode_hash = None if terms.passcode is None else hash_passcode(terms.passcode)
    with database.write() as connection:
        lock_guardian(connection, guardian_id)
        child = find_readable_child(connection, guardian_id=guardian_id, pupil_id=pupil_id, now=now)
        born = child.pupil.date_of_birth
        in_force = store.count_in_force(connection, guardian_id=guardian_id, now=now)
        verify_terms(terms, pupil_date_of_birth=born, in_force=in_force, now=now)
        share = Share(
            share_id=str(uuid4()),
            pupil_id=pupil_id,
            guardian_id=guardian_id,
            receiver=terms.receiver,
            purpose=terms.purpose,
            record_ids=_cards_to_share(connection, child, record_ids),
            with_address=terms.with_address,
            with_personal_code=terms.with_personal_code,
            passcode_hash=passcode_hash,
            passcode_tries=0,
            single_use=terms.single_use,
            child_consent_at=now if terms.child_consents else None,
            created_at=now.astimezone(UTC),
            expires_at=expiry(terms, pupil_date_of_birth=born, now=now).astimezone(UTC),
            revoked_at=None,
            ended_at=None,
            used_at=None,
            opened_count=0,
            last_opened_at=None,
        )
        store.insert_share(connection, share, secret_hash=token_hash(secret))
    return MadeShare(ListedShare(share, child.pupil.name, ShareState.ACTIVE), secret)


def list_shares(connection: Connection, *, guardian_id: str, now: datetime) -> list[ListedShare]:
    """The links that a guardian made for pupils whose cards they may read now, newest first."""
    names = {
        child.pupil.pupil_id: child.pupil.name
        for child in readable_children(connection, guardian_id=guardian_id, now=now)
    }
    found = store.read_shares(connection, guardian_id=guardian_id, pupil_ids=list(names), limit=SHOWN_SHARES)
    return [
        ListedShare(share, names[share.pupil_id], state_of(share.facts, maker_may_read=True, now=now))
        for share in found
    ]


def revoke_share(database: Database, *, guardian_id: str, share_id: str, now: datetime) -> None:
    """End a link at once, in the browsers too in which it stands open. A guardian's own, whatever they may still read.

    Raises:
        ShareNotFoundError: none of theirs.
    """
    with database.write() as connection:
        share = store.find_share(connection, share_id)
        if share is None or share.guardian_id != guardian_id:
            raise ShareNotFoundError
        store.revoke(connection, share_id, now=now)


def _cards_to_share(
    connection: Connection, child: ReadableChild, record_ids: Collection[str] | None
) -> tuple[str, ...] | None:
    if record_ids is None:
        return None
    if not record_ids:
        raise ShareRefusedError("share_cards_missing")
    wanted = tuple(sorted(set(record_ids)))
    shown = {card.record_id for card, _ in read_shown_cards(connection, child.record_ids)}
    if not shown.issuperset(wanted):
        raise CardNotFoundError
    return wanted
