"""How the desk refuses. The code is all that the outside learns."""

from backend.errors import BackendError, NotFoundError


class StaffForbiddenError(BackendError):
    """This member of staff may not do that, whatever it concerns."""

    code = "staff_may_not"


class StaffPersonNotFoundError(NotFoundError):
    """No such person, or not one of this member of staff's school; not told apart."""

    code = "staff_person_not_found"


class StaffRefusedError(BackendError):
    """What is asked for cannot be, as things stand."""

    code = "staff_refused"
