"""Who is on the staff: one's own roles, a school's people, invitations and leaving."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.access.issue_activation_code import ActivationCode
from backend.certificates.check_certificate import read_certificate
from backend.database import Connection
from backend.desk import store
from backend.desk.deactivate_staff import deactivate_staff, reactivate_staff
from backend.desk.invite_staff import end_role, give_role, invite_again, invite_staff
from backend.desk.person import NewRole
from backend.desk.register_certificate import register_certificate
from backend.desk.rules import HeldRole, StaffRole, may_see_staff, schools_cared_for
from backend.desk.staff_lists import change_school_signing, read_school_staff
from backend.http.authorise import STAFF, StaffInjected
from backend.http.problems import problems
from backend.http.services import NowInjected, ServicesInjected
from backend.http.staff_wire import (
    CertificateFacts,
    CertificateGiven,
    Invitation,
    InvitedPerson,
    People,
    Person,
    PersonInvited,
    Reason,
    Role,
    RoleGiven,
    SigningRule,
    StaffMe,
)
from verifier.certificate import common_name, fingerprint, load_certificate

SECURITY: Final[list[dict[str, list[str]]]] = [{"staff": []}]


class StaffController(Controller):
    """Everything here needs a session of the staff; what it may do is for ``desk.rules``."""

    path = "/api/staff"
    tags = ("staff",)
    opt = STAFF
    security = SECURITY

    @get(
        "/me",
        sync_to_thread=True,
        operation_id="read_staff_me",
        summary="Who is logged in, with which roles and which certificate",
        responses=problems(401),
    )
    def me(self, staff: StaffInjected, services: ServicesInjected, now: NowInjected) -> StaffMe:
        actor = staff.actor
        in_force = [held for held in actor.roles if held.holds_at(now)]
        with services.city.database.read() as connection:
            certificate = store.find_certificate(connection, staff.person_id)
            roles = [_role(connection, held, now) for held in in_force]
        schools = schools_cared_for(in_force, now=now)
        return StaffMe(
            person_id=staff.person_id,
            name=staff.name,
            roles=roles,
            certificate=None if certificate is None else _certificate(certificate.certificate),
            manages_schools=[code for code in schools if may_see_staff(actor, school_code=code, now=now)],
            is_department_officer=actor.holds(StaffRole.DEPARTMENT_OFFICER, school_code=None, now=now),
        )

    @get(
        "/people",
        sync_to_thread=True,
        operation_id="list_staff",
        summary="A school's staff; without a school, the department's officers",
        responses=problems(400, 401, 403),
    )
    def people(
        self,
        staff: StaffInjected,
        services: ServicesInjected,
        now: NowInjected,
        school_code: Annotated[str | None, QueryParameter(max_length=20)] = None,
    ) -> People:
        with services.city.database.read() as connection:
            listed = read_school_staff(connection, actor=staff.actor, school_code=school_code, now=now)
            return People(
                [
                    Person(
                        person_id=one.person.person_id,
                        name=one.person.name,
                        roles=[_role(connection, held, now) for held in one.roles],
                        enrolled=one.enrolled,
                        invited_until=one.invited_until,
                        deactivated_at=one.person.deactivated_at,
                    )
                    for one in listed
                ]
            )

    @post(
        "/people",
        status_code=201,
        sync_to_thread=True,
        operation_id="invite_staff",
        summary="Bring a person onto a staff, with a code to enrol with",
        responses=problems(400, 401, 403, 404, 409, 422),
    )
    def invite(
        self, data: JSONBody[PersonInvited], staff: StaffInjected, services: ServicesInjected, now: NowInjected
    ) -> InvitedPerson:
        invited = invite_staff(
            services.staff_access,
            actor=staff.actor,
            name=data.name,
            personal_code=data.personal_code.strip(),
            given=_given(data.role),
            now=now,
        )
        with services.city.database.read() as connection:
            role = _role(connection, invited.role, now)
        code = invited.invitation
        return InvitedPerson(
            invited.person.person_id, invited.person.name, role, None if code is None else _invitation(code)
        )

    @post(
        "/people/{person_id:uuid}/invitation",
        status_code=201,
        sync_to_thread=True,
        operation_id="invite_staff_again",
        summary="A new code, for a new device; with its use the earlier passkeys end",
        responses=problems(400, 401, 403, 404, 409),
    )
    def invite_again(
        self, person_id: FromPath[UUID], staff: StaffInjected, services: ServicesInjected, now: NowInjected
    ) -> Invitation:
        return _invitation(invite_again(services.staff_access, actor=staff.actor, person_id=str(person_id), now=now))

    @post(
        "/people/{person_id:uuid}/roles",
        status_code=201,
        sync_to_thread=True,
        operation_id="give_staff_role",
        summary="Give a person one more role",
        responses=problems(400, 401, 403, 404, 409, 422),
    )
    def give_role(
        self,
        person_id: FromPath[UUID],
        data: JSONBody[RoleGiven],
        staff: StaffInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> Role:
        held = give_role(
            services.staff_access, actor=staff.actor, person_id=str(person_id), given=_given(data), now=now
        )
        with services.city.database.read() as connection:
            return _role(connection, held, now)

    @post(
        "/people/{person_id:uuid}/roles/{role_id:uuid}/end",
        status_code=204,
        sync_to_thread=True,
        operation_id="end_staff_role",
        summary="End a role",
        responses=problems(400, 401, 403, 404),
    )
    def end_role(
        self,
        person_id: FromPath[UUID],
        role_id: FromPath[UUID],
        staff: StaffInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> None:
        end_role(services.staff_access, actor=staff.actor, person_id=str(person_id), role_id=str(role_id), now=now)

    @post(
        "/people/{person_id:uuid}/deactivation",
        status_code=204,
        sync_to_thread=True,
        operation_id="deactivate_staff",
        summary="A person leaves: roles, passkeys, sessions and running authorisations end at once",
        responses=problems(400, 401, 403, 404, 409),
    )
    def deactivate(
        self,
        person_id: FromPath[UUID],
        data: JSONBody[Reason],
        staff: StaffInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> None:
        deactivate_staff(
            services.staff_access, actor=staff.actor, person_id=str(person_id), reason=data.reason, now=now
        )

    @post(
        "/people/{person_id:uuid}/reactivation",
        status_code=204,
        sync_to_thread=True,
        operation_id="reactivate_staff",
        summary="A person who left may be invited again; they come back without any role",
        responses=problems(400, 401, 403, 404, 409),
    )
    def reactivate(
        self,
        person_id: FromPath[UUID],
        data: JSONBody[Reason],
        staff: StaffInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> None:
        reactivate_staff(
            services.staff_access, actor=staff.actor, person_id=str(person_id), reason=data.reason, now=now
        )

    @put(
        "/people/{person_id:uuid}/certificate",
        status_code=200,
        sync_to_thread=True,
        operation_id="register_staff_certificate",
        summary="Say with which certificate a person signs from now on",
        responses=problems(400, 401, 403, 404, 409, 422),
    )
    def register_certificate(
        self,
        person_id: FromPath[UUID],
        data: JSONBody[CertificateGiven],
        staff: StaffInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> CertificateFacts:
        registered = register_certificate(
            services.staff_access,
            actor=staff.actor,
            person_id=str(person_id),
            certificate=read_certificate(data.certificate.encode()),
            key_reference=data.key_reference,
            now=now,
        )
        return _certificate(registered.certificate)

    @put(
        "/schools/{school_code:str}/signing",
        status_code=204,
        sync_to_thread=True,
        operation_id="change_school_signing",
        summary="Say whether a school's cards need the homeroom teacher's signature",
        responses=problems(400, 401, 403, 404),
    )
    def change_signing(
        self,
        school_code: FromPath[str],
        data: JSONBody[SigningRule],
        staff: StaffInjected,
        services: ServicesInjected,
        now: NowInjected,
    ) -> None:
        with services.city.database.write() as connection:
            change_school_signing(
                connection,
                actor=staff.actor,
                school_code=school_code,
                teacher_signature_required=data.teacher_signature_required,
                now=now,
            )


def _given(wire: RoleGiven) -> NewRole:
    return NewRole(
        role=wire.role,
        school_code=wire.school_code,
        school_year=wire.school_year,
        class_group=wire.class_group,
        on_behalf=wire.on_behalf,
    )


def _invitation(code: ActivationCode) -> Invitation:
    return Invitation(code.code, code.expires_at)


def _certificate(der: bytes) -> CertificateFacts:
    certificate = load_certificate(der)
    return CertificateFacts(fingerprint(certificate).hex(), common_name(certificate), certificate.not_valid_after_utc)


def _role(connection: Connection, held: HeldRole, now: datetime) -> Role:
    name = None if held.school_code is None else store.find_school_name(connection, held.school_code)
    return Role(
        role_id=held.role_id,
        role=held.role,
        school_code=held.school_code,
        school_name=name,
        school_year=held.school_year,
        class_group=held.class_group,
        on_behalf=held.on_behalf,
        from_at=held.from_at,
        until_at=held.until_at,
        in_force=held.holds_at(now),
    )
