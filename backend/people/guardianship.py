"""End or bar a guardianship. Both take effect at the next request of that guardian; the history stays."""

from datetime import date, datetime

from backend.database import Database
from backend.people import store
from backend.people.errors import GuardianNotFoundError


def end_guardianship(database: Database, *, pupil_id: str, guardian_id: str, last_day: date) -> None:
    """Set the last day (in Vietnam) on which a guardian acts for a pupil; an earlier end stays.

    Raises:
        GuardianNotFoundError: the two were never tied.
    """
    with database.write() as connection:
        ties = _ties_between(store.ties_of_pupils(connection, [pupil_id]).get(pupil_id, []), guardian_id)
        store.end_ties(connection, ties, valid_until=last_day)


def bar_guardian(
    database: Database, *, pupil_id: str, guardian_id: str, reason: str, decision_reference: str, now: datetime
) -> None:
    """Forbid a guardian everything about a pupil, at once, by a court's or an authority's decision.

    Args:
        database: where people are kept.
        pupil_id: whom the decision protects.
        guardian_id: who may no longer see anything.
        reason: stable code, such as "court_order".
        decision_reference: number and date of the decision.
        now: since when.

    Raises:
        GuardianNotFoundError: the two were never tied.
    """
    with database.write() as connection:
        barred = store.bar_ties(
            connection,
            pupil_id=pupil_id,
            guardian_id=guardian_id,
            reason=reason,
            decision_reference=decision_reference,
            now=now,
        )
        if not barred:
            raise GuardianNotFoundError


def _ties_between(ties: list[store.TieRow], guardian_id: str) -> list[str]:
    found = [row.guardianship_id for row in ties if row.guardian.guardian_id == guardian_id]
    if not found:
        raise GuardianNotFoundError
    return found
