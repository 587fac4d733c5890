"""Errors as RFC 9457 problem details: a stable code for programs, sentences in both languages for people.

What an error says to the outside is its code, its sentence and its own details. Texts of exceptions, values of
requests and stack traces stay inside.
"""

import logging
import traceback
from typing import Final

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException, InternalServerException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Struct

from backend.access.errors import (
    AccessRefusedError,
    AccountRefusedError,
    AccountWaitsError,
    AuthenticationRejectedError,
    CeremonyEndedError,
    EnrolmentRefusedError,
    GuardianMayNotEnrolError,
    PersonalCodeMalformedError,
    RegistrationRejectedError,
    StepUpRequiredError,
    TooManyAttemptsError,
)
from backend.archive.decision_document import DecisionRefusedError
from backend.archive.keep_card import CardInForceError
from backend.archive.objects import ObjectStoreError
from backend.archive.prepared.prepare_card import PreparationRefusedError
from backend.archive.publish_lists import DemoTrustListError, TrustListMissingError
from backend.archive.recall_card import RecallRefusedError
from backend.archive.rules import IllegalTransitionError
from backend.archive.withdraw_card import WithdrawalRefusedError
from backend.certificates.errors import CertificateRefusedError
from backend.database.errors import DatabaseUnavailableError, ValueRefusedError
from backend.desk.batches.errors import AuthorisationRefusedError, SigningRefusedError
from backend.desk.errors import StaffForbiddenError, StaffRefusedError
from backend.errors import AlreadyRunningError, BackendError, NotFoundError
from backend.http.any_request import AnyRequest
from backend.http.errors import AudienceMissingError, OriginRefusedError, ShellMissingError
from backend.intake.errors import BatchRefusedError, BatchTooLargeError, TokenRefusedError
from backend.issuing.jobs.rules import IllegalJobStepError
from backend.messages import Sentence, sentence
from backend.rights.errors import ExportTooLargeError, RequestEndedError, RequestRefusedError, TooManyRequestsError
from backend.sharing.errors import (
    LookReportedError,
    LookReportRefusedError,
    PasscodeRefusedError,
    ShareOverError,
    ShareRefusedError,
    ShareViewEndedError,
)
from verifier.errors import LimitExceededError, ListError, MalformedInputError, VerifierError

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
_LOG = logging.getLogger("hocba.http")

_STATUS: dict[type[Exception], int] = {
    ValueRefusedError: 400,
    AccessRefusedError: 401,
    TokenRefusedError: 401,
    ShareViewEndedError: 401,
    OriginRefusedError: 403,
    CertificateRefusedError: 422,
    StaffForbiddenError: 403,
    AccountWaitsError: 403,
    StepUpRequiredError: 403,
    AudienceMissingError: 404,
    NotFoundError: 404,
    AlreadyRunningError: 409,
    CardInForceError: 409,
    CeremonyEndedError: 409,
    IllegalJobStepError: 409,
    IllegalTransitionError: 409,
    RecallRefusedError: 409,
    GuardianMayNotEnrolError: 409,
    AccountRefusedError: 409,
    EnrolmentRefusedError: 409,
    RequestEndedError: 409,
    SigningRefusedError: 409,
    TooManyRequestsError: 409,
    StaffRefusedError: 409,
    LookReportedError: 409,
    ShareOverError: 410,
    BatchTooLargeError: 413,
    ExportTooLargeError: 413,
    LimitExceededError: 413,
    AuthenticationRejectedError: 422,
    AuthorisationRefusedError: 422,
    BatchRefusedError: 422,
    DecisionRefusedError: 422,
    MalformedInputError: 422,
    RegistrationRejectedError: 422,
    WithdrawalRefusedError: 422,
    LookReportRefusedError: 422,
    PasscodeRefusedError: 422,
    ShareRefusedError: 422,
    PersonalCodeMalformedError: 422,
    PreparationRefusedError: 422,
    RequestRefusedError: 422,
    TooManyAttemptsError: 429,
    ListError: 503,
    DatabaseUnavailableError: 503,
    ObjectStoreError: 503,
    ShellMissingError: 503,
    TrustListMissingError: 503,
    DemoTrustListError: 503,
}
"""The nearest class of an error decides; one without an entry is our own fault: 500."""

