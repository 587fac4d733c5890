"""Every route of the OpenAPI document, walked with no session, the wrong parent, an ended and a barred guardian."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from backend.http.authorise import PARENT_STEPPED_UP, Audience
from backend.people.guardianship import bar_guardian, end_guardianship
from backend.people.majority.consent import set_consent
from backend.people.majority.own_account import open_own_account
from backend.sharing.history.look import Look, LookedAt, Looker, look_id, look_row
from backend.sharing.history.store import insert_looks
from tests.backend.http.browser import FATHER, MOTHER, STRANGER, Browser, ServedCity, visiting
from tests.verifier.small_city import NOW, SCHOOL_CODE, SCHOOL_YEAR
from verifier.vietnam_time import vietnam_day

PUBLIC_ROUTES = {
    ("get", "/.well-known/hocba/school-registry"),
    ("get", "/.well-known/hocba/status-list/{school_year}"),
    ("get", "/.well-known/hocba/trust-list"),
    ("get", "/api/configuration"),
    ("post", "/api/access/enrolment/begin"),
    ("post", "/api/access/enrolment/finish"),
    ("post", "/api/access/login/begin"),
    ("post", "/api/access/login/finish"),
    ("post", "/api/access/logout"),
    ("post", "/api/shared/look"),
    ("post", "/api/shared/open"),
    ("post", "/api/staff/enrolment/begin"),
    ("post", "/api/staff/enrolment/finish"),
    ("post", "/api/staff/login/begin"),
    ("post", "/api/staff/login/finish"),
    ("post", "/api/staff/logout"),
    ("post", "/api/verify"),
    ("post", "/api/verify/batch"),
}
"""What a person without a session may reach; whoever adds a route here has thought about it."""
SCHOOL_SYSTEM_PATHS = {
    "/api/certificates",
    "/api/enrolments",
    "/api/enrolments/{enrolment_id}/confirm",
    "/api/enrolments/{enrolment_id}/refuse",
    "/api/intake",
    "/api/look-reports",
    "/api/prepared",
    "/api/prepared/{record_id}/xml",
    "/api/pupils/missing-codes",
    "/api/recalls",
    "/api/recalls/{recall_id}/decision",
    "/api/school-requests",
    "/api/school-requests/{request_id}/acknowledge",
    "/api/school-requests/{request_id}/answer",
    "/api/school-requests/{request_id}/refuse",
}
"""A parent's session opens none of them: they want a school system's token."""
SHARE_VIEWER_PATHS = {
    "/api/shared/cards",
    "/api/shared/cards/{record_id}/pdf",
    "/api/shared/cards/{record_id}/xml",
}
"""A parent's session opens none of them: they want a browser in which a link stands open."""
STAFF_PATHS = "/api/staff/"
"""A parent's session opens none of them: see ``test_staff_controller``."""
ACCOUNT_PATHS = "/api/account"
"""A parent's own account, whomever they may read: see ``test_account_controller``."""
LEAVING = ("delete", "/api/account")
"""Would end the session of the walk: see ``test_leaving_controller``."""
OWN_DATA_ROUTES = {("get", "/api/me"), ("get", "/api/requests"), ("get", "/api/shares")}
"""Routes that name nobody: they show the reader's own, which is nothing for who may read nothing."""
EVE_OF_18 = datetime(2034, 3, 8, 16, 59, tzinfo=UTC)
"""A minute before midnight in Vietnam; the pupil of card 1 was born on 9 March 2016."""
NOT_FOUND = {"card_not_found", "child_not_found", "look_not_found", "request_not_found", "share_not_found"}
"""What somebody else's is answered with, exactly like what never was."""


