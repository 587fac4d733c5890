"""A parent's own account."""

from litestar import Controller, Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from backend.access.session import Parent
from backend.http.authorise import PARENT, provide_parent
from backend.http.ceremonies import MAX_CEREMONY_BYTES, AnyRequest, answer_step_up_begin, answer_step_up_finish
from backend.http.problems import problems
from backend.http.services import NowInjected, ServicesInjected
from backend.http.wire import CeremonyOptions, SteppedUp, StepUpFinish

ParentInjected = NamedDependency[Parent]


class AccountController(Controller):
    """Nothing here names a pupil or a card: it is all the reader's own."""

    path = "/api/account"
    tags = ("account",)
    opt = PARENT
    request_max_body_size = MAX_CEREMONY_BYTES
    dependencies = {  # noqa: RUF012  # Litestar reads it once
        "parent": Provide(provide_parent, sync_to_thread=False)
    }

    @post(
        "/step-up/begin",
        status_code=200,
        sync_to_thread=True,
        operation_id="begin_step_up",
        summary="Get options to show a passkey of this account again",
        security=[{"session": []}],
        responses=problems(401, 403, 429),
    )
    def begin_step_up(
        self, request: AnyRequest, parent: ParentInjected, services: ServicesInjected, now: NowInjected
    ) -> Response[CeremonyOptions]:
        return answer_step_up_begin(request, parent.session, services.access, now)

    @post(
        "/step-up/finish",
        status_code=200,
        sync_to_thread=True,
        operation_id="finish_step_up",
        summary="Hand in the passkey's answer; for five minutes the account may be changed and cards shared",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 409, 413, 422),
    )
    def finish_step_up(
        self,
        request: AnyRequest,
        data: JSONBody[StepUpFinish],
        parent: ParentInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> Response[SteppedUp]:
        return answer_step_up_finish(request, data, parent.session, services.access, now)
