"""What a school's system asks about its own pupils."""

from litestar import Controller, get

from backend.http.authorise import SCHOOL_SYSTEM, WHOSE_SYSTEM, SchoolCodeInjected
from backend.http.problems import problems
from backend.http.school_system_wire import MissingCodes
from backend.http.services import ServicesInjected
from backend.people.missing_codes import missing_codes


class PupilController(Controller):
    """Only of the token's own school."""

    path = "/api/pupils"
    tags = ("pupils",)
    opt = SCHOOL_SYSTEM
    dependencies = WHOSE_SYSTEM

    @get(
        "/missing-codes",
        sync_to_thread=True,
        operation_id="list_missing_codes",
        summary="The school's pupils without a personal code",
        security=[{"school_system": []}],
        responses=problems(401, 429),
    )
    def list_missing_codes(self, school_code: SchoolCodeInjected, services: ServicesInjected) -> MissingCodes:
        with services.city.database.read() as connection:
            return MissingCodes(missing_codes(connection, school_code=school_code))
