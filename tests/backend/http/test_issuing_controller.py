"""Issuing jobs over HTTP, and every route of them with the wrong person."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from backend.archive.store import find_card
from backend.issuing.store import record_failure
from tests.backend.desk.signing_school import CODES, SigningSchool
from tests.backend.http.browser import Browser, ServedCity, visiting
from tests.backend.intake.sending import record_id_of
from tests.verifier.small_city import NOW, SCHOOL_CODE, SCHOOL_YEAR

JOBS = "/api/staff/issuing/jobs"
FAILURES = "/api/staff/issuing/failures"


@pytest.fixture
def school(served: ServedCity) -> SigningSchool:
    school = SigningSchool(served.working, access=served.staff_access)
    school.now = served.clock.now
    return school


pytestmark = pytest.mark.usefixtures("clerk")


@pytest.fixture
def clerk(served: ServedCity, school: SigningSchool) -> Iterator[Browser]:
    with visiting(served.app()) as browser:
        yield come_in(browser, school, "clerk")


def come_in(browser: Browser, school: SigningSchool, who: str) -> Browser:
    browser.phone = school.phones[who]
    assert browser.log_in(CODES[who], door="staff").status_code == 200
    return browser


def wait_for(browser: Browser, job_id: str) -> dict[str, Any]:
    """The service issues by itself."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        job: dict[str, Any] = browser.get(f"{JOBS}/{job_id}").json()
        if job["state"] not in {"queued", "running"}:
            return job
        time.sleep(0.2)
    pytest.fail("the job did not end in time")


def ask(browser: Browser, **changes: Any) -> Any:
    return browser.post(JOBS, {"school_code": SCHOOL_CODE, "school_year": SCHOOL_YEAR} | changes)


def test_clerk_lets_the_schools_cards_be_issued_and_sees_it_done(served: ServedCity, clerk: Browser) -> None:
    record_id = served.receive(1)
    asked = ask(clerk)
    assert asked.status_code == 201
    assert (asked.json()["state"], asked.json()["waiting"]) == ("queued", 1)
    job = wait_for(clerk, asked.json()["job_id"])
    assert (job["state"], job["issued"], job["failed"], job["waiting"], job["reason"]) == ("done", 1, 0, 0, None)
    with served.working.database.read() as connection:
        card = find_card(connection, record_id)
    assert card is not None
    assert card.state == "issued"
    assert clerk.get(JOBS).json()["jobs"] == [job]


def test_card_that_failed_is_listed_with_its_reason_and_waits_again_when_asked(
    served: ServedCity, clerk: Browser
) -> None:
    record_id = served.receive(1)
    with served.working.database.write() as connection:
        record_failure(connection, record_id, code="not_printable", details={"letter": "☃"}, now=NOW)
    (failure,) = clerk.get(f"{FAILURES}?school_code={SCHOOL_CODE}").json()["failures"]
    assert (failure["record_id"], failure["code"], failure["attempts"]) == (record_id, "not_printable", 1)
    assert set(failure["sentence"]) == {"vi", "en"}
    assert ask(clerk).json()["waiting"] == 0
    retried = clerk.post(f"{FAILURES}/retry", {"school_code": SCHOOL_CODE, "record_id": record_id})
    assert retried.json() == {"waiting_again": 1}
    assert clerk.get(f"{FAILURES}?school_code={SCHOOL_CODE}").json() == {"failures": []}


def test_job_is_paused_and_goes_on(clerk: Browser) -> None:
    job_id = ask(clerk).json()["job_id"]
    done = wait_for(clerk, job_id)
    paused = clerk.post(f"{JOBS}/{job_id}/pause")
    assert (done["state"], paused.status_code, paused.json()["code"]) == ("done", 409, "issuing_job_state_forbids")
    resumed = clerk.post(f"{JOBS}/{job_id}/resumption")
    assert resumed.status_code == 409


@pytest.mark.parametrize("who", ["teacher", "manager"])
def test_who_does_not_issue_may_neither_ask_nor_look(served: ServedCity, school: SigningSchool, who: str) -> None:
    with visiting(served.app()) as browser:
        come_in(browser, school, who)
        for answer in (
            ask(browser),
            browser.get(JOBS),
            browser.get(f"{FAILURES}?school_code={SCHOOL_CODE}"),
            browser.post(f"{FAILURES}/retry", {"school_code": SCHOOL_CODE}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "staff_may_not")


def test_clerk_has_nothing_to_do_with_another_schools_or_the_citys_jobs(clerk: Browser) -> None:
    assert ask(clerk, school_code="99900009").status_code == 403
    assert ask(clerk, school_code=None).status_code == 403
    assert clerk.get(f"{FAILURES}?school_code=99900009").status_code == 403
    assert clerk.get(f"{JOBS}/{record_id_of(1)}").status_code == 404


def test_what_the_clerk_signed_for_the_school_is_issued_without_asking_again(
    served: ServedCity, school: SigningSchool
) -> None:
    school.prepare([1])
    school.sign("teacher")
    school.sign("manager")
    school.confirm("clerk", school.begin("clerk"))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with served.working.database.read() as connection:
            card = find_card(connection, record_id_of(1))
        if card is not None and card.state == "issued":
            return
        time.sleep(0.2)
    pytest.fail("the card was not issued in time")
