"""Errors as RFC 9457 problem details: a stable code for programs, sentences in both languages for people."""

from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Struct

from verifier.messages import LANGUAGES, sentence

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"

_CODES = {404: "not_found", 405: "method_not_allowed", 413: "input_too_large"}
_SERVER_ERROR = 500


class Problem(Struct, frozen=True):
    """An error as it goes over the wire."""

    type: str
    title: str
    """In Vietnamese; ``detail`` has both languages."""
    status: int
    code: str
    """Stable; what programs decide by."""
    detail: dict[str, str]
    """The sentence by language."""


class ProblemError(Exception):
    """A request that is answered with a problem."""

    def __init__(self, code: str, *, status: int, retry_after_seconds: int | None = None) -> None:
        self.code = code
        self.status = status
        self.headers = {} if retry_after_seconds is None else {"Retry-After": str(retry_after_seconds)}
        super().__init__(code)


def problem_response(error: ProblemError) -> Response[bytes]:
    """The answer to a refused request."""
    problem = Problem(
        type=f"urn:hocba:problem:{error.code}",
        title=sentence(error.code, "vi"),
        status=error.status,
        code=error.code,
        detail={language: sentence(error.code, language) for language in LANGUAGES},
    )
    headers = {"Content-Language": "vi, en", "Cache-Control": "no-store", **error.headers}
    return Response(
        msgspec.json.encode(problem), status_code=error.status, media_type=PROBLEM_MEDIA_TYPE, headers=headers
    )


def answer_problem(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Exception handler: whatever a route lets out, without a word of what it says inside."""
    if isinstance(error, ProblemError):
        return problem_response(error)
    if isinstance(error, HTTPException) and error.status_code < _SERVER_ERROR:
        code = _CODES.get(error.status_code, "request_refused")
        return problem_response(ProblemError(code, status=error.status_code))
    return problem_response(ProblemError("unexpected_error", status=_SERVER_ERROR))


def problem_spec(description: str) -> ResponseSpec:
    """A documented problem answer of a route."""
    return ResponseSpec(Problem, description=description, media_type=PROBLEM_MEDIA_TYPE, generate_examples=False)