_HTTP_CODES = {
    400: "request_malformed",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "media_type_unsupported",
}

_CHALLENGES = {TokenRefusedError: "Bearer", AccessRefusedError: "Passkey", ShareViewEndedError: "Link"}
"""RFC 9110, 15.5.2: a 401 names the way in. Browsers know no scheme "Passkey" or "Link" and so show no window."""


class ProblemDetails(Struct, frozen=True):
    """An error as it goes over the wire."""

    type: str
    title: str
    """In Vietnamese; ``detail`` has both languages."""
    status: int
    code: str
    """Stable; what programs decide by."""
    detail: Sentence
    details: dict[str, str | int] = {}
    """Figures and names that the sentence speaks of."""


PROBLEM_RESPONSES: Final = {
    400: "The request is malformed.",
    401: "Not logged in, or what was claimed is not right.",
    403: "From another site, or it wants a fresh passkey, the school's confirmation, or another member of staff.",
    404: "Nothing here for this reader.",
    408: "The upload took too long.",
    409: "Not as things stand; a ceremony begins again.",
    410: "It was here, and is over.",
    413: "Too large.",
    422: "Readable, but refused.",
    429: "Too many attempts; see Retry-After.",
    503: "Something that the service needs does not answer.",
}


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """Documented problem answers of a route."""
    return {
        status: ResponseSpec(
            ProblemDetails,
            description=PROBLEM_RESPONSES[status],
            media_type=PROBLEM_MEDIA_TYPE,
            generate_examples=False,
        )
        for status in statuses
    }


NO_CONTENT: Final = {204: ResponseSpec(None, description="Done; there is nothing to say.")}
"""For routes that set a cookie and say nothing: the framework would document a JSON body for them."""


def answer_problem(request: AnyRequest, error: Exception) -> Response[bytes]:
    """The answer to any exception that a handler or guard let out."""
    match error:
        case BackendError() | VerifierError():
            code, details, status = error.reason, error.details, _status_of(error)
        case InternalServerException() if _comes_from(error, "litestar.connection.request"):
            status, code, details = 400, "upload_broken_off", {}
        case HTTPException():
            status = error.status_code
            code, details = _HTTP_CODES.get(status, "request_refused"), {}
            if isinstance(error, ValidationException):
                status = 400
        case RecursionError() if _comes_from(error, "litestar.serialization"):  # brackets in brackets in brackets
            status, code, details = 400, _HTTP_CODES[400], {}
        case _:
            status, code, details = 500, "unexpected_error", {}
    if status >= 500:  # the class of server errors
        _log_fault(request, error)
    return problem_response(code, status=status, details=details, headers=_headers_of(error, status))


def problem_response(
    code: str,
    *,
    status: int,
    details: dict[str, str | int] | None = None,
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    """Problem details with this code."""
    words = sentence(code, details)
    problem = ProblemDetails(
        type=f"urn:hocba:problem:{code}",
        title=words.vi,
        status=status,
        code=code,
        detail=words,
        details=details or {},
    )
    return Response(
        msgspec.json.encode(problem), status_code=status, media_type=PROBLEM_MEDIA_TYPE, headers=headers or {}
    )


def _status_of(error: Exception) -> int:
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)


def _headers_of(error: Exception, status: int) -> dict[str, str]:
    headers = {"Content-Language": "vi, en"}
    if isinstance(error, TooManyAttemptsError):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if status == 401:  # Unauthorized
        scheme = next((name for kind, name in _CHALLENGES.items() if isinstance(error, kind)), "Passkey")
        headers["WWW-Authenticate"] = f'{scheme} realm="hocba"'
    if isinstance(error, HTTPException) and error.headers and "Allow" in error.headers:
        headers["Allow"] = error.headers["Allow"]
    return headers


def _comes_from(error: Exception, module: str) -> bool:
    """Whether the framework failed there, over a body: that is its sender's fault and not ours."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return bool(frames) and frames[-1][0].f_globals.get("__name__", "").startswith(module)


def _log_fault(request: AnyRequest, error: Exception) -> None:
    # Frames without the exception's own text: database errors quote the values of a statement.
    frames = "".join(traceback.format_tb(error.__traceback__))
    _LOG.error("%s in %s\n%s", type(error).__qualname__, request.scope.get("path_template", "?"), frames)
