"""Signing many cards over HTTP, and every route of it with the wrong person."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from backend.archive.prepared.card import Missing
from backend.desk.person import NewRole
from backend.desk.rules import StaffRole
from backend.sharing.history import store
from backend.sharing.history.look import LookedAt, Looker
from tests.backend.desk.signing_school import CODES, SigningSchool
from tests.backend.http.browser import Browser, ServedCity, visiting
from tests.backend.intake.sending import record_id_of
from tests.verifier.small_city import SCHOOL_CODE, SCHOOL_YEAR

OTHER_CODE = "999185000066"


@pytest.fixture
def school(served: ServedCity) -> SigningSchool:
    school = SigningSchool(served.working, access=served.staff_access)
    school.now = served.clock.now
    return school


@pytest.fixture
def teacher(served: ServedCity, school: SigningSchool) -> Iterator[Browser]:
    with visiting(served.app()) as browser:
        yield come_in(browser, school, "teacher", CODES["teacher"])


def come_in(browser: Browser, school: SigningSchool, who: str, code: str) -> Browser:
    browser.phone = school.phones[who]
    assert browser.log_in(code, door="staff").status_code == 200
    return browser


def shown(browser: Browser, role_id: str) -> list[dict[str, Any]]:
    cards = browser.get(f"/api/staff/signing-lists/{role_id}").json()["cards"]
    return [{"record_id": one["record_id"], "xml_sha256": one["xml_sha256"]} for one in cards if one["selectable"]]


def begin(browser: Browser, role_id: str) -> dict[str, Any]:
    begun = browser.post("/api/staff/batches", {"role_id": role_id, "cards": shown(browser, role_id)})
    assert begun.status_code == 201, begun.text
    answer: dict[str, Any] = begun.json()
    return answer


def wait_for(browser: Browser, batch_id: str) -> dict[str, Any]:
    """The worker of the service signs by itself."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        status: dict[str, Any] = browser.get(f"/api/staff/batches/{batch_id}").json()
        if status["state"] != "confirmed":
            return status
        time.sleep(0.1)
    pytest.fail("the batch was not signed in time")


