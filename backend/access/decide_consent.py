"""A pupil of age lets a parent read on, or no longer, and both are told: who does it on a borrowed phone is seen."""

from datetime import datetime

from sqlalchemy import Connection

from backend.access.notices.store import NoticeKind, add_notices
from backend.people.majority.consent import set_consent
from backend.people.majority.store import find_pupil
from backend.people.store import find_guardian


def decide_consent(
    connection: Connection, *, reader_id: str, pupil_id: str, guardian_id: str, granted: bool, now: datetime
) -> None:
    """As ``people.majority.consent.set_consent``, whose errors it raises; a change that is none tells nobody."""
    is_new = set_consent(
        connection, reader_id=reader_id, pupil_id=pupil_id, guardian_id=guardian_id, granted=granted, now=now
    )
    guardian = find_guardian(connection, guardian_id)
    if not is_new or guardian is None:
        return
    pupil = find_pupil(connection, pupil_id)
    to_guardian = NoticeKind.CONSENT_GIVEN if granted else NoticeKind.CONSENT_ENDED
    to_pupil = NoticeKind.OWN_CONSENT_GIVEN if granted else NoticeKind.OWN_CONSENT_ENDED
    add_notices(connection, [guardian_id], to_guardian, name=pupil.name, now=now)
    add_notices(connection, [reader_id], to_pupil, name=guardian.name, now=now)
