"""What routes tell the history of a pupil's cards; each before its answer is built."""

from typing import Final

from backend.access.session import Parent
from backend.archive.prepared.card import PreparedCard
from backend.database import Connection
from backend.desk.rules import HeldRole
from backend.desk.store import find_school_name
from backend.http.any_request import AnyRequest
from backend.http.authorise import StaffMember
from backend.people.matching.store import pupils_by_place
from backend.sharing.history.look import Look, LookedAt, Looker

LOOK: Final = "look"
"""Key in a route's ``opt``: a route that hands out a card names what of it is seen."""


def looked_at(request: AnyRequest) -> LookedAt:
    """What this route shows of a card. A route that does not say fails with every request, so none is forgotten."""
    return LookedAt(request.route_handler.opt[LOOK])


def look_by_guardian(parent: Parent, *, pupil_id: str, record_id: str, what: LookedAt) -> Look:
    """A guardian reads a card of their pupil."""
    return Look(
        pupil_id=pupil_id,
        record_id=record_id,
        what=what,
        looker=Looker.GUARDIAN,
        looker_id=parent.guardian_id,
        name=parent.name,
    )


def looks_by_staff(
    connection: Connection, staff: StaffMember, held: HeldRole, card: PreparedCard, *, what: LookedAt
) -> list[Look]:
    """A member of staff reads a card that is to come; none while the register does not know the pupil."""
    return [
        Look(
            pupil_id=pupil_id,
            record_id=card.record_id,
            what=what,
            looker=Looker.STAFF,
            looker_id=staff.person_id,
            name=staff.name,
            organisation=find_school_name(connection, card.school_code),
            role=held.role.value,
        )
        for pupil_id in _pupil_ids(connection, card)
    ]


def looks_by_system(connection: Connection, card: PreparedCard, *, what: LookedAt) -> list[Look]:
    """The system of a card's own school fetches it; none while the register does not know the pupil."""
    return [
        Look(
            pupil_id=pupil_id,
            record_id=card.record_id,
            what=what,
            looker=Looker.SCHOOL_SYSTEM,
            looker_id=card.school_code,
            organisation=find_school_name(connection, card.school_code),
        )
        for pupil_id in _pupil_ids(connection, card)
    ]


def _pupil_ids(connection: Connection, card: PreparedCard) -> list[str]:
    place = (card.school_code, card.pupil_code)
    return [pupil.pupil_id for pupil in pupils_by_place(connection, [place]).values()]
