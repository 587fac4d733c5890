from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from backend.access.context import Access
from backend.access.enrol import begin_enrolment, finish_enrolment
from backend.access.errors import ActivationRefusedError, LoginRefusedError, SessionEndedError
from backend.access.log_in import begin_login, finish_login
from backend.desk.deactivate_staff import deactivate_staff, reactivate_staff
from backend.desk.errors import StaffForbiddenError, StaffPersonNotFoundError, StaffRefusedError
from backend.desk.invite_staff import end_role, give_role, invite_again, invite_staff
from backend.desk.person import NewRole, StaffEventKind
from backend.desk.rules import StaffRole
from backend.desk.staff_lists import change_school_signing, read_school_staff
from backend.desk.store import read_events, read_roles, teacher_signature_required
from backend.errors import NotFoundError
from tests.backend.access.resolving import resolve_session
from tests.backend.access.software_authenticator import SoftwareAuthenticator
from tests.backend.desk.conftest import (
    ADDRESS,
    NOW,
    OPERATOR,
    OTHER_SCHOOL,
    SCHOOL,
    TEACHER_CODE,
    YEAR,
    Staff,
    acting,
    enrol,
    role_at,
    teacher_of,
)
from verifier.errors import MalformedInputError

NEW_CODE = "999185000099"


def test_an_invited_teacher_enrols_and_has_a_session(access: Access, staff: Staff) -> None:
    _, session = enrol(access, staff.teacher)
    owner = resolve_session(access, session.token, now=NOW)
    assert (owner.owner_id, owner.name) == (staff.teacher.person.person_id, "Lê Thị Hoa")


def test_a_session_ends_after_half_an_hour_of_rest_and_after_eight_hours(access: Access, staff: Staff) -> None:
    _, session = enrol(access, staff.teacher)
    assert session.ends_at == NOW + timedelta(hours=8)
    with pytest.raises(SessionEndedError):
        resolve_session(access, session.token, now=NOW + timedelta(minutes=30))
    for minutes in range(20, 480, 20):
        resolve_session(access, session.token, now=NOW + timedelta(minutes=minutes))
    with pytest.raises(SessionEndedError):
        resolve_session(access, session.token, now=NOW + timedelta(hours=8))


def test_a_code_works_once_and_for_fourteen_days(access: Access, staff: Staff) -> None:
    assert staff.teacher.invitation is not None
    assert staff.teacher.invitation.expires_at == NOW + timedelta(days=14)
    with pytest.raises(ActivationRefusedError):
        enrol(access, staff.teacher, now=NOW + timedelta(days=14))
    enrol(access, staff.teacher, now=NOW + timedelta(days=13))
    with pytest.raises(ActivationRefusedError):
        enrol(access, staff.teacher)


def test_parallel_tries_share_the_five(access: Access, staff: Staff) -> None:
    invitation = staff.teacher.invitation
    assert invitation is not None

    def guess(number: int) -> str:
        try:
            begin_enrolment(
                access,
                claimed_activation_code=invitation.code,
                claimed_personal_code=TEACHER_CODE if number == 15 else f"9991859{number:05}",
                address=ADDRESS,
                now=NOW,
            )
        except ActivationRefusedError:
            return "refused"
        return "begun"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(guess, range(15)))
    assert answers == ["refused"] * 15
    assert guess(15) == "refused"


def test_a_clerk_invites_teachers_of_the_school_and_nobody_else(access: Access, staff: Staff) -> None:
    clerk = acting(access, staff.clerk)
    invited = invite_staff(
        access, actor=clerk, name=" Vũ  Thu\tHà ", personal_code=NEW_CODE, given=teacher_of("4B"), now=NOW
    )
    assert invited.person.name == "Vũ Thu Hà"
    assert invited.invitation is not None
    for given in (
        role_at(StaffRole.MANAGER),
        role_at(StaffRole.CLERK),
        teacher_of("4B", school=OTHER_SCHOOL),
        NewRole(role=StaffRole.DEPARTMENT_OFFICER),
    ):
        with pytest.raises(StaffForbiddenError, match="staff_may_not"):
            invite_staff(access, actor=clerk, name="Vũ Thu Hà", personal_code=NEW_CODE, given=given, now=NOW)


def test_a_clerk_gets_no_code_for_somebody_who_is_more_elsewhere(access: Access, staff: Staff) -> None:
    clerk = acting(access, staff.clerk)
    invite_staff(
        access,
        actor=OPERATOR,
        name="Vũ Thu Hà",
        personal_code=NEW_CODE,
        given=role_at(StaffRole.MANAGER, school=OTHER_SCHOOL),
        now=NOW,
    )
    invited = invite_staff(
        access, actor=clerk, name="Vũ Thu Hà", personal_code=NEW_CODE, given=teacher_of("4B"), now=NOW
    )
    assert invited.invitation is None
    with pytest.raises(StaffPersonNotFoundError):
        invite_again(access, actor=clerk, person_id=invited.person.person_id, now=NOW)


