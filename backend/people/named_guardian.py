"""Find a guardian as a school names them: by the pupil's place and the guardian's name."""

from sqlalchemy import Connection

from backend.people import store
from backend.people.errors import GuardianNotFoundError
from backend.people.identity import PupilNotFoundError
from backend.people.matching.store import Place, pupils_by_place
from backend.people.roster import normal_name


def named_guardian(connection: Connection, place: Place, name: str) -> tuple[str, str]:
    """Ids of the pupil at ``place`` and of the guardian of theirs who bears this name.

    Raises:
        PupilNotFoundError: the school knows nobody under this code.
        GuardianNotFoundError: no guardian of this name, or two: which one is meant must not be guessed.
    """
    pupil = pupils_by_place(connection, [place]).get(place)
    if pupil is None:
        raise PupilNotFoundError
    wanted = normal_name(name).casefold()
    ties = store.ties_of_pupils(connection, [pupil.pupil_id]).get(pupil.pupil_id, [])
    # The pupil may bear a parent's name, and is not meant.
    meant = {row.guardian.guardian_id for row in ties if not row.is_own and row.guardian.name.casefold() == wanted}
    if len(meant) != 1:
        raise GuardianNotFoundError
    return pupil.pupil_id, meant.pop()