def routes_of(browser: Browser) -> list[tuple[str, str, dict[str, Any]]]:
    document = browser.get("/api/openapi.json").json()
    return [
        (method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


UNKNOWN_IDS = (
    "batch_id",
    "enrolment_id",
    "guardian_id",
    "job_id",
    "notice_id",
    "passkey_id",
    "person_id",
    "recall_id",
    "request_id",
    "role_id",
    "session_id",
    "share_id",
)
"""Names in addresses for which the walk makes up an id."""


def call(browser: Browser, method: str, path: str, record_id: str, *, pupil_id: str | None = None) -> Any:
    pupil_id = pupil_id or str(uuid4())
    names = {"record_id": record_id, "school_year": SCHOOL_YEAR, "school_code": SCHOOL_CODE}
    ids = dict.fromkeys(UNKNOWN_IDS, str(uuid4())) | {"pupil_id": pupil_id}
    address = path.format(**names, **ids, look_id=look_id(a_look(pupil_id, record_id), NOW))
    body = None if method == "get" else body_of(path, record_id, pupil_id)
    query = {"pupil_id": pupil_id} if path == "/api/history" else None
    return browser.client.request(method, address, params=query, json=body, headers={"Origin": browser.origin})


def body_of(path: str, record_id: str, pupil_id: str) -> Any:
    """A body that the route would take from who may send it; none where none is needed to be refused."""
    bodies: dict[str, Any] = {
        "/api/requests": {"kind": "correction", "text": "Sai điểm.", "record_id": record_id},
        "/api/children/{pupil_id}/guardians/{guardian_id}/consent": {"granted": True},
        "/api/history/{look_id}/report": {"text": "Không phải người nhà"},
        "/api/shares": {
            "pupil_id": pupil_id,
            "record_ids": [record_id],
            "receiver": "Trường THCS Kim Đồng",
            "purpose": "Nhập học",
            "with_address": False,
            "with_personal_code": False,
            "days": 14,
            "passcode": None,
            "single_use": False,
            "child_consents": True,
        },
    }
    return bodies.get(path)


def a_look(pupil_id: str, record_id: str) -> Look:
    return Look(
        pupil_id=pupil_id,
        record_id=record_id,
        what=LookedAt.CARD,
        looker=Looker.SCHOOL_SYSTEM,
        looker_id=SCHOOL_CODE,
    )


def test_every_route_but_the_public_ones_needs_to_know_who_asks(served: ServedCity, browser: Browser) -> None:
    record_id = served.issue(1)
    walked = set()
    for method, path, operation in routes_of(browser):
        if (method, path) in PUBLIC_ROUTES:
            assert "security" not in operation
            continue
        if not path.startswith((STAFF_PATHS, ACCOUNT_PATHS)):
            walked.add(path)
        assert operation["security"]
        answer = call(browser, method, path, record_id)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"]
        assert answer.headers["cache-control"] == "no-store"
    assert walked == SCHOOL_SYSTEM_PATHS | SHARE_VIEWER_PATHS | {
        "/api/history",
        "/api/history/{look_id}/report",
        "/api/me",
        "/api/shares",
        "/api/shares/{share_id}",
        "/api/cards/{record_id}",
        "/api/cards/{record_id}/pdf",
        "/api/cards/{record_id}/xml",
        "/api/children/{pupil_id}/guardians",
        "/api/children/{pupil_id}/guardians/{guardian_id}/consent",
        "/api/requests",
        "/api/requests/{request_id}/withdraw",
    }


CIRCUMSTANCES = ["stranger", "ended", "barred", "waiting", "of age today", "consent taken back", "no such card"]


@pytest.mark.parametrize("circumstance", CIRCUMSTANCES)
def test_no_route_shows_anything_to_who_may_not_see_it(served: ServedCity, browser: Browser, circumstance: str) -> None:
    record_id = served.issue(1)
    guardian = _let_in(served, browser, circumstance)
    assert browser.step_up().is_success
    pupil_id = served.ngoc.pupil_id
    if circumstance == "no such card":
        record_id, pupil_id = str(uuid4()), str(uuid4())
    else:
        with served.working.database.write() as connection:
            insert_looks(connection, [look_row(a_look(str(pupil_id), record_id), NOW)])
    for method, path, _ in routes_of(browser):
        if (method, path) in PUBLIC_ROUTES or path in SCHOOL_SYSTEM_PATHS:
            continue
        if path.startswith(STAFF_PATHS) or path in SHARE_VIEWER_PATHS:
            assert call(browser, method, path, record_id).status_code == 401, path
            continue
        if (method, path) == LEAVING:
            continue
        if path.startswith(ACCOUNT_PATHS):
            assert record_id not in call(browser, method, path, record_id).text
            continue
        answer = call(browser, method, path, record_id, pupil_id=pupil_id)
        assert record_id not in answer.text
        if circumstance == "waiting" and answer.status_code == 403:
            assert answer.json()["code"] == "account_waits", path
        elif (method, path) in OWN_DATA_ROUTES:
            assert not any(child["cards"] for child in answer.json().get("children", []))
        else:
            assert answer.status_code == 404, path
            assert answer.json()["code"] in NOT_FOUND, path
    assert guardian


def _let_in(served: ServedCity, browser: Browser, circumstance: str) -> str:
    """Log somebody in who is then in this circumstance."""
    if circumstance in {"stranger", "no such card"}:
        family, index, personal_code = served.son, 0, STRANGER.personal_code
    elif circumstance == "barred":
        family, index, personal_code = served.ngoc, 1, FATHER.personal_code
    else:
        family, index, personal_code = served.ngoc, 0, MOTHER.personal_code
    guardian_id, pupil_id = family.guardian_ids[index], family.pupil_id
    assert guardian_id is not None
    assert pupil_id is not None
    if circumstance in {"of age today", "consent taken back"}:
        served.clock.now = EVE_OF_18
    assert browser.enrol(served.activation_code(guardian_id), personal_code).status_code == 201
    if circumstance == "waiting":
        assert browser.enrol(served.activation_code(guardian_id), personal_code).json()["confirmation"]
    if circumstance == "barred":
        bar_guardian(
            served.working.database,
            pupil_id=pupil_id,
            guardian_id=guardian_id,
            reason="court_order",
            decision_reference="12/2026/QĐ-TA",
            now=NOW,
        )
    if circumstance == "ended":
        yesterday = vietnam_day(NOW) - timedelta(days=1)
        end_guardianship(served.working.database, pupil_id=pupil_id, guardian_id=guardian_id, last_day=yesterday)
    if circumstance in {"of age today", "consent taken back"}:
        assert browser.get("/api/me").json()["children"]
        served.clock.pass_time(minutes=2)
    if circumstance == "consent taken back":
        _give_and_take_consent(served, pupil_id, guardian_id)
    return guardian_id


def _give_and_take_consent(served: ServedCity, pupil_id: str, guardian_id: str) -> None:
    now = served.clock.now
    with served.working.database.write() as connection:
        own = open_own_account(connection, (SCHOOL_CODE, f"{1:010}"), evidence="Đơn", opened_by="Văn thư", now=now)
        for granted in (True, False):
            set_consent(
                connection,
                reader_id=own.guardian_id,
                pupil_id=pupil_id,
                guardian_id=guardian_id,
                granted=granted,
                now=now,
            )


def test_every_handler_names_its_audience(served: ServedCity) -> None:
    for route in served.app().routes:
        for handler in getattr(route, "route_handlers", []):
            if handler.http_methods != {"OPTIONS"}:  # made by the framework, and refused for want of an audience
                assert isinstance(handler.opt.get("audience"), Audience), route.path
            if handler.opt.get("step_up"):  # without a session there is nothing to step up
                assert handler.opt["audience"] in {Audience.PARENT, Audience.STAFF}, route.path


def test_a_route_without_an_audience_is_refused(served: ServedCity) -> None:
    @get("/api/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return "secret"

    app: Litestar = served.app()
    app.register(forgotten)
    with TestClient(app, base_url="http://city.local") as client:
        assert client.get("/api/forgotten").status_code == 404


def test_a_route_may_want_the_passkey_shown_again(served: ServedCity) -> None:
    @get("/api/sensitive", opt=PARENT_STEPPED_UP, sync_to_thread=False)
    def sensitive() -> str:
        return "done"

    app: Litestar = served.app()
    app.register(sensitive)
    with visiting(app) as browser:
        assert browser.get("/api/sensitive").status_code == 401
        browser.enrol(served.activation_code(served.ngoc.guardian_ids[0]), MOTHER.personal_code)
        refused = browser.get("/api/sensitive")
        assert (refused.status_code, refused.json()["code"]) == (403, "step_up_required")
        assert browser.step_up().status_code == 200
        assert browser.get("/api/sensitive").status_code == 200
        served.clock.pass_time(minutes=5)
        assert browser.get("/api/sensitive").status_code == 403


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "http://localhost:8001", "https://localhost:8000"]
)
def test_unsafe_requests_from_elsewhere_are_refused(mother: Browser, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}
    for path in ("enrolment/begin", "enrolment/finish", "login/begin", "login/finish", "logout"):
        answer = mother.client.post(f"/api/access/{path}", json={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")
    assert mother.get("/api/me").status_code == 200


def test_a_token_of_a_session_is_no_token_of_a_system_and_the_other_way_round(
    served: ServedCity, mother: Browser
) -> None:
    session = mother.client.cookies["hocba_session"]
    answer = mother.post("/api/intake", None, Authorization=f"Bearer {session}")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_refused")
    with visiting(served.app()) as browser:
        browser.client.cookies.set("hocba_session", served.system_token())
        assert browser.get("/api/me").status_code == 401
