"""How sharing refuses. The code is all that the outside learns."""

from backend.errors import BackendError, NotFoundError


class ShareNotFoundError(NotFoundError):
    """No share with this secret or id, or not of this guardian; not told apart."""

    code = "share_not_found"


class ShareRefusedError(BackendError):
    """A share as it is wished for is not made."""

    code = "share_refused"


class ShareOverError(BackendError):
    """Whoever holds the right secret of a share that opens no more; told only to them, with the reason."""

    code = "share_ended"


class PasscodeRefusedError(BackendError):
    """The passcode is missing or wrong."""

    code = "share_passcode_needed"


class ShareViewEndedError(BackendError):
    """This browser has opened no share, or too long ago; open the link again."""

    code = "share_view_ended"


class LookNotFoundError(NotFoundError):
    """No such look at a pupil whose history this guardian may read."""

    code = "look_not_found"


class LookReportedError(BackendError):
    """This guardian has reported this look already."""

    code = "look_already_reported"


class LookReportRefusedError(BackendError):
    """A report that says nothing."""

    code = "look_report_empty"
