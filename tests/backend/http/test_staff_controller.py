"""Staff over HTTP: coming in, what each may do, and every route walked with the wrong person."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from backend.access.limits import LIMITS, MAX_PASSKEYS, AttemptKind
from backend.desk.invite_staff import Invited, invite_staff
from backend.desk.person import NewRole
from backend.desk.rules import Actor, StaffRole
from tests.backend.http.browser import MOTHER, Browser, ServedCity, visiting
from tests.verifier.small_city import MANAGER_CODE, SCHOOL_CODE, SCHOOL_YEAR, TEACHER_CODE, small_city

OPERATOR = Actor("operator", is_operator=True)
CLERK_CODE = "999185000013"
OFFICER_CODE = "999185000014"
DOOR = "staff"
TEACHER = NewRole(role=StaffRole.HOMEROOM_TEACHER, school_code=SCHOOL_CODE, school_year=SCHOOL_YEAR, class_group="4A")
MANAGER = NewRole(role=StaffRole.MANAGER, school_code=SCHOOL_CODE, school_year=SCHOOL_YEAR)
CLERK = NewRole(role=StaffRole.CLERK, school_code=SCHOOL_CODE, school_year=SCHOOL_YEAR)
OFFICER = NewRole(role=StaffRole.DEPARTMENT_OFFICER)
PEOPLE = {
    "teacher": ("Lê Thị Hoa", TEACHER_CODE, TEACHER),
    "manager": ("Trần Văn Bình", MANAGER_CODE, MANAGER),
    "clerk": ("Phạm Thị Yến", CLERK_CODE, CLERK),
    "officer": ("Đỗ Minh Quân", OFFICER_CODE, OFFICER),
}
NEW_CODE = "999185000099"
NEW_PERSON = {
    "name": "Vũ Thu Hà",
    "personal_code": NEW_CODE,
    "role": {
        "role": "homeroom_teacher",
        "school_code": SCHOOL_CODE,
        "school_year": SCHOOL_YEAR,
        "class_group": "4B",
    },
}


def invite(served: ServedCity, who: str) -> Invited:
    name, code, given = PEOPLE[who]
    return invite_staff(
        served.staff_access, actor=OPERATOR, name=name, personal_code=code, given=given, now=served.clock.now
    )


@pytest.fixture
def come_in(served: ServedCity, browser: Browser) -> Callable[[str], Invited]:
    """Let the browser be the one of a member of staff."""

    def enrol(who: str) -> Invited:
        invited = invite(served, who)
        assert invited.invitation is not None
        answer = browser.enrol(invited.invitation.code, PEOPLE[who][1], door=DOOR)
        assert answer.status_code == 201
        return invited

    return enrol


ComeIn = Callable[[str], Invited]


def test_a_teacher_comes_in_sees_their_role_and_goes_out(browser: Browser, come_in: ComeIn) -> None:
    invited = come_in("teacher")
    me = browser.get("/api/staff/me")
    assert me.status_code == 200
    assert me.json()["name"] == "Lê Thị Hoa"
    (role,) = me.json()["roles"]
    assert role["role_id"] == invited.role.role_id
    assert (role["role"], role["class_group"], role["school_name"]) == (
        "homeroom_teacher",
        "4A",
        "Trường Tiểu học Hoa Sen",
    )
    assert browser.post("/api/staff/logout").status_code == 204
    assert browser.get("/api/staff/me").status_code == 401
    assert browser.log_in(TEACHER_CODE, door=DOOR).status_code == 200
    assert browser.get("/api/staff/me").status_code == 200


def test_sessions_of_staff_and_of_parents_do_not_open_each_others_doors(
    served: ServedCity, browser: Browser, come_in: ComeIn
) -> None:
    come_in("officer")
    assert browser.get("/api/me").status_code == 401
    staff_session = browser.client.cookies["hocba_staff_session"]
    browser.client.cookies.set("hocba_session", staff_session)
    assert browser.get("/api/me").status_code == 401
    with visiting(served.app()) as mother:
        assert mother.enrol(served.activation_code(served.ngoc.guardian_ids[0]), MOTHER.personal_code).is_success
        mother.client.cookies.set("hocba_staff_session", mother.client.cookies["hocba_session"])
        assert mother.get("/api/staff/me").status_code == 401


def test_a_parents_letter_opens_no_staff_account(served: ServedCity, browser: Browser) -> None:
    code = served.activation_code(served.ngoc.guardian_ids[0])
    refused = browser.enrol(code, MOTHER.personal_code, door=DOOR)
    assert (refused.status_code, refused.json()["code"]) == (401, "activation_refused")


def test_logins_do_not_tell_who_is_on_a_staff(browser: Browser, come_in: ComeIn) -> None:
    come_in("teacher")

    def begun(code: str, door: str = DOOR) -> Any:
        answer = browser.post(f"/api/{door}/login/begin", {"personal_code": code})
        assert answer.status_code == 200
        return answer.json()["public_key"]

    known, unknown = begun(TEACHER_CODE), begun("999185999999")
    assert known.keys() == unknown.keys()
    assert len(known["allowCredentials"]) == len(unknown["allowCredentials"]) == MAX_PASSKEYS
    assert unknown["allowCredentials"] == begun("999185999999")["allowCredentials"]
    # Asking at both doors tells nothing: an unknown code's decoys differ as two passkeys would.
    assert unknown["allowCredentials"] != begun("999185999999", "access")["allowCredentials"]


def test_tries_are_counted_although_they_are_refused(browser: Browser) -> None:
    most = LIMITS[AttemptKind.STAFF_LOGIN].per_code
    for _ in range(most):
        assert browser.post("/api/staff/login/begin", {"personal_code": CLERK_CODE}).status_code == 200
    refused = browser.post("/api/staff/login/begin", {"personal_code": CLERK_CODE})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")


def test_a_clerk_invites_a_teacher_who_comes_in(served: ServedCity, browser: Browser, come_in: ComeIn) -> None:
    come_in("clerk")
    invited = browser.post("/api/staff/people", NEW_PERSON)
    assert invited.status_code == 201
    code = invited.json()["invitation"]["activation_code"]
    with visiting(served.app()) as teacher:
        assert teacher.enrol(code, NEW_CODE, door=DOOR).status_code == 201
        person_id = invited.json()["person_id"]
        listed = browser.get(f"/api/staff/people?school_code={SCHOOL_CODE}").json()["people"]
        assert next(one for one in listed if one["person_id"] == person_id)["enrolled"] is True
        assert NEW_CODE not in browser.get(f"/api/staff/people?school_code={SCHOOL_CODE}").text
        left = browser.post(f"/api/staff/people/{person_id}/deactivation", {"reason": "Chuyển trường"})
        assert left.status_code == 204
        assert teacher.get("/api/staff/me").status_code == 401


def test_a_role_ended_counts_from_the_next_request_on(served: ServedCity, browser: Browser, come_in: ComeIn) -> None:
    come_in("clerk")
    teacher = invite(served, "teacher")
    person, role = teacher.person.person_id, teacher.role.role_id
    assert browser.post(f"/api/staff/people/{person}/roles/{role}/end").status_code == 204
    with visiting(served.app()) as former:
        assert teacher.invitation is not None
        refused = former.enrol(teacher.invitation.code, TEACHER_CODE, door=DOOR)
        assert (refused.status_code, refused.json()["code"]) == (401, "activation_refused")


PEM = small_city().teacher.certificate.public_bytes(Encoding.PEM).decode()
WRITES: list[tuple[str, str, Any, set[str]]] = [
    ("post", "/api/staff/people", NEW_PERSON, {"clerk", "officer"}),
    ("post", "/api/staff/people/{person_id}/invitation", None, {"clerk", "officer"}),
    ("post", "/api/staff/people/{person_id}/roles", NEW_PERSON["role"], {"clerk", "officer"}),
    ("post", "/api/staff/people/{person_id}/roles/{role_id}/end", None, {"clerk", "officer"}),
    ("post", "/api/staff/people/{person_id}/deactivation", {"reason": "Nghỉ"}, {"clerk", "officer"}),
    ("post", "/api/staff/people/{person_id}/reactivation", {"reason": "Trở lại"}, {"clerk", "officer"}),
    (
        "put",
        "/api/staff/people/{person_id}/certificate",
        {"certificate": PEM, "key_reference": "csc:credential-1"},
        {"clerk", "officer"},
    ),
    ("put", "/api/staff/schools/{school_code}/signing", {"teacher_signature_required": False}, {"manager", "officer"}),
]
"""Every route that changes something about the staff, and who may; the person in the path is a teacher."""


@pytest.mark.parametrize("who", ["teacher", "manager", "clerk", "officer"])
@pytest.mark.parametrize(("method", "path", "body", "allowed"), WRITES)
def test_every_write_asks_the_rules(
    served: ServedCity,
    browser: Browser,
    come_in: ComeIn,
    who: str,
    method: str,
    path: str,
    body: Any,
    allowed: set[str],
) -> None:
    come_in(who)
    subject = invite_staff(
        served.staff_access,
        actor=OPERATOR,
        name="Ngô Thị Lan",
        personal_code="999185000077",
        given=TEACHER,
        now=served.clock.now,
    )
    address = path.format(person_id=subject.person.person_id, role_id=subject.role.role_id, school_code=SCHOOL_CODE)
    answer = browser.client.request(method, address, json=body, headers={"Origin": browser.origin})
    if who in allowed:
        assert answer.is_success, answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) in {
            (403, "staff_may_not"),
            (404, "staff_person_not_found"),
        }


def test_every_write_of_the_staff_stands_in_the_table(browser: Browser) -> None:
    document = browser.get("/api/openapi.json").json()
    routes = {
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if operation["tags"] == ["staff"] and method != "get"
    }
    assert routes == {(method, path) for method, path, _, _ in WRITES}


def test_a_person_who_is_not_there_is_answered_like_one_of_another_school(
    served: ServedCity, browser: Browser, come_in: ComeIn
) -> None:
    come_in("clerk")
    manager = invite(served, "manager")
    for person_id in (manager.person.person_id, str(uuid4())):
        answer = browser.post(f"/api/staff/people/{person_id}/deactivation", {"reason": "Nghỉ"})
        assert (answer.status_code, answer.json()["code"]) == (404, "staff_person_not_found")


def test_unsafe_requests_of_staff_from_elsewhere_are_refused(browser: Browser, come_in: ComeIn) -> None:
    come_in("clerk")
    answer = browser.client.post("/api/staff/people", json=NEW_PERSON, headers={"Origin": "http://evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")


def test_a_clerk_registers_a_teachers_certificate_which_the_teacher_sees(
    served: ServedCity, browser: Browser, come_in: ComeIn
) -> None:
    come_in("clerk")
    teacher = invite(served, "teacher")
    address = f"/api/staff/people/{teacher.person.person_id}/certificate"

    def put(certificate: str, reference: str = "csc:credential-1") -> Any:
        body = {"certificate": certificate, "key_reference": reference}
        return browser.client.put(address, json=body, headers={"Origin": browser.origin})

    registered = put(PEM)
    assert registered.status_code == 200
    assert registered.json()["subject"] == "Phạm Thị Mai"
    assert put("no certificate").json()["code"] == "certificate_file_unreadable"
    assert put(PEM + PEM).json()["code"] == "certificate_not_alone"
    kept_here = put(PEM, "pkcs11:somebody-elses")
    assert (kept_here.status_code, kept_here.json()["code"]) == (403, "staff_may_not")
    assert put(PEM, "no scheme").json()["code"] == "key_reference_unknown"
    with visiting(served.app()) as colleague:
        assert teacher.invitation is not None
        assert colleague.enrol(teacher.invitation.code, TEACHER_CODE, door=DOOR).status_code == 201
        assert colleague.get("/api/staff/me").json()["certificate"] == registered.json()
    other = browser.post("/api/staff/people", NEW_PERSON).json()["person_id"]
    taken = browser.client.put(
        f"/api/staff/people/{other}/certificate",
        json={"certificate": PEM, "key_reference": "csc:credential-1"},
        headers={"Origin": browser.origin},
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "staff_certificate_taken")
