"""Forget what ended links need no longer; end links whose makers may no longer read.

A link of somebody who may not read the pupil's cards opens nothing from that moment on, since every opening asks. Here
it is also ended for good: a guardianship that begins again later does not bring an old link back to life. While an
enrolment of theirs waits for the school, their links rest: it is not known yet who holds the passkey.
"""

from datetime import datetime, timedelta
from typing import Final

from backend.database import Database
from backend.people.readable import guarded_pupils
from backend.people.rules import MAJORITY_YEARS
from backend.sharing import store
from verifier.vietnam_time import vietnam_day

SECRET_DAYS: Final = 30
"""For so long whoever holds the link is told why it opens no more; then it is answered like one that never was."""


def clean_up_sharing(database: Database, *, now: datetime) -> int:
    """Answers how many rows changed or went. The rows of links and looks stay."""
    with database.read() as connection:
        almost_of_age = vietnam_day(now) - timedelta(days=365 * MAJORITY_YEARS)
        lapsed = [
            (guardian_id, pupil_id)
            for guardian_id, pupil_id in store.read_makers_to_judge(connection, born_until=almost_of_age, now=now)
            if pupil_id
            not in {pupil.pupil_id for pupil in guarded_pupils(connection, guardian_id=guardian_id, now=now)}
        ]
    with database.write() as connection:
        ended = sum(
            store.end_shares(connection, guardian_id=guardian_id, pupil_id=pupil_id, now=now)
            for guardian_id, pupil_id in lapsed
        )
        forgotten = store.forget_secrets(connection, ended_before=now - timedelta(days=SECRET_DAYS))
        return ended + forgotten + store.delete_ended_views(connection, now=now)
