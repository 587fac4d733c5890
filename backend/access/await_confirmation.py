"""What follows from a parent's enrolment: whether it waits for the school, and who is told of it."""

from datetime import datetime

from sqlalchemy import Connection

from backend.access.errors import AccountWaitsError, ActivationRefusedError
from backend.access.notices.store import NoticeKind, add_notices
from backend.access.realm import Enrolled, Waiting
from backend.database import Database
from backend.people.confirmations.rules import HIDES_EVERYTHING, reason_to_wait
from backend.people.confirmations.store import close_open, fetch_hiding, find_hiding, open_confirmation
from backend.people.readable import guarded_pupils, readers_of
from backend.people.store import find_guardian, ties_of_pupils


def await_confirmation(connection: Connection, enrolled: Enrolled, now: datetime) -> None:
    """Ask the school where a letter and a code are not enough, and tell the others of an enrolment anew.

    Raises:
        ActivationRefusedError: a personal code was said while none was known, and by now another one is.
    """
    guardian_id = enrolled.owner.owner_id
    guardian = find_guardian(connection, guardian_id)
    known_code = None if guardian is None else guardian.personal_code
    claimed = enrolled.claimed_personal_code
    if claimed is not None and known_code not in {None, claimed}:
        raise ActivationRefusedError
    pupils = [pupil.pupil_id for pupil in guarded_pupils(connection, guardian_id=guardian_id, now=now)]
    reason = reason_to_wait(
        is_code_known=claimed is None or claimed == known_code,
        is_other_barred=bool(pupils_with_other_barred(connection, pupils, guardian_id=guardian_id, now=now)),
        has_enrolled_before=enrolled.has_enrolled_before,
    )
    close_open(connection, guardian_id=guardian_id, reasons=HIDES_EVERYTHING, now=now)
    if reason is not None:
        open_confirmation(connection, guardian_id=guardian_id, reason=reason, claimed_personal_code=claimed, now=now)
    if enrolled.has_enrolled_before:
        told = {guardian_id, *readers_of(connection, pupils, now=now)}
        add_notices(connection, told, NoticeKind.RE_ENROLLED, name=enrolled.owner.name, now=now)


def find_waiting(connection: Connection, guardian_id: str) -> Waiting | None:
    """What a parent's account waits for; None when it is open."""
    found = find_hiding(connection, guardian_id)
    return None if found is None else Waiting(found.reason, found.opened_at)


async def verify_open(database: Database, guardian_id: str) -> None:
    """Let an account pass that the school has nothing left to confirm about.

    Raises:
        AccountWaitsError: it has.
    """
    if await fetch_hiding(database, guardian_id) is not None:
        raise AccountWaitsError


def pupils_with_other_barred(
    connection: Connection, pupil_ids: list[str], *, guardian_id: str, now: datetime
) -> set[str]:
    """Those of the pupils of whom a decision bars somebody else than this guardian."""
    return {
        pupil_id
        for pupil_id, ties in ties_of_pupils(connection, pupil_ids).items()
        for row in ties
        if row.guardian.guardian_id != guardian_id and row.tie.barred_at is not None and row.tie.barred_at <= now
    }