def test_a_teacher_looks_confirms_once_and_sees_it_done(school: SigningSchool, teacher: Browser) -> None:
    school.prepare([1, 2])
    school.prepare([3], missing=(Missing.REEXAMINATION,))
    role_id = school.role_id("teacher")
    (listed,) = teacher.get("/api/staff/signing-lists").json()["lists"]
    assert (listed["role_id"], listed["waiting"], listed["selectable"]) == (role_id, 3, 2)
    whole = teacher.get(f"/api/staff/signing-lists/{role_id}").json()
    missing = next(one for one in whole["cards"] if not one["selectable"])
    assert missing["obstacles"][0]["code"] == "signing_missing_reexamination"
    assert missing["obstacles"][0]["sentence"]["vi"] == "Chờ kết quả kiểm tra lại."
    address = f"/api/staff/signing-lists/{role_id}/cards/{record_id_of(1)}"
    card = teacher.get(address).json()
    assert card["record"]["transcript"]["name"] == "Nguyễn Thị Bảo Ngọc"
    assert card["card"]["seen_at"] is None
    seen = teacher.post(f"{address}/seen", {"xml_sha256": card["card"]["xml_sha256"]})
    assert seen.status_code == 204
    school.prepare([1], remark="Rất chăm chỉ.")
    changed = teacher.get(address).json()
    assert [one["field"] for one in changed["changes"]] == ["remarks.homeroom_teacher"]
    stale = teacher.post(f"{address}/seen", {"xml_sha256": card["card"]["xml_sha256"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "signing_cards_changed")
    begun = begin(teacher, role_id)
    assert begun["cards"] == 2
    assert begun["public_key"]["userVerification"] == "required"
    assert begun["public_key"]["timeout"] == 600_000
    answer = teacher.phone.get(begun["public_key"])
    confirmed = teacher.post(f"/api/staff/batches/{begun['batch_id']}/confirmation", {"credential": answer})
    assert confirmed.status_code == 200
    assert confirmed.json()["finish_by"] is not None
    status = wait_for(teacher, begun["batch_id"])
    assert (status["state"], status["counts"]["signed"]) == ("done", 2)
    (mine,) = teacher.get("/api/staff/batches").json()["batches"]
    assert mine["batch_id"] == begun["batch_id"]
    again = teacher.post(f"/api/staff/batches/{begun['batch_id']}/confirmation", {"credential": answer})
    assert (again.status_code, again.json()["code"]) == (422, "authorisation_used")


def test_a_card_that_changed_is_reported_with_a_sentence(school: SigningSchool, teacher: Browser) -> None:
    school.prepare([1, 2])
    begun = begin(teacher, school.role_id("teacher"))
    school.prepare([2], remark="Khác.")
    answer = teacher.phone.get(begun["public_key"])
    teacher.post(f"/api/staff/batches/{begun['batch_id']}/confirmation", {"credential": answer})
    (problem,) = wait_for(teacher, begun["batch_id"])["problems"]
    assert (problem["record_id"], problem["state"], problem["code"]) == (
        record_id_of(2),
        "left_out",
        "signing_card_changed",
    )
    assert problem["sentence"]["en"].startswith("The card's content changed")


def test_a_batch_taken_back_is_not_signed(school: SigningSchool, teacher: Browser) -> None:
    school.prepare([1])
    begun = begin(teacher, school.role_id("teacher"))
    batch = f"/api/staff/batches/{begun['batch_id']}"
    assert teacher.post(f"{batch}/cancellation").status_code == 204
    refused = teacher.post(f"{batch}/confirmation", {"credential": teacher.phone.get(begun["public_key"])})
    assert (refused.status_code, refused.json()["code"]) == (422, "authorisation_used")
    assert teacher.get(batch).json()["ended_reason"] == "taken_back"


ROUTES: dict[tuple[str, str], tuple[Any, set[tuple[int, str]]]] = {
    ("get", "/api/staff/signing-lists"): (None, set()),
    ("get", "/api/staff/batches"): (None, set()),
    ("get", "/api/staff/signing-lists/{role_id}"): (None, {(403, "staff_may_not")}),
    ("get", "/api/staff/signing-lists/{role_id}/cards/{record_id}"): (None, {(403, "staff_may_not")}),
    ("post", "/api/staff/signing-lists/{role_id}/cards/{record_id}/seen"): (
        {"xml_sha256": "0" * 64},
        {(403, "staff_may_not")},
    ),
    ("post", "/api/staff/batches"): ("begin", {(403, "staff_may_not")}),
    ("get", "/api/staff/batches/{batch_id}"): (None, {(404, "signing_batch_not_found")}),
    ("post", "/api/staff/batches/{batch_id}/confirmation"): ("answer", {(404, "signing_batch_not_found")}),
    ("post", "/api/staff/batches/{batch_id}/cancellation"): (None, {(404, "signing_batch_not_found")}),
}
"""Every route, with what somebody else's session gets; nothing means: only what is one's own, which is empty."""


def test_every_route_of_the_signing_stands_in_the_table(browser: Browser) -> None:
    document = browser.get("/api/openapi.json").json()
    routes = {
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if operation["tags"] == ["signing"]
    }
    assert routes == set(ROUTES)


@pytest.mark.parametrize("who", ["other class", "manager", "officer", "former teacher"])
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nobody_reaches_a_list_or_batch_of_somebody_else(  # a table of cases
    served: ServedCity, school: SigningSchool, teacher: Browser, who: str, method: str, path: str
) -> None:
    school.prepare([1])
    role_id = school.role_id("teacher")
    begun = begin(teacher, role_id)
    answer = teacher.phone.get(begun["public_key"])
    body, refusals = ROUTES[method, path]
    if body == "begin":
        body = {"role_id": role_id, "cards": shown(teacher, role_id)}
    if body == "answer":
        body = {"credential": answer}
    address = path.format(role_id=role_id, record_id=record_id_of(1), batch_id=begun["batch_id"])
    with visiting(served.app()) as browser:
        come_in(browser, school, *_stranger(school, who))
        got = browser.client.request(method, address, json=body, headers={"Origin": browser.origin})
    if refusals:
        assert (got.status_code, got.json()["code"]) in refusals
    else:
        assert got.status_code == 200
        assert begun["batch_id"] not in got.text
        assert role_id not in got.text
    untouched = school.batch(begun["batch_id"])[0]
    assert untouched.state.value == "begun"


def _stranger(school: SigningSchool, who: str) -> tuple[str, str]:
    if who == "manager":
        return "manager", CODES["manager"]
    role = NewRole(role=StaffRole.DEPARTMENT_OFFICER)
    if who != "officer":
        class_group = "4B" if who == "other class" else "4A"
        role = NewRole(
            role=StaffRole.HOMEROOM_TEACHER,
            school_code=SCHOOL_CODE,
            school_year=SCHOOL_YEAR,
            class_group=class_group,
        )
    school.take_on(who, personal_code=OTHER_CODE, role=role)
    if who == "former teacher":
        school.end_role(who)
    return who, OTHER_CODE


def test_whoever_reads_a_card_whole_stands_in_the_pupils_history(
    served: ServedCity, school: SigningSchool, teacher: Browser
) -> None:
    school.prepare([1])
    role_id = school.role_id("teacher")
    with served.working.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM looks").scalar() == 0
    assert teacher.get(f"/api/staff/signing-lists/{role_id}/cards/{record_id_of(1)}").status_code == 200
    with served.working.database.read() as connection:
        (look,) = store.read_looks(connection, pupil_id=served.ngoc.pupil_id or "", reader_id="", before=None, limit=10)
    assert (look.looker, look.what, look.role) == (Looker.STAFF, LookedAt.CARD, "homeroom_teacher")
    assert (look.name, look.organisation) == ("teacher", "Trường Tiểu học Hoa Sen")


def test_a_card_that_is_not_of_the_list_is_not_shown(school: SigningSchool, teacher: Browser) -> None:
    school.prepare([1], class_group="4B")
    for record_id in (record_id_of(1), str(uuid4())):
        got = teacher.get(f"/api/staff/signing-lists/{school.role_id('teacher')}/cards/{record_id}")
        assert (got.status_code, got.json()["code"]) == (404, "card_not_found")