def test_who_has_a_passkey_gets_a_role_and_no_code(access: Access, staff: Staff) -> None:
    _, session = enrol(access, staff.teacher)
    again = invite_staff(
        access, actor=OPERATOR, name="Lê Thị Hoa", personal_code=TEACHER_CODE, given=teacher_of("4B"), now=NOW
    )
    assert again.invitation is None
    resolve_session(access, session.token, now=NOW)


def test_the_same_role_twice_is_one(access: Access, staff: Staff) -> None:
    again = give_role(access, actor=OPERATOR, person_id=staff.teacher.person.person_id, given=teacher_of("4A"), now=NOW)
    assert again.role_id == staff.teacher.role.role_id


def test_a_new_code_ends_the_old_phone(access: Access, staff: Staff) -> None:
    _, session = enrol(access, staff.teacher)
    code = invite_again(access, actor=OPERATOR, person_id=staff.teacher.person.person_id, now=NOW)
    resolve_session(access, session.token, now=NOW)
    enrol(access, staff.teacher, code=code.code)
    with pytest.raises(SessionEndedError):
        resolve_session(access, session.token, now=NOW)


def test_leaving_ends_roles_passkeys_sessions_and_codes(access: Access, staff: Staff) -> None:
    phone, session = enrol(access, staff.teacher)
    person_id = staff.teacher.person.person_id
    code = invite_again(access, actor=OPERATOR, person_id=person_id, now=NOW)
    clerk = acting(access, staff.clerk)
    deactivate_staff(access, actor=clerk, person_id=person_id, reason="Chuyển trường", now=NOW)
    with pytest.raises(SessionEndedError):
        resolve_session(access, session.token, now=NOW)
    with pytest.raises(ActivationRefusedError):
        enrol(access, staff.teacher, code=code.code)
    begun = begin_login(access, claimed_personal_code=TEACHER_CODE, address=ADDRESS, now=NOW)
    mine = phone.credentials[0].credential_id
    options = {**begun.options, "allowCredentials": [{"id": _base64(mine), "type": "public-key"}]}
    with pytest.raises(LoginRefusedError):
        finish_login(
            access,
            claimed_browser_token=begun.browser_token,
            credential=phone.get(options),
            replaced_session_token=None,
            now=NOW,
        )
    with access.database.read() as connection:
        assert not any(role.holds_at(NOW) for role in read_roles(connection, person_id))
        assert read_events(connection, person_id)[-1] == (StaffEventKind.DEACTIVATED, "Chuyển trường")
    with pytest.raises(StaffRefusedError, match="staff_person_deactivated"):
        invite_staff(
            access, actor=clerk, name="Lê Thị Hoa", personal_code=TEACHER_CODE, given=teacher_of("4A"), now=NOW
        )


def test_a_passkey_being_made_when_its_owner_leaves_is_refused(access: Access, staff: Staff) -> None:
    invitation = staff.teacher.invitation
    assert invitation is not None
    begun = begin_enrolment(
        access,
        claimed_activation_code=invitation.code,
        claimed_personal_code=TEACHER_CODE,
        address=ADDRESS,
        now=NOW,
    )
    deactivate_staff(access, actor=OPERATOR, person_id=staff.teacher.person.person_id, reason="Nghỉ", now=NOW)
    with pytest.raises(ActivationRefusedError):
        finish_enrolment(
            access,
            claimed_browser_token=begun.browser_token,
            credential=SoftwareAuthenticator().create(begun.options),
            passkey_name="Điện thoại",
            replaced_session_token=None,
            now=NOW,
        )


def test_who_comes_back_holds_nothing_until_given(access: Access, staff: Staff) -> None:
    person_id = staff.teacher.person.person_id
    deactivate_staff(access, actor=OPERATOR, person_id=person_id, reason="Nghỉ", now=NOW)
    reactivate_staff(access, actor=OPERATOR, person_id=person_id, reason="Trở lại", now=NOW)
    with pytest.raises(StaffRefusedError, match="staff_role_missing"):
        invite_again(access, actor=OPERATOR, person_id=person_id, now=NOW)
    again = invite_staff(
        access, actor=OPERATOR, name="Lê Thị Hoa", personal_code=TEACHER_CODE, given=teacher_of("5A"), now=NOW
    )
    enrol(access, again)


