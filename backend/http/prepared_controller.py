"""A school's system announces cards, sees what waits, and fetches the XML that its own software signs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.archive.prepared import store
from backend.archive.prepared.card import PreparedCard
from backend.archive.prepared.prepare_card import PupilsYear, announce_card
from backend.errors import NotFoundError
from backend.http.authorise import SCHOOL_SYSTEM, WHOSE_SYSTEM, SchoolCodeInjected
from backend.http.looks import looks_by_system
from backend.http.problems import problems
from backend.http.school_system_wire import PreparedAnswer, PreparedList, PreparedRequest
from backend.http.services import NowInjected, ServicesInjected
from backend.sharing.history.look import LookedAt
from verifier.record.parse_xml import parse_school_year


class PreparedController(Controller):
    """Only of the token's own school; another school's card is answered like one that never was."""

    path = "/api/prepared"
    tags = ("prepared",)
    opt = SCHOOL_SYSTEM
    dependencies = WHOSE_SYSTEM

    @post(
        status_code=200,
        sync_to_thread=True,
        operation_id="announce_card",
        summary="Say that a card is to come and what it waits for, or say it anew",
        security=[{"school_system": []}],
        responses=problems(400, 401, 404, 409, 422, 429),
    )
    def announce(
        self,
        data: JSONBody[PreparedRequest],
        school_code: SchoolCodeInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> PreparedAnswer:
        year = PupilsYear(
            school_code=school_code,
            pupil_code=data.pupil_code,
            school_year=data.school_year,
            grade=data.grade,
            class_group=data.class_group,
        )
        with services.city.database.write() as connection:
            prepared = announce_card(connection, year, missing=set(data.missing), prepared_by=data.prepared_by, now=now)
        return _answer(prepared, now)

    @get(
        sync_to_thread=True,
        operation_id="list_prepared",
        summary="The school's cards of a year that are not issued yet, with what is missing and until when",
        security=[{"school_system": []}],
        responses=problems(400, 401, 422, 429),
    )
    def list_prepared(
        self,
        school_year: Annotated[str, QueryParameter(max_length=9)],
        school_code: SchoolCodeInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> PreparedList:
        year = parse_school_year(school_year)
        with services.city.database.read() as connection:
            found = store.read_prepared(connection, school_code=school_code, school_year=year)
        return PreparedList([_answer(prepared, now) for prepared in found])

    @get(
        "/{record_id:uuid}/xml",
        sync_to_thread=True,
        media_type="application/xml",
        operation_id="download_prepared_xml",
        summary="The card's XML as it stands, for the school's own signing software",
        security=[{"school_system": []}],
        responses=problems(400, 401, 404, 429),
    )
    def xml(
        self,
        record_id: FromPath[UUID],
        school_code: SchoolCodeInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> Response[bytes]:
        with services.city.database.read() as connection:
            prepared = store.find_prepared(connection, str(record_id))
            if prepared is None or prepared.school_code != school_code or prepared.xml is None:
                raise NotFoundError("card_not_found")
            looks = looks_by_system(connection, prepared, what=LookedAt.XML)
        services.looks.note(*looks, now=now)
        headers = {"Content-Disposition": 'attachment; filename="hoc-ba.xml"', "Cache-Control": "no-store"}
        return Response(prepared.xml, media_type="application/xml", headers=headers)


def _answer(prepared: PreparedCard, now: datetime) -> PreparedAnswer:
    return PreparedAnswer(
        record_id=prepared.record_id,
        pupil_code=prepared.pupil_code,
        school_year=prepared.school_year,
        grade=prepared.grade,
        class_group=prepared.class_group,
        state=prepared.state,
        missing=list(prepared.missing),
        waits_until=prepared.waits_until,
        overdue=prepared.is_overdue(now),
        has_content=prepared.xml is not None,
    )
