"""A guardian finds that somebody should not have looked, and tells the school."""

from datetime import datetime
from typing import Final

from backend.database import Database
from backend.people.errors import ChildNotFoundError
from backend.people.readable import find_readable_child
from backend.sharing.errors import LookNotFoundError, LookReportedError, LookReportRefusedError
from backend.sharing.history import store
from backend.typed_text import lines

MAX_REPORT_CHARACTERS: Final = 1000


def report_look(database: Database, *, guardian_id: str, look_id: str, text: str, now: datetime) -> None:
    """Keep the report for the school where the pupil is today.

    Raises:
        LookNotFoundError: no such look at a pupil whose cards this guardian may read.
        LookReportedError: reported before.
        LookReportRefusedError: it says nothing.
    """
    said = lines(text)[:MAX_REPORT_CHARACTERS]
    if not said:
        raise LookReportRefusedError
    with database.write() as connection:
        look = store.find_look(connection, look_id)
        if look is None:
            raise LookNotFoundError
        try:
            find_readable_child(connection, guardian_id=guardian_id, pupil_id=look.pupil_id, now=now)
        except ChildNotFoundError as error:  # not told apart from a look that never was
            raise LookNotFoundError from error
        if not store.insert_report(connection, look_id=look_id, guardian_id=guardian_id, text=said, now=now):
            raise LookReportedError
