"""A pupil of age lets a parent read on, or no longer: only the pupil, and at once."""

from datetime import datetime
from uuid import uuid4

from msgspec import Struct
from sqlalchemy import Connection

from backend.people import store
from backend.people.errors import ChildNotFoundError, GuardianNotFoundError
from backend.people.majority import store as majority_store
from backend.people.majority.tables import consent_changes
from backend.people.names import vietnamese_sort_key
from backend.people.readable import find_readable_child
from backend.people.rules import is_running


class AskingGuardian(Struct, frozen=True, kw_only=True):
    """A guardian of today, as the pupil of age sees them."""

    guardian_id: str
    name: str
    relation: str
    consented_at: datetime | None
    """Since when the pupil lets them read; None while the pupil does not."""


def guardians_to_decide_on(
    connection: Connection, *, reader_id: str, pupil_id: str, now: datetime
) -> list[AskingGuardian]:
    """Everybody who would read with the pupil's consent: guardians of today, none of them barred.

    Raises:
        ChildNotFoundError: the reader is not this pupil, or is not of age.
    """
    _verify_pupil(connection, reader_id=reader_id, pupil_id=pupil_id, now=now)
    found: dict[str, AskingGuardian] = {}
    for row in _ties_to_decide_on(connection, pupil_id, now):
        known = found.get(row.guardian.guardian_id)
        found[row.guardian.guardian_id] = AskingGuardian(
            guardian_id=row.guardian.guardian_id,
            name=row.guardian.name,
            relation=row.tie.relation,
            consented_at=(known.consented_at if known else None) or row.tie.pupil_consent_at,
        )
    return sorted(found.values(), key=lambda one: vietnamese_sort_key(one.name))


def set_consent(
    connection: Connection, *, reader_id: str, pupil_id: str, guardian_id: str, granted: bool, now: datetime
) -> bool:
    """Let a guardian read on, or no longer; answers whether that was new. Every change is kept.

    Raises:
        ChildNotFoundError: the reader is not this pupil, or is not of age.
        GuardianNotFoundError: nobody whom the pupil decides on: ended, barred or never a guardian.
    """
    _verify_pupil(connection, reader_id=reader_id, pupil_id=pupil_id, now=now)
    ties = [row for row in _ties_to_decide_on(connection, pupil_id, now) if row.guardian.guardian_id == guardian_id]
    if not ties:
        raise GuardianNotFoundError
    changing = [row.guardianship_id for row in ties if (row.tie.pupil_consent_at is not None) is not granted]
    if not changing:
        return False
    majority_store.set_consent(connection, changing, given_at=now if granted else None)
    change = {
        "change_id": str(uuid4()),
        "pupil_id": pupil_id,
        "guardian_id": guardian_id,
        "granted": granted,
        "changed_at": now,
    }
    store.insert_rows(connection, consent_changes, [change])
    return True


def _verify_pupil(connection: Connection, *, reader_id: str, pupil_id: str, now: datetime) -> None:
    if not find_readable_child(connection, guardian_id=reader_id, pupil_id=pupil_id, now=now).own:
        raise ChildNotFoundError


def _ties_to_decide_on(connection: Connection, pupil_id: str, now: datetime) -> list[store.TieRow]:
    ties = store.ties_of_pupils(connection, [pupil_id]).get(pupil_id, [])
    barred = {row.guardian.guardian_id for row in ties if row.tie.barred_at is not None}
    return [
        row
        for row in ties
        if not row.is_own and row.guardian.guardian_id not in barred and is_running(row.tie, now=now)
    ]
