"""The history of a pupil's cards: for whoever may read them; reports of looks for the pupil's school."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.http.authorise import PARENT, SCHOOL_SYSTEM, WHOSE_SYSTEM, ParentInjected, SchoolCodeInjected
from backend.http.problems import problems
from backend.http.services import NowInjected, ServicesInjected
from backend.http.sharing_wire import History, LookAnswer, LookReportAnswer, LookReportRequest, LookReports
from backend.people.rules import OWN_RELATION
from backend.sharing.history.look import Looker
from backend.sharing.history.read_history import makers_of, read_history, relations_of
from backend.sharing.history.report_look import report_look
from backend.sharing.history.reports import read_reports
from backend.sharing.history.store import StoredLook


class HistoryController(Controller):
    """Whose history it opens is for ``people.rules``, as with the cards themselves."""

    path = "/api/history"
    tags = ("history",)
    opt = PARENT
    security = [{"session": []}]  # noqa: RUF012  # Litestar reads it once

    @get(
        sync_to_thread=True,
        operation_id="read_history",
        summary="Who looked at a pupil's cards, newest first",
        responses=problems(400, 401, 403, 404),
    )
    def read(
        self,
        pupil_id: Annotated[UUID, QueryParameter()],
        parent: ParentInjected,
        services: ServicesInjected,
        now: NowInjected,
        before: Annotated[UUID | None, QueryParameter()] = None,
    ) -> History:
        with services.city.database.read() as connection:
            page = read_history(
                connection,
                guardian_id=parent.guardian_id,
                pupil_id=str(pupil_id),
                before=None if before is None else str(before),
                now=now,
            )
            relations = relations_of(connection, str(pupil_id))
        return History([_look(look, relations, page.makers) for look in page.looks], page.next)

    @post(
        "/{look_id:uuid}/report",
        status_code=201,
        sync_to_thread=True,
        operation_id="report_look",
        summary="Tell the pupil's school that somebody should not have looked",
        responses=problems(400, 401, 403, 404, 409, 422),
    )
    def report(
        self,
        look_id: FromPath[UUID],
        data: JSONBody[LookReportRequest],
        parent: ParentInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> None:
        report_look(
            services.city.database, guardian_id=parent.guardian_id, look_id=str(look_id), text=data.text, now=now
        )


class LookReportController(Controller):
    """Only about pupils whom the token's own school has today."""

    path = "/api/look-reports"
    tags = ("history",)
    opt = SCHOOL_SYSTEM
    dependencies = WHOSE_SYSTEM

    @get(
        sync_to_thread=True,
        operation_id="list_look_reports",
        summary="Looks that guardians have reported, newest first",
        security=[{"school_system": []}],
        responses=problems(401, 429),
    )
    def list_reports(self, school_code: SchoolCodeInjected, services: ServicesInjected) -> LookReports:
        with services.city.database.read() as connection:
            found = read_reports(connection, school_code=school_code)
            makers = makers_of(connection, [report.look for report in found])
        return LookReports(
            [
                LookReportAnswer(
                    look=_look(report.look, {}, makers),
                    pupil_code=report.pupil_code,
                    pupil_name=report.pupil_name,
                    reported_by=report.reported_by,
                    reported_at=report.reported_at,
                    text=report.text,
                )
                for report in found
            ]
        )


def _look(look: StoredLook, relations: Mapping[str, str], makers: Mapping[str, str]) -> LookAnswer:
    role = look.role or relations.get(look.looker_id)
    return LookAnswer(
        look_id=look.look_id,
        at=look.looked_at,
        pupil_id=look.pupil_id,
        record_id=look.record_id,
        by=Looker.PUPIL if role == OWN_RELATION else look.looker,
        name=look.name,
        organisation=look.organisation,
        role=None if role == OWN_RELATION else role,
        share_id=look.looker_id if look.looker is Looker.SHARE else None,
        shared_by=makers.get(look.looker_id) if look.looker is Looker.SHARE else None,
        what=look.what,
        reported_at=look.reported_at,
    )
