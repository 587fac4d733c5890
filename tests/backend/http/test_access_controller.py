import logging
from urllib.parse import quote

import pytest
from sqlalchemy import select

from backend.access.limits import LIMITS, AttemptKind
from backend.access.tables import PARENT_TABLES
from tests.backend.http.browser import FATHER, MOTHER, Browser, ServedCity, visiting
from tests.backend.intake.sending import record_id_of

UNKNOWN_CODE = "999185999999"


def test_a_guardian_enrols_logs_out_and_logs_in(served: ServedCity, browser: Browser) -> None:
    code = served.activation_code(served.ngoc.guardian_ids[0])
    enrolled = browser.enrol(code, MOTHER.personal_code)
    assert enrolled.status_code == 201
    assert enrolled.json()["name"] == "Trần Thị Mai"
    first_token = browser.client.cookies["hocba_session"]
    assert "hocba_ceremony" not in browser.client.cookies
    assert browser.get("/api/me").status_code == 200
    assert browser.post("/api/access/logout").status_code == 204
    assert "hocba_session" not in browser.client.cookies
    browser.client.cookies.set("hocba_session", first_token)
    assert browser.get("/api/me").json()["code"] == "session_ended"
    browser.client.cookies.clear()
    logged_in = browser.log_in(MOTHER.personal_code)
    assert logged_in.status_code == 200
    assert browser.client.cookies["hocba_session"] != first_token
    assert browser.get("/api/me").status_code == 200


def test_a_login_replaces_the_session_that_the_browser_had(served: ServedCity, mother: Browser) -> None:
    old = mother.client.cookies["hocba_session"]
    assert mother.log_in(MOTHER.personal_code).status_code == 200
    mother.client.cookies.set("hocba_session", old, domain="city.local", path="/")
    with visiting(served.app()) as other:
        other.client.cookies.set("hocba_session", old)
        assert other.get("/api/me").status_code == 401


def test_refusals_say_the_same_whatever_is_wrong(served: ServedCity, browser: Browser) -> None:
    code = served.activation_code(served.ngoc.guardian_ids[0])
    tries = [(code, UNKNOWN_CODE), (code, FATHER.personal_code), ("0000-0000-0000", MOTHER.personal_code), ("", "")]
    answers = [browser.enrol(*claimed) for claimed in tries]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["code"] == "activation_refused"
    assert "set-cookie" not in answers[0].headers


