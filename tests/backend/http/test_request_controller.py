from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from backend.people.guardianship import bar_guardian
from backend.rights.make_request import MAX_A_DAY, MAX_OPEN
from tests.backend.http.browser import FATHER, MOTHER, STRANGER, Browser, ServedCity, visiting
from tests.verifier.small_city import NOW

WRONG_MARK = {"kind": "correction", "field": "Toán", "text": "Điểm kiểm tra là 9, học bạ ghi 8."}


class School:
    """The school's system, with its token."""

    def __init__(self, browser: Browser, token: str) -> None:
        self._browser = browser
        self._token = token

    def requests(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call("GET", "").json()["requests"]
        return found

    def acknowledge(self, request_id: str) -> httpx.Response:
        return self._call("POST", f"/{request_id}/acknowledge", {"by": "Cô Lan"})

    def end(self, request_id: str, how: str, answer: str) -> httpx.Response:
        return self._call("POST", f"/{request_id}/{how}", {"answer": answer, "by": "Cô Lan"})

    def _call(self, method: str, path: str, data: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._browser.client.request(method, f"/api/school-requests{path}", json=data, headers=headers)


@pytest.fixture
def school(served: ServedCity) -> Iterator[School]:
    with visiting(served.app()) as browser:
        yield School(browser, served.system_token())


def ask(browser: Browser, **values: Any) -> httpx.Response:
    return browser.post("/api/requests", WRONG_MARK | values)


def listed(browser: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get("/api/requests").json()["requests"]
    return found


def test_correction_goes_to_the_school_and_its_answer_comes_back(
    served: ServedCity, mother: Browser, school: School
) -> None:
    record_id = served.issue(1)
    made = ask(mother, record_id=record_id)
    assert made.status_code == 201
    request = made.json()
    assert request == {
        "request_id": request["request_id"],
        "kind": "correction",
        "pupil_id": served.ngoc.pupil_id,
        "record_id": record_id,
        "field": "Toán",
        "text": WRONG_MARK["text"],
        "state": "received",
        "created_at": NOW.isoformat(),
        "acknowledge_by": "2026-06-17",
        "answer_by": "2026-06-25",
        "overdue": False,
        "answer": None,
        "answered_at": None,
    }
    (at_school,) = school.requests()
    assert at_school == {
        "request": request | {"created_at": "2026-06-15T02:00:00Z"},
        "guardian": "Trần Thị Mai",
        "pupil": "Nguyễn Thị Bảo Ngọc",
        "class_group": "4A",
        "still_entitled": True,
    }
    assert school.acknowledge(request["request_id"]).json()["state"] == "acknowledged"
    assert school.end(request["request_id"], "answer", "Đã cấp lại học bạ.").json()["state"] == "answered"
    (seen,) = listed(mother)
    assert (seen["state"], seen["answer"]) == ("answered", "Đã cấp lại học bạ.")


def test_refusal_says_why(served: ServedCity, mother: Browser, school: School) -> None:
    request_id = ask(mother, pupil_id=served.ngoc.pupil_id).json()["request_id"]
    assert school.end(request_id, "refuse", "Điểm đúng theo sổ.").status_code == 200
    (seen,) = listed(mother)
    assert (seen["state"], seen["answer"]) == ("refused", "Điểm đúng theo sổ.")


def test_what_has_ended_stays_as_it_is(served: ServedCity, mother: Browser, school: School) -> None:
    request_id = ask(mother, pupil_id=served.ngoc.pupil_id).json()["request_id"]
    assert school.acknowledge(request_id).status_code == 200
    withdrawn = mother.post(f"/api/requests/{request_id}/withdraw")
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    for answer in (
        mother.post(f"/api/requests/{request_id}/withdraw"),
        school.acknowledge(request_id),
        school.end(request_id, "answer", "Có."),
        school.end(request_id, "refuse", "Không."),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "request_has_ended")


def test_late_request_is_marked_for_both_and_comes_first(served: ServedCity, mother: Browser, school: School) -> None:
    late = ask(mother, pupil_id=served.ngoc.pupil_id).json()["request_id"]
    served.clock.pass_time(days=3)
    assert mother.log_in(MOTHER.personal_code).status_code == 200
    ask(mother, pupil_id=served.ngoc.pupil_id)
    assert [one["overdue"] for one in listed(mother)] == [False, True]
    (first, second) = school.requests()
    assert (first["request"]["request_id"], first["request"]["overdue"]) == (late, True)
    assert second["request"]["overdue"] is False


@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({}, 422, "request_needs_pupil"),
        ({"pupil_id": str(uuid4())}, 404, "child_not_found"),
        ({"record_id": str(uuid4())}, 404, "card_not_found"),
        ({"kind": "object", "text": " \u200b\x00 "}, 422, "request_text_missing"),
        ({"kind": "object", "text": "x" * 2_001}, 400, "request_malformed"),
        ({"kind": "delete_account", "field": None, "pupil_id": str(uuid4())}, 422, "request_about_account_only"),
        ({"kind": "gossip"}, 400, "request_malformed"),
    ],
)
def test_request_that_says_too_little_or_too_much_is_refused(
    mother: Browser, values: dict[str, Any], status: int, code: str
) -> None:
    answer = ask(mother, **values)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert listed(mother) == []


def test_card_of_one_child_named_with_another_is_not_found(served: ServedCity, mother: Browser) -> None:
    answer = ask(mother, record_id=served.issue(1), pupil_id=served.son.pupil_id)
    assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")


def test_card_that_is_still_to_come_is_not_found(served: ServedCity, mother: Browser) -> None:
    answer = ask(mother, record_id=served.receive(1))
    assert (answer.status_code, answer.json()["code"]) == (404, "card_not_found")


def test_text_that_nobody_sees_is_left_out(served: ServedCity, mother: Browser) -> None:
    made = ask(mother, pupil_id=served.ngoc.pupil_id, text="Sai\x1b[2J \u202ediem\r\nhai dòng\x00")
    assert made.json()["text"] == "Sai[2J diem\nhai dòng"


def test_nobody_sees_or_withdraws_another_persons_request(served: ServedCity, mother: Browser) -> None:
    request_id = ask(mother, pupil_id=served.ngoc.pupil_id).json()["request_id"]
    for guardian_id, person in ((served.ngoc.guardian_ids[1], FATHER), (served.son.guardian_ids[0], STRANGER)):
        with visiting(served.app()) as browser:
            assert browser.enrol(served.activation_code(guardian_id), person.personal_code).status_code == 201
            assert listed(browser) == []
            refused = browser.post(f"/api/requests/{request_id}/withdraw")
            assert (refused.status_code, refused.json()["code"]) == (404, "request_not_found")


def test_school_answers_only_its_own(mother: Browser, school: School) -> None:
    request_id = mother.post("/api/requests", {"kind": "object", "text": "Không."}).json()["request_id"]
    assert school.requests() == []
    answer = school.end(request_id, "answer", "Có.")
    assert (answer.status_code, answer.json()["code"]) == (404, "request_not_found")
    assert mother.get("/api/requests").json()["requests"][0]["state"] == "received"


def test_barred_mother_sees_no_answer_and_the_school_is_told(
    served: ServedCity, mother: Browser, school: School
) -> None:
    request_id = ask(mother, pupil_id=served.ngoc.pupil_id).json()["request_id"]
    pupil_id, guardian_id = served.ngoc.pupil_id, served.ngoc.guardian_ids[0]
    assert pupil_id is not None
    assert guardian_id is not None
    bar_guardian(
        served.working.database,
        pupil_id=pupil_id,
        guardian_id=guardian_id,
        reason="court_order",
        decision_reference="12/2026/QĐ-TA",
        now=NOW,
    )
    assert listed(mother) == []
    assert mother.post(f"/api/requests/{request_id}/withdraw").status_code == 404
    (at_school,) = school.requests()
    assert at_school["still_entitled"] is False


def test_one_person_has_so_many_open_requests_and_so_many_a_day(served: ServedCity, mother: Browser) -> None:
    def make() -> httpx.Response:
        return ask(mother, pupil_id=served.ngoc.pupil_id)

    made = [make() for _ in range(MAX_OPEN)]
    assert {answer.status_code for answer in made} == {201}
    refused = make()
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_open_requests")
    while (count := len(made)) < MAX_A_DAY:
        mother.post(f"/api/requests/{made[count - MAX_OPEN].json()['request_id']}/withdraw")
        made.append(make())
    mother.post(f"/api/requests/{made[-1].json()['request_id']}/withdraw")
    refused = make()
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_requests_today")
