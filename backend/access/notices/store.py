"""The SQL of notices. Every function works in the caller's transaction."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import uuid4

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select, update

from backend.access.notices.tables import notices

MAX_SHOWN: Final = 50
"""Newest first; nobody reads more, and nothing much is told so often."""


class NoticeKind(StrEnum):
    """What is told; the values stand in the database."""

    RE_ENROLLED = "re_enrolled"
    """A guardian of one's child, or oneself, enrolled anew; named: that guardian."""
    ENROLMENT_CONFIRMED = "enrolment_confirmed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    CHILD_ADDED = "child_added"
    LETTER_REFUSED = "letter_refused"
    """The school did not take two guardians for one; named: the guardian of the letter."""
    PERSONAL_CODE_CHANGED = "personal_code_changed"
    PERSONAL_CODE_REFUSED = "personal_code_refused"
    CONSENT_GIVEN = "consent_given"
    """A pupil of age lets this guardian read on; named: the pupil."""
    CONSENT_ENDED = "consent_ended"
    OWN_CONSENT_GIVEN = "own_consent_given"
    """The account's owner, a pupil of age, lets a guardian read on; named: the guardian."""
    OWN_CONSENT_ENDED = "own_consent_ended"


class Notice(Struct, frozen=True, kw_only=True):
    """One notice."""

    notice_id: str
    kind: NoticeKind
    at: datetime
    name: str
    """Of whom or what it speaks."""


def add_notices(
    connection: Connection, guardian_ids: Collection[str], kind: NoticeKind, *, name: str, now: datetime
) -> None:
    """Tell several guardians the same."""
    rows = [
        {"notice_id": str(uuid4()), "guardian_id": guardian_id, "kind": kind, "name": name, "at": now}
        for guardian_id in guardian_ids
    ]
    if rows:
        connection.execute(insert(notices), rows)


def read_notices(connection: Connection, guardian_id: str) -> list[Notice]:
    """What a guardian has not seen yet, newest first."""
    rows = connection.execute(
        select(*(notices.c[field] for field in Notice.__struct_fields__))
        .where(notices.c.guardian_id == guardian_id, notices.c.seen_at.is_(None))
        .order_by(notices.c.at.desc(), notices.c.notice_id)
        .limit(MAX_SHOWN)
    ).mappings()
    return [Notice(**(dict(row) | {"kind": NoticeKind(row["kind"])})) for row in rows]


def mark_seen(connection: Connection, guardian_id: str, notice_id: str, *, now: datetime) -> bool:
    """Note that a guardian's notice was seen; False when there is none such. A second time changes nothing."""
    result = connection.execute(
        update(notices)
        .where(notices.c.guardian_id == guardian_id, notices.c.notice_id == notice_id)
        .values(seen_at=now)
    )
    return result.rowcount == 1


def delete_seen(connection: Connection, *, seen_before: datetime) -> int:
    """Forget notices that were seen long ago; answers how many."""
    return connection.execute(delete(notices).where(notices.c.seen_at < seen_before)).rowcount
