"""Forget what ended links need no longer; end links whose makers may no longer read.

A link of somebody who may not read the pupil's cards opens nothing from that moment on, since every opening asks. Here
it is also ended for good: a guardianship that begins again later does not bring an old link back to life.
"""

from datetime import datetime, timedelta
from typing import Final

from backend.database import Database
from backend.people.rules import MAJORITY_YEARS, may_read_card, vietnam_day
from backend.people.store import guardianships_of_guardian
from backend.sharing import store

SECRET_DAYS: Final = 30
"""For so long whoever holds the link is told why it opens no more; then it is answered like one that never was."""


def clean_up_sharing(database: Database, *, now: datetime) -> int:
    """Answers how many rows changed or went. The rows of links and looks stay."""
    with database.read() as connection:
        lapsed = []
        almost_of_age = vietnam_day(now) - timedelta(days=365 * MAJORITY_YEARS)
        for guardian_id, pupil_id in store.read_makers_to_judge(connection, born_until=almost_of_age, now=now):
            ties = guardianships_of_guardian(connection, guardian_id)
            born = next((pupil.date_of_birth for _, pupil in ties if pupil.pupil_id == pupil_id), None)
            of_pupil = [tie for tie, pupil in ties if pupil.pupil_id == pupil_id]
            if born is None or not may_read_card(of_pupil, pupil_date_of_birth=born, now=now):
                lapsed.append((guardian_id, pupil_id))
    with database.write() as connection:
        ended = sum(
            store.end_shares(connection, guardian_id=guardian_id, pupil_id=pupil_id, now=now)
            for guardian_id, pupil_id in lapsed
        )
        forgotten = store.forget_secrets(connection, ended_before=now - timedelta(days=SECRET_DAYS))
        return ended + forgotten + store.delete_ended_views(connection, now=now)
