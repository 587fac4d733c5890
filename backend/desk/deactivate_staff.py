"""Leaving ends it: a person's roles, passkeys, sessions, codes and running authorisations end in one transaction.

Whatever of theirs is being signed at that moment stops before the next card (``batches.sign_batch`` asks each time).
"""

from datetime import datetime

from backend.access.context import Access
from backend.desk import store
from backend.desk.batches.store import end_batches_of
from backend.desk.errors import StaffForbiddenError, StaffRefusedError
from backend.desk.invite_staff import find_in_reach
from backend.desk.person import StaffEventKind
from backend.desk.rules import Actor


def deactivate_staff(access: Access, *, actor: Actor, person_id: str, reason: str, now: datetime) -> None:
    """End everything that the person may do; a second time changes nothing.

    Raises:
        StaffPersonNotFoundError: no such person, or not the actor's to deactivate.
        StaffForbiddenError: ``staff_not_oneself``.
        StaffRefusedError: ``staff_reason_missing``.
    """
    if not reason.strip():
        raise StaffRefusedError("staff_reason_missing")
    if actor.label == person_id:
        raise StaffForbiddenError("staff_not_oneself")
    with access.database.write() as connection:
        find_in_reach(connection, actor, person_id, now)
        if not store.mark_person(connection, person_id, deactivated_at=now):
            return
        store.end_roles(connection, person_id=person_id, ended_by=actor.label, now=now)
        store.end_access(connection, person_id, now=now)
        end_batches_of(connection, person_id, reason="authorisation_of_former_staff", now=now)
        store.add_event(
            connection, person_id, StaffEventKind.DEACTIVATED, by=actor.label, reason=reason.strip(), now=now
        )


def reactivate_staff(access: Access, *, actor: Actor, person_id: str, reason: str, now: datetime) -> None:
    """Let a person be invited again. They come back without any role or passkey.

    Raises:
        StaffPersonNotFoundError: no such person, or not the actor's.
        StaffRefusedError: ``staff_reason_missing``.
    """
    if not reason.strip():
        raise StaffRefusedError("staff_reason_missing")
    with access.database.write() as connection:
        find_in_reach(connection, actor, person_id, now)
        if store.mark_person(connection, person_id, deactivated_at=None):
            store.add_event(
                connection, person_id, StaffEventKind.REACTIVATED, by=actor.label, reason=reason.strip(), now=now
            )
