"""What a dishonest browser or authenticator is answered, at the parents' door and at the staff's."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from backend.desk.invite_staff import invite_staff
from backend.desk.person import NewRole
from backend.desk.rules import Actor, StaffRole
from tests.backend.http.browser import MOTHER, Browser, ServedCity, visiting
from tests.verifier.small_city import SCHOOL_CODE, SCHOOL_YEAR, TEACHER_CODE

Enrolled = tuple[Browser, str, str]
"""A browser, the door that it came in by, and whose personal code."""


def parent(served: ServedCity, browser: Browser) -> Enrolled:
    code = served.activation_code(served.ngoc.guardian_ids[0])
    assert browser.enrol(code, MOTHER.personal_code).status_code == 201
    return browser, "access", str(MOTHER.personal_code)


def teacher(served: ServedCity, browser: Browser) -> Enrolled:
    role = NewRole(role=StaffRole.HOMEROOM_TEACHER, school_code=SCHOOL_CODE, school_year=SCHOOL_YEAR, class_group="4A")
    operator = Actor("operator", is_operator=True)
    invited = invite_staff(
        served.staff_access,
        actor=operator,
        name="Lê Thị Hoa",
        personal_code=TEACHER_CODE,
        given=role,
        now=served.clock.now,
    )
    assert invited.invitation is not None
    assert browser.enrol(invited.invitation.code, TEACHER_CODE, door="staff").status_code == 201
    return browser, "staff", TEACHER_CODE


@pytest.fixture(params=[parent, teacher])
def enrolled(request: pytest.FixtureRequest, served: ServedCity, browser: Browser) -> Enrolled:
    come_in: Callable[[ServedCity, Browser], Enrolled] = request.param
    return come_in(served, browser)


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("by_code", [True, False])
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"user_verified": False}, "passkey_user_not_verified"),
        ({"origin": "https://evil.example"}, "passkey_wrong_origin"),
        ({"rp_id": "evil.example"}, "passkey_wrong_site"),
        ({"client_data_extra": {"crossOrigin": True}}, "passkey_cross_origin"),
        ({"client_data_extra": {"crossOrigin": True, "topOrigin": "https://evil.example"}}, "passkey_cross_origin"),
        ({"client_data_extra": {"topOrigin": "http://localhost:8000"}}, "passkey_cross_origin"),
        ({"client_data_extra": {"challenge": "AAAA"}}, "passkey_challenge"),
    ],
)
def test_a_login_in_a_dishonest_circumstance_is_refused_by_its_name(
    enrolled: Enrolled, change: dict[str, Any], code: str, *, by_code: bool
) -> None:
    browser, door, personal_code = enrolled
    browser.phone = replace(browser.phone, **change)
    answer = browser.log_in(personal_code if by_code else None, door=door)
    assert refused(answer) == (422, code)


def test_an_answer_that_was_given_is_refused_the_second_time(enrolled: Enrolled) -> None:
    browser, door, personal_code = enrolled
    begun = browser.post(f"/api/{door}/login/begin", {"personal_code": personal_code}).json()["public_key"]
    answer = {"credential": browser.phone.get(begun)}
    ceremony = dict(browser.client.cookies)
    assert browser.post(f"/api/{door}/login/finish", answer).status_code == 200
    for name, value in ceremony.items():
        browser.client.cookies.set(name, value, domain="city.local", path="/")
    assert refused(browser.post(f"/api/{door}/login/finish", answer)) == (409, "ceremony_ended")


def test_an_answer_of_another_browser_is_refused(served: ServedCity, enrolled: Enrolled) -> None:
    browser, door, personal_code = enrolled
    begun = browser.post(f"/api/{door}/login/begin", {"personal_code": personal_code}).json()["public_key"]
    answer = {"credential": browser.phone.get(begun)}
    with visiting(served.app()) as other:
        other.post(f"/api/{door}/login/begin", {"personal_code": personal_code})
        assert refused(other.post(f"/api/{door}/login/finish", answer)) == (422, "passkey_challenge")


def test_an_answer_after_five_minutes_is_refused(served: ServedCity, enrolled: Enrolled) -> None:
    browser, door, personal_code = enrolled
    begun = browser.post(f"/api/{door}/login/begin", {"personal_code": personal_code}).json()["public_key"]
    served.clock.pass_time(minutes=5)
    answer = browser.post(f"/api/{door}/login/finish", {"credential": browser.phone.get(begun)})
    assert refused(answer) == (409, "ceremony_ended")


def test_a_counter_that_goes_back_ends_the_passkey(enrolled: Enrolled) -> None:
    browser, door, personal_code = enrolled
    clone = browser.phone.clone()
    assert browser.log_in(personal_code, door=door).status_code == 200
    browser.phone, original = clone, browser.phone
    assert refused(browser.log_in(personal_code, door=door)) == (401, "passkey_cloned")
    browser.phone = original
    assert refused(browser.log_in(None, door=door)) == (401, "login_refused")


def test_a_passkey_of_the_one_door_opens_nothing_at_the_other(enrolled: Enrolled) -> None:
    browser, door, _ = enrolled
    other = "staff" if door == "access" else "access"
    assert refused(browser.log_in(None, door=other)) == (401, "login_refused")


def test_a_passkey_that_says_it_is_kept_elsewhere_and_may_not_be_is_refused(enrolled: Enrolled) -> None:
    browser, door, personal_code = enrolled
    browser.phone = replace(browser.phone, backed_up=True)
    assert refused(browser.log_in(personal_code, door=door))[1] in {"login_refused", "passkey_malformed"}


def test_a_passkey_whose_backup_eligibility_changed_is_refused(enrolled: Enrolled) -> None:
    browser, door, personal_code = enrolled
    browser.phone = replace(browser.phone, backup_eligible=True)
    assert refused(browser.log_in(personal_code, door=door)) == (401, "login_refused")
