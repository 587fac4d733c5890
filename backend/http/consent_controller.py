"""A pupil of age decides which of their guardians read on."""

from uuid import UUID

from litestar import Controller, get, put
from litestar.params import FromPath, JSONBody
from msgspec import structs

from backend.access.decide_consent import decide_consent
from backend.http.authorise import PARENT, ParentInjected
from backend.http.problems import problems
from backend.http.rights_wire import Consent, GuardianOfPupil, GuardiansOfPupil
from backend.http.services import NowInjected, ServicesInjected
from backend.people.majority.consent import guardians_to_decide_on
from backend.sharing.store import end_shares


class ConsentController(Controller):
    """For the pupil alone, from the 18th birthday; to everybody else there is no such pupil."""

    path = "/api/children/{pupil_id:uuid}/guardians"
    tags = ("rights",)
    opt = PARENT

    @get(
        sync_to_thread=True,
        operation_id="list_guardians",
        summary="Guardians of a pupil of age, and which of them the pupil lets read",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 404),
    )
    def list_guardians(
        self, pupil_id: FromPath[UUID], parent: ParentInjected, services: ServicesInjected, now: NowInjected
    ) -> GuardiansOfPupil:
        with services.city.database.read() as connection:
            found = guardians_to_decide_on(connection, reader_id=parent.guardian_id, pupil_id=str(pupil_id), now=now)
        return GuardiansOfPupil([GuardianOfPupil(**structs.asdict(one)) for one in found])

    @put(
        "/{guardian_id:uuid}/consent",
        status_code=204,
        sync_to_thread=True,
        operation_id="set_consent",
        summary="Let a guardian read on, or no longer; from this moment",
        security=[{"session": []}],
        responses=problems(400, 401, 403, 404, 413),
    )
    def set_consent(
        self,
        pupil_id: FromPath[UUID],
        guardian_id: FromPath[UUID],
        data: JSONBody[Consent],
        parent: ParentInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> None:
        with services.city.database.write() as connection:
            decide_consent(
                connection,
                reader_id=parent.guardian_id,
                pupil_id=str(pupil_id),
                guardian_id=str(guardian_id),
                granted=data.granted,
                now=now,
            )
            if not data.granted:
                # For good, and now: a consent that is given again minutes later must not bring them back.
                end_shares(connection, guardian_id=str(guardian_id), pupil_id=str(pupil_id), now=now)
