"""What waits for a school's confirmation, as the school sees it: only what concerns its own pupils."""

from datetime import datetime
from itertools import islice
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from backend.access.await_confirmation import pupils_with_other_barred
from backend.access.errors import EnrolmentNotFoundError
from backend.people.confirmations.rules import ConfirmationReason
from backend.people.confirmations.store import Confirmation, find_open, read_open
from backend.people.readable import guarded_pupils
from backend.people.store import Guardian, find_guardian

MAX_LISTED: Final = 500
"""A morning's work for a clerk; what was answered makes room for the next."""


class WaitingPupil(Struct, frozen=True, kw_only=True):
    """A pupil whose cards the guardian would see."""

    name: str
    class_group: str
    school_code: str


class WaitingEnrolment(Struct, frozen=True, kw_only=True):
    """What a school has to confirm or refuse, having looked at the person and their papers."""

    enrolment_id: str
    reason: ConfirmationReason
    since: datetime
    guardian: str
    """The name on the letter."""
    account: str | None
    """``another_child``: the name of whose account asks."""
    personal_code: str | None
    """The code to compare with the person's papers, where it was not known."""
    pupils: tuple[WaitingPupil, ...]


def waiting_enrolments(connection: Connection, *, school_code: str | None, now: datetime) -> list[WaitingEnrolment]:
    """What waits, oldest first and not more than ``MAX_LISTED``; of one school, or of all where none is named."""
    found = (_seen_by(connection, one, school_code, now) for one in read_open(connection, school_code=school_code))
    return list(islice((one for one in found if one is not None), MAX_LISTED))


def find_waiting_enrolment(
    connection: Connection, enrolment_id: str, *, school_code: str | None, now: datetime
) -> Confirmation:
    """What waits under this id.

    Raises:
        EnrolmentNotFoundError: nothing, or nothing of this school; not told apart.
    """
    found = find_open(connection, enrolment_id)
    if found is None or _seen_by(connection, found, school_code, now) is None:
        raise EnrolmentNotFoundError
    return found


def _seen_by(
    connection: Connection, one: Confirmation, school_code: str | None, now: datetime
) -> WaitingEnrolment | None:
    guardian = find_guardian(connection, one.guardian_id)
    pupils = guarded_pupils(connection, guardian_id=one.guardian_id, now=now)
    # Only the school that knows of a decision can tell who stands before it, whatever else is asked; a decision counts
    # too that came after the enrolment.
    ids = [pupil.pupil_id for pupil in pupils]
    concerned = pupils_with_other_barred(connection, ids, guardian_id=one.guardian_id, now=now)
    if concerned:
        pupils = [pupil for pupil in pupils if pupil.pupil_id in concerned]
    mine = [pupil for pupil in pupils if school_code in (None, pupil.school_code)]
    if guardian is None or not mine:
        return None
    return WaitingEnrolment(
        enrolment_id=one.enrolment_id,
        reason=one.reason,
        since=one.opened_at,
        guardian=guardian.name,
        account=_name_of(find_guardian(connection, one.account_id or "")),
        personal_code=one.claimed_personal_code,
        pupils=tuple(
            WaitingPupil(name=pupil.name, class_group=pupil.class_group, school_code=pupil.school_code)
            for pupil in mine
        ),
    )


def _name_of(guardian: Guardian | None) -> str | None:
    return None if guardian is None else guardian.name
