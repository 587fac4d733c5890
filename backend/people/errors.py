"""What can go wrong about people."""

from backend.errors import BackendError, NotFoundError


class CardNotFoundError(NotFoundError):
    """No such card for this reader. A card of somebody else's child is answered exactly like one that never was."""

    code = "card_not_found"


class ChildNotFoundError(NotFoundError):
    """No such pupil for this reader; somebody else's child is answered exactly like one that never was."""

    code = "child_not_found"


class GuardianNotFoundError(NotFoundError):
    """No such guardian, or none of this pupil."""

    code = "guardian_not_found"


class OwnAccountRefusedError(BackendError):
    """This pupil cannot have an account of their own, as the register stands."""

    code = "own_account_refused"


class GuardianshipRefusedError(BackendError):
    """A guardian is barred by a decision, and none was named as it is kept."""

    code = "guardianship_refused"


class RosterRefusedError(BackendError):
    """An entry of a roster cannot be a pupil or guardian; ``details`` has the row (from 1) and the field."""

    code = "roster_refused"
