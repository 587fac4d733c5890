"""End an account with its links and take away what is the account's alone; the record and its history stay, and why.

Law 91/2025/QH15, article 14, lets deletion be refused where data are processed without consent, and article 19 names
the duty by law: a school's record is one. The guardian can enrol anew with a letter from the school.
"""

from datetime import datetime
from typing import Final
from uuid import uuid4

from msgspec import Struct
from sqlalchemy import Connection

from backend.access.store import EndedReason, end_passkeys
from backend.access.tables import PARENT_TABLES
from backend.messages import Sentence, sentence
from backend.people.confirmations.rules import HIDES_EVERYTHING, ConfirmationReason
from backend.people.confirmations.store import close_open, find_hiding
from backend.people.store import guardianships_of_guardian
from backend.rights.account import store
from backend.rights.rules import RequestKind, RequestState, acknowledge_by, answer_by
from backend.rights.store import Request, insert_request
from backend.sharing.store import end_shares

BY_ITSELF: Final = "hocba"
"""Who has answered a deletion that nobody had to decide on."""
KEPT: Final = ("record", "register", "history", "requests", "passkey_ids")
"""What stays; the sentences ``kept_…`` and ``kept_…_why`` say it."""


class Kept(Struct, frozen=True):
    """Something that stays although the account goes."""

    what: Sentence
    why: Sentence


def delete_account(connection: Connection, *, guardian_id: str, now: datetime) -> list[Kept]:
    """Delete an account at once, and note that it was; what is kept and why.

    While an enrolment waits for the school it is not known who deletes: away goes what that enrolment brought. Links,
    notices, and the passkeys that it ended, which tell their owner of it, may be another person's.
    """
    waits = find_hiding(connection, guardian_id) is not None
    end_passkeys(connection, PARENT_TABLES, owner_id=guardian_id, reason=EndedReason.ACCOUNT_DELETED, now=now)
    if waits:
        store.empty_passkeys(connection, guardian_id, only_ended_by=EndedReason.ACCOUNT_DELETED)
        close_open(connection, guardian_id=guardian_id, reasons=HIDES_EVERYTHING, now=now)
    else:
        store.empty_passkeys(connection, guardian_id)
        store.empty_account(connection, guardian_id, now=now)
        for pupil_id in {tie.pupil_id for tie, _ in guardianships_of_guardian(connection, guardian_id)}:
            end_shares(connection, guardian_id=guardian_id, pupil_id=pupil_id, now=now)
        close_open(connection, guardian_id=guardian_id, reasons=set(ConfirmationReason), now=now)
    said = sentence("account_deleted")
    insert_request(
        connection,
        Request(
            request_id=str(uuid4()),
            guardian_id=guardian_id,
            kind=RequestKind.DELETE_ACCOUNT,
            pupil_id=None,
            record_id=None,
            school_code=None,
            field=None,
            text=f"{said.vi} {said.en}",
            state=RequestState.ANSWERED,
            created_at=now,
            acknowledge_by=acknowledge_by(now),
            answer_by=answer_by(RequestKind.DELETE_ACCOUNT, now),
            answer=f"{said.vi} {said.en}",
            answered_by=BY_ITSELF,
            answered_at=now,
        ),
    )
    return [Kept(sentence(f"kept_{what}"), sentence(f"kept_{what}_why")) for what in KEPT]
