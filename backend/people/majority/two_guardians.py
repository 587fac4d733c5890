"""Whether two guardians of the register can be one person, where one is a pupil with an account of their own."""

from sqlalchemy import Connection

from backend.people import store
from backend.people.rules import OWN_RELATION


def are_pupil_and_other(connection: Connection, one: store.Guardian, other: store.Guardian) -> bool:
    """Whether one of them is a pupil, and the other bears another name or is that pupil's parent: two people."""
    return _is_pupil_beside(connection, one, other) or _is_pupil_beside(connection, other, one)


def _is_pupil_beside(connection: Connection, one: store.Guardian, other: store.Guardian) -> bool:
    own = {
        pupil.pupil_id
        for tie, pupil in store.guardianships_of_guardian(connection, one.guardian_id)
        if tie.relation == OWN_RELATION
    }
    if not own:
        return False
    of_other = store.guardianships_of_guardian(connection, other.guardian_id)
    parent = any(tie.relation != OWN_RELATION and pupil.pupil_id in own for tie, pupil in of_other)
    return parent or one.name.casefold() != other.name.casefold()
