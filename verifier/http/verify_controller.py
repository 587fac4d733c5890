"""The public check: a card in, a verdict out; or many in a zip. Nothing is kept and nothing about a card is logged."""

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Stream

from verifier.check_batch import BatchLine, check_batch
from verifier.check_service import CheckService
from verifier.http.admission import RETRY_AFTER_SECONDS, Admission, AdmissionInjected, BatchPlace, sender_of
from verifier.http.operations import (
    BATCH_SPEC,
    NDJSON_MEDIA_TYPE,
    VERDICT_SPEC,
    VerifyBatchOperation,
    VerifyOperation,
)
from verifier.http.problems import ProblemError, problem_response, problem_spec
from verifier.http.read_input import MAX_FORM_OVERHEAD_BYTES, read_archive, read_input
from verifier.rate_limit import Allowance
from verifier.unpack_zip import MAX_ARCHIVE_BYTES
from verifier.verdict import Verdict
from verifier.verify import MAX_INPUT_BYTES
from verifier.worker import TooBusyError

CheckServiceInjected = NamedDependency[CheckService]


def provide_check_service(state: State) -> CheckService:
    """Dependency ``check_service``, which the application keeps in its state."""
    service: CheckService = state.check_service
    return service


class VerifyController(Controller):
    """The public check. Whoever mounts it gives the dependencies ``check_service`` and ``admission``."""

    path = "/api/verify"
    tags = ("public",)

    @post(
        status_code=200,
        operation_id="verify_card",
        summary="What a card is worth: PDF, XML, photo of its QR, or the QR's text",
        request_max_body_size=MAX_INPUT_BYTES + 2 * MAX_FORM_OVERHEAD_BYTES,  # read_input refuses earlier, in our words
        operation_class=VerifyOperation,
        responses={
            200: VERDICT_SPEC,
            400: problem_spec("Nothing to check, or not in one of the three forms."),
            408: problem_spec("The upload took too long."),
            413: problem_spec("More than 20 MB."),
            429: problem_spec("Too many checks from this address; see Retry-After and RateLimit."),
            503: problem_spec("Too many checks under way; see Retry-After."),
        },
    )
    async def verify(
        self,
        request: Request[Any, Any, Any],
        check_service: CheckServiceInjected,
        admission: AdmissionInjected,
        *,
        deep: FromQuery[bool] = False,
    ) -> Response[Verdict] | Response[bytes]:
        """Answer with the verdict; an unreadable or forged card is an answer, not an error.

        With ``deep=1`` the text on a PDF's pages is compared with its signed data as well.
        """
        sender = sender_of(request)
        allowance = admission.count_single(sender)
        try:
            _refuse_excess(allowance)
            with admission.receiving(sender) as take:
                data = await read_input(request, take)
                verdict = await check_service.check_soon(data, deep=deep, sender=sender)
        except ProblemError as error:
            return _refusal(error, allowance, admission)
        except TooBusyError as error:
            busy = ProblemError(error.reason, status=503, retry_after_seconds=RETRY_AFTER_SECONDS)
            return _refusal(busy, allowance, admission)
        return Response(verdict, headers={"Cache-Control": "no-store", **allowance.headers()})

    @post(
        "/batch",
        status_code=200,
        operation_id="verify_batch",
        summary="What each card of a zip is worth, a line of JSON each, as they are checked",
        request_max_body_size=MAX_ARCHIVE_BYTES + MAX_FORM_OVERHEAD_BYTES,  # as above
        operation_class=VerifyBatchOperation,
        responses={
            200: BATCH_SPEC,
            400: problem_spec("A parameter of the address is malformed."),
            408: problem_spec("The upload took too long."),
            413: problem_spec("More than 100 MB."),
            422: problem_spec("No zip, or one that holds too much."),
            429: problem_spec("Too many batches from this address; see Retry-After and RateLimit."),
            503: problem_spec("A batch of this address is under way, or too many others are; see Retry-After."),
        },
    )
    async def verify_batch(
        self,
        request: Request[Any, Any, Any],
        check_service: CheckServiceInjected,
        admission: AdmissionInjected,
        *,
        deep: FromQuery[bool] = False,
    ) -> Stream | Response[bytes]:
        """Answer with NDJSON; a member that cannot be read is a line, not an error. Closing the connection ends it."""
        sender = sender_of(request)
        allowance = admission.count_batch(sender)
        try:
            _refuse_excess(allowance)
            place = admission.enter_batch(sender)
            try:
                with admission.receiving(sender) as take:
                    archive = await read_archive(request, take)
            except BaseException:
                place.leave()
                raise
        except ProblemError as error:
            return _refusal(error, allowance, admission)
        lines = _lines(check_batch(check_service, archive, sender=sender, deep=deep), place)
        return Stream(lines, media_type=NDJSON_MEDIA_TYPE, headers={"Cache-Control": "no-store", **allowance.headers()})


async def _lines(verdicts: AsyncGenerator[BatchLine], place: BatchPlace) -> AsyncGenerator[bytes]:
    try:
        async for verdict in verdicts:
            yield verdict.encode()
    finally:
        await verdicts.aclose()
        place.leave()


def _refuse_excess(allowance: Allowance) -> None:
    if not allowance.allowed:
        raise ProblemError("too_many_checks", status=429)


def _refusal(error: ProblemError, allowance: Allowance, admission: Admission) -> Response[bytes]:
    admission.observe_refusal(error.code)
    error.headers |= allowance.headers()
    return problem_response(error)