def test_login_begins_alike_for_known_and_unknown_people(mother: Browser) -> None:
    answers = [
        mother.post("/api/access/login/begin", {"personal_code": code})
        for code in (MOTHER.personal_code, FATHER.personal_code, UNKNOWN_CODE, "", "not a code")
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({tuple(answer.json()["public_key"]) for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1


def test_answering_a_decoy_is_refused(mother: Browser) -> None:
    begun = mother.post("/api/access/login/begin", {"personal_code": UNKNOWN_CODE}).json()["public_key"]
    mine = mother.phone.credentials[0]
    begun["allowCredentials"] = [{"id": "AAAA", "type": "public-key"}]
    mine.credential_id = b"\0\0\0"
    answer = mother.post("/api/access/login/finish", {"credential": mother.phone.get(begun)})
    assert (answer.status_code, answer.json()["code"]) == (401, "login_refused")


def test_a_phone_without_a_screen_lock_learns_what_to_do(served: ServedCity, browser: Browser) -> None:
    browser.phone.user_verified = False
    answer = browser.enrol(served.activation_code(served.ngoc.guardian_ids[0]), MOTHER.personal_code)
    assert (answer.status_code, answer.json()["code"]) == (422, "passkey_user_not_verified")
    assert "khóa màn hình" in answer.json()["detail"]["vi"]


def test_finishing_in_another_browser_is_refused(served: ServedCity, browser: Browser) -> None:
    code = served.activation_code(served.ngoc.guardian_ids[0])
    begun = browser.post(
        "/api/access/enrolment/begin", {"activation_code": code, "personal_code": MOTHER.personal_code}
    )
    credential = browser.phone.create(begun.json()["public_key"])
    browser.client.cookies.clear()
    answer = browser.post("/api/access/enrolment/finish", {"credential": credential, "name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "ceremony_ended")


def test_too_many_attempts_are_refused_until_the_window_ends_and_over_a_restart(
    served: ServedCity, browser: Browser
) -> None:
    most = LIMITS[AttemptKind.ENROLMENT].per_code
    for _ in range(most):
        assert browser.enrol("0000-0000-0000", UNKNOWN_CODE).status_code == 401
    refused = browser.enrol("0000-0000-0000", UNKNOWN_CODE)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    wait = int(refused.headers["retry-after"])
    assert refused.json()["details"] == {"retry_after_seconds": wait}
    with visiting(served.app()) as after_restart:
        assert after_restart.enrol("0000-0000-0000", UNKNOWN_CODE).status_code == 429
        served.clock.pass_time(seconds=wait)
        assert after_restart.enrol("0000-0000-0000", UNKNOWN_CODE).status_code == 401


@pytest.mark.parametrize(
    ("public_url", "prefix", "secure"),
    [("https://hocba.example", "__Host-", True), ("http://localhost:8000", "", False)],
)
def test_cookies_are_bound_to_this_host_and_out_of_reach_of_scripts(
    served: ServedCity, public_url: str, prefix: str, *, secure: bool
) -> None:
    with visiting(served.at(public_url).app(), origin=public_url) as browser:
        answer = browser.enrol(served.activation_code(served.ngoc.guardian_ids[0]), MOTHER.personal_code)
        cookies = {cookie.partition("=")[0]: cookie for cookie in answer.headers.get_list("set-cookie")}
        assert set(cookies) == {f"{prefix}hocba_session", f"{prefix}hocba_ceremony"}
        for cookie in cookies.values():
            parts = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert {"httponly", "samesite=strict", "path=/"} <= parts
            assert ("secure" in parts) is secure
            assert not any(part.startswith("domain") for part in parts)
        assert browser.get("/api/me").status_code == 200


def test_nothing_personal_is_logged(served: ServedCity, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    code = served.activation_code(served.ngoc.guardian_ids[0])
    browser.enrol(code, UNKNOWN_CODE)
    browser.enrol(code, MOTHER.personal_code)
    record_id = served.issue(1)
    browser.get("/api/me")
    browser.get(f"/api/cards/{record_id}/pdf")
    browser.get(f"/api/{MOTHER.personal_code}")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("hocba")]
    assert any(line.startswith("GET /api/cards/{record_id}/pdf 200") for line in ours)
    assert any(line.startswith("GET unknown 404") for line in ours)
    secrets = [code, UNKNOWN_CODE, MOTHER.personal_code, MOTHER.name, "Bảo Ngọc", record_id_of(1)]
    assert not [line for line in ours for secret in secrets if secret and secret in line]
    logged_elsewhere = [
        record.name
        for record in caplog.records
        for secret in secrets
        if secret and secret in record.getMessage() and record.name != "httpx"
    ]
    assert logged_elsewhere == []


@pytest.mark.parametrize("strange", ["\x00", "9991850\x00", "\u202e999", "９９９１８５０００００１", "'; --"])
def test_strange_letters_are_answered_like_any_unknown_code(mother: Browser, strange: str) -> None:
    assert mother.post("/api/access/login/begin", {"personal_code": strange}).status_code == 200
    refused = mother.post("/api/access/enrolment/begin", {"activation_code": strange, "personal_code": strange})
    assert (refused.status_code, refused.json()["code"]) == (401, "activation_refused")
    assert mother.get(f"/.well-known/hocba/status-list/{quote(strange)}").status_code == 404


def test_half_a_letter_is_no_json(mother: Browser) -> None:
    answer = mother.client.post(
        "/api/access/login/begin",
        content=b'{"personal_code": "\\ud800"}',
        headers={"Origin": mother.origin, "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) in {(400, "request_malformed"), (200, None)}


def test_a_device_name_is_kept_without_control_letters(served: ServedCity, browser: Browser) -> None:
    browser.device = "Điện\x00 thoại\u202e \n của mẹ"
    code = served.activation_code(served.ngoc.guardian_ids[0])
    assert browser.enrol(code, MOTHER.personal_code).status_code == 201
    with served.working.database.read() as connection:
        assert connection.scalars(select(PARENT_TABLES.passkeys.c.name)).all() == ["Điện thoại của mẹ"]
