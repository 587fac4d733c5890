"""Batches from schools' systems."""

from datetime import datetime

from litestar import Controller, post
from litestar.concurrency import sync_to_thread
from litestar.params import RawBody

from backend.http.authorise import SCHOOL_SYSTEM, WHOSE_SYSTEM, SchoolCodeInjected
from backend.http.problems import problems
from backend.http.services import NowInjected, Services, ServicesInjected
from backend.intake.answer import BatchAnswer, answer_of
from backend.intake.receive_batch import receive_batch
from backend.intake.unpack_transaction import MAX_WIRE_BYTES


class IntakeController(Controller):
    """Takes the ministry's transaction or the plain XML list, as ``hocba intake`` does."""

    path = "/api/intake"
    tags = ("intake",)
    opt = SCHOOL_SYSTEM
    dependencies = WHOSE_SYSTEM
    request_max_body_size = MAX_WIRE_BYTES

    @post(
        status_code=200,
        operation_id="send_batch",
        summary="Send a batch of cards; each is accepted or refused on its own, a resend changes nothing",
        security=[{"school_system": []}],
        responses=problems(401, 413, 422, 429, 503),
    )
    async def send_batch(
        self,
        body: RawBody,
        school_code: SchoolCodeInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> BatchAnswer:
        return await sync_to_thread(_receive, body, services, school_code, now)


def _receive(body: bytes, services: Services, school_code: str, now: datetime) -> BatchAnswer:
    city = services.city
    batch = receive_batch(
        body,
        database=city.database,
        objects=city.objects,
        lists=services.lists.opened(now),
        token_school=school_code,
        public_url=services.public_url,
        now=now,
    )
    return answer_of(batch)
