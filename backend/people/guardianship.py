"""End or bar a guardianship. Both take effect at the next request of that guardian; the history stays."""

from datetime import date, datetime
from typing import Final

from backend.database import Database
from backend.people import store
from backend.people.errors import GuardianNotFoundError, GuardianshipRefusedError
from backend.people.rules import is_perhaps_one_person

MAX_REASON_CHARACTERS: Final = 60
MAX_REFERENCE_CHARACTERS: Final = 100
"""What the register has room for."""


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

    The register may hold the same person twice, once without a personal code: whoever may be that person is barred too,
    but never the pupil, who may bear a parent's name.

    Args:
        database: where people are kept.
        pupil_id: whom the decision protects.
        guardian_id: who may no longer see anything.
        reason: stable code, such as "court_order".
        decision_reference: number and date of the decision.
        now: since when.

    Raises:
        GuardianNotFoundError: the two were never tied.
        GuardianshipRefusedError: ``bar_needs_decision``, ``bar_text_long``.
    """
    _verify_decision(reason, decision_reference)
    with database.write() as connection:
        ties = [row for row in store.ties_of_pupils(connection, [pupil_id]).get(pupil_id, []) if not row.is_own]
        meant = next((row.guardian for row in ties if row.guardian.guardian_id == guardian_id), None)
        if meant is None:
            raise GuardianNotFoundError
        for other in {row.guardian.guardian_id: row.guardian for row in ties}.values():
            if is_perhaps_one_person(meant.name, meant.personal_code, other.name, other.personal_code):
                store.bar_ties(
                    connection,
                    pupil_id=pupil_id,
                    guardian_id=other.guardian_id,
                    reason=reason.strip(),
                    decision_reference=decision_reference.strip(),
                    now=now,
                )


def _verify_decision(reason: str, decision_reference: str) -> None:
    if not reason.strip() or not decision_reference.strip():
        raise GuardianshipRefusedError("bar_needs_decision")
    if len(reason) > MAX_REASON_CHARACTERS or len(decision_reference) > MAX_REFERENCE_CHARACTERS:
        raise GuardianshipRefusedError("bar_text_long", reason=MAX_REASON_CHARACTERS, decision=MAX_REFERENCE_CHARACTERS)


def _ties_between(ties: list[store.TieRow], guardian_id: str) -> list[str]:
    found = [row.guardianship_id for row in ties if row.guardian.guardian_id == guardian_id]
    if not found:
        raise GuardianNotFoundError
    return found
