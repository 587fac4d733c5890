"""Taking everything along."""

from litestar import Controller, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from backend.access.attempts import count_attempt
from backend.access.limits import AttemptKind
from backend.http.any_request import AnyRequest
from backend.http.authorise import PARENT_STEPPED_UP, WHILE_WAITING, ParentInjected
from backend.http.looks import look_by_guardian
from backend.http.problems import problems
from backend.http.services import NowInjected, ServicesInjected
from backend.rights.account.export_account import export_files, gather_export
from backend.rights.account.zip_stream import zip_stream
from verifier.http.admission import client_address


class LeavingController(Controller):
    """Wants the passkey shown again: a borrowed phone takes nothing along.

    Open also to who waits for the school: the archive then holds what their enrolment brought (``gather_export``).
    """

    path = "/api/account"
    tags = ("rights",)
    opt = PARENT_STEPPED_UP | WHILE_WAITING

    @get(
        "/export",
        sync_to_thread=True,
        operation_id="export_account",
        summary="Everything about the reader and every card that they may read, as a zip of JSON, XML and PDF",
        security=[{"session": []}],
        responses={
            200: ResponseSpec(bytes, description="A zip archive.", media_type="application/zip"),
            **problems(401, 403, 413, 429, 503),
        },
    )
    def export(
        self, request: AnyRequest, parent: ParentInjected, services: ServicesInjected, now: NowInjected
    ) -> Stream:
        count_attempt(
            services.access,
            AttemptKind.EXPORT,
            claimed_code=parent.guardian_id,
            address=client_address(request),
            now=now,
        )
        with services.city.database.read() as connection:
            export = gather_export(connection, guardian_id=parent.guardian_id, now=now)
        looks = [
            look_by_guardian(parent, pupil_id=file.pupil_id, record_id=file.record_id, what=file.what)
            for file in export.card_files
        ]
        services.looks.note(*looks, now=now)
        return Stream(
            zip_stream(export_files(export, services.city.objects), now=now),
            media_type="application/zip",
            headers={"Content-Disposition": 'attachment; filename="hoc-ba.zip"'},
        )
