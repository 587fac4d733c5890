"""What can go wrong about requests."""

from backend.errors import BackendError, NotFoundError


class RequestNotFoundError(NotFoundError):
    """No such request, or not for who asks; the two are not told apart."""

    code = "request_not_found"


class RequestRefusedError(BackendError):
    """What was said is not enough for a request, or for an answer to one."""

    code = "rights_request_refused"


class RequestEndedError(BackendError):
    """The request has been answered, refused or withdrawn, or was acknowledged before."""

    code = "request_has_ended"


class ExportTooLargeError(BackendError):
    """There are more cards than one file takes."""

    code = "export_too_large"


class TooManyRequestsError(BackendError):
    """This person has as many open requests as one may have."""

    code = "too_many_open_requests"