def test_nobody_deactivates_themselves_or_without_a_reason(access: Access, staff: Staff) -> None:
    officer = acting(access, staff.officer)
    with pytest.raises(StaffForbiddenError, match="staff_not_oneself"):
        deactivate_staff(access, actor=officer, person_id=staff.officer.person.person_id, reason="Nghỉ", now=NOW)
    with pytest.raises(StaffRefusedError, match="staff_reason_missing"):
        deactivate_staff(access, actor=officer, person_id=staff.clerk.person.person_id, reason=" ", now=NOW)


def test_ending_a_role_leaves_the_others(access: Access, staff: Staff) -> None:
    person_id = staff.teacher.person.person_id
    other = give_role(access, actor=OPERATOR, person_id=person_id, given=teacher_of("4B"), now=NOW)
    clerk = acting(access, staff.clerk)
    end_role(access, actor=clerk, person_id=person_id, role_id=other.role_id, now=NOW)
    with access.database.read() as connection:
        held = {role.role_id: role.holds_at(NOW) for role in read_roles(connection, person_id)}
    assert held == {staff.teacher.role.role_id: True, other.role_id: False}
    with pytest.raises(StaffPersonNotFoundError):
        end_role(
            access,
            actor=clerk,
            person_id=staff.manager.person.person_id,
            role_id=staff.manager.role.role_id,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (NewRole(role=StaffRole.HOMEROOM_TEACHER, school_code=SCHOOL, school_year=YEAR), "staff_role_incomplete"),
        (NewRole(role=StaffRole.MANAGER, school_code=SCHOOL), "staff_role_incomplete"),
        (
            NewRole(role=StaffRole.CLERK, school_code=SCHOOL, school_year=YEAR, class_group="4A"),
            "staff_role_incomplete",
        ),
        (NewRole(role=StaffRole.CLERK, school_code=SCHOOL, school_year=YEAR, on_behalf=True), "staff_role_incomplete"),
        (NewRole(role=StaffRole.DEPARTMENT_OFFICER, school_code=SCHOOL), "staff_role_incomplete"),
        (NewRole(role=StaffRole.CLERK, school_code="00000000", school_year=YEAR), "school_not_found"),
        (NewRole(role=StaffRole.CLERK, school_code=SCHOOL, school_year="2025-2027"), "field_malformed"),
    ],
)
def test_a_role_that_is_none_is_refused(access: Access, given: NewRole, code: str) -> None:
    with pytest.raises((StaffRefusedError, NotFoundError, MalformedInputError), match=code):
        invite_staff(access, actor=OPERATOR, name="Vũ Thu Hà", personal_code=NEW_CODE, given=given, now=NOW)


@pytest.mark.parametrize("personal_code", ["", "12", "99918500009x", "٩٩٩١٨٥٠٠٠٠٩٩"])
def test_a_personal_code_that_is_none_is_refused(access: Access, personal_code: str) -> None:
    with pytest.raises(StaffRefusedError, match="personal_code_malformed"):
        invite_staff(
            access, actor=OPERATOR, name="Vũ Thu Hà", personal_code=personal_code, given=teacher_of("4A"), now=NOW
        )


def test_a_school_sees_its_staff_and_another_does_not(access: Access, staff: Staff) -> None:
    enrol(access, staff.teacher)
    with access.database.read() as connection:
        listed = read_school_staff(connection, actor=acting(access, staff.clerk), school_code=SCHOOL, now=NOW)
        assert [one.person.name for one in listed] == ["Trần Văn Bình", "Lê Thị Hoa", "Phạm Thị Yến"]
        assert [one.enrolled for one in listed] == [False, True, False]
        assert [one.invited_until is None for one in listed] == [False, True, False]
        for actor, school in ((staff.clerk, OTHER_SCHOOL), (staff.clerk, None), (staff.teacher, SCHOOL)):
            with pytest.raises(StaffForbiddenError):
                read_school_staff(connection, actor=acting(access, actor), school_code=school, now=NOW)


def test_a_manager_lets_cards_pass_without_the_teachers_signature(access: Access, staff: Staff) -> None:
    for actor, allowed in ((staff.teacher, False), (staff.clerk, False), (staff.manager, True)):
        acts = acting(access, actor)
        with access.database.write() as connection:
            if allowed:
                change_school_signing(
                    connection, actor=acts, school_code=SCHOOL, teacher_signature_required=False, now=NOW
                )
            else:
                with pytest.raises(StaffForbiddenError):
                    change_school_signing(
                        connection, actor=acts, school_code=SCHOOL, teacher_signature_required=False, now=NOW
                    )
            assert teacher_signature_required(connection, SCHOOL) is not allowed


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
