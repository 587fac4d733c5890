"""``POST /api/verify``: a card in, a verdict out. Nothing is kept and nothing about the card is logged."""

from typing import Any

from litestar import Controller, Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromQuery

from verifier.check_service import CheckService
from verifier.http.problems import ProblemError, problem_response, problem_spec
from verifier.http.read_input import MAX_FORM_OVERHEAD_BYTES, read_input
from verifier.verdict import Verdict
from verifier.verify import MAX_INPUT_BYTES
from verifier.worker import TooBusyError

RETRY_AFTER_SECONDS = 3

CheckServiceInjected = NamedDependency[CheckService]


def provide_check_service(state: State) -> CheckService:
    """Dependency ``check_service``, which the application keeps in its state."""
    service: CheckService = state.check_service
    return service


class VerifyController(Controller):
    """The public check. Whoever mounts it gives the dependency ``check_service``."""

    path = "/api/verify"
    tags = ("public",)
    request_max_body_size = MAX_INPUT_BYTES + 2 * MAX_FORM_OVERHEAD_BYTES  # read_input refuses earlier, in our words

    @post(
        status_code=200,
        operation_id="verify_card",
        summary="What a card is worth: PDF, XML, photo of its QR, or the QR's text",
        responses={
            400: problem_spec("Nothing to check, or not in one of the three forms."),
            413: problem_spec("More than 20 MB."),
            503: problem_spec("Too many checks under way; see Retry-After."),
        },
    )
    async def verify(
        self, request: Request[Any, Any, Any], check_service: CheckServiceInjected, *, deep: FromQuery[bool] = False
    ) -> Response[Verdict] | Response[bytes]:
        """Answer with the verdict; an unreadable or forged card is an answer, not an error.

        With ``deep=1`` the text on a PDF's pages is compared with its signed data as well.
        """
        try:
            verdict = await check_service.check_soon(await read_input(request), deep=deep)
        except ProblemError as error:
            return problem_response(error)
        except TooBusyError as error:
            return problem_response(ProblemError(error.reason, status=503, retry_after_seconds=RETRY_AFTER_SECONDS))
        return Response(verdict, headers={"Cache-Control": "no-store"})
