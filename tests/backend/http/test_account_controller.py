from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.people.roster import GuardianEntry
from tests.backend.access.software_authenticator import SoftwareAuthenticator
from tests.backend.http.browser import FATHER, MOTHER, Browser, ServedCity, visiting


def test_a_parent_steps_up_and_the_browser_gets_a_fresh_token(served: ServedCity, mother: Browser) -> None:
    before = mother.client.cookies["hocba_session"]
    answer = mother.step_up()
    assert answer.status_code == 200
    assert datetime.fromisoformat(answer.json()["stepped_up_until"]) == served.clock.now + timedelta(minutes=5)
    assert mother.client.cookies["hocba_session"] != before
    assert "hocba_ceremony" not in mother.client.cookies
    assert mother.get("/api/me").status_code == 200
    with visiting(served.app()) as thief:
        thief.client.cookies.set("hocba_session", before)
        assert thief.get("/api/me").status_code == 401


def test_a_refused_step_up_says_why_and_leaves_the_session(mother: Browser) -> None:
    mother.phone.user_verified = False
    answer = mother.step_up()
    assert (answer.status_code, answer.json()["code"]) == (422, "passkey_user_not_verified")
    assert mother.get("/api/me").status_code == 200
    mother.phone.user_verified = True
    again = mother.post("/api/account/step-up/finish", {"credential": mother.phone.get({"challenge": "AAAA"})})
    assert (again.status_code, again.json()["code"]) == (409, "ceremony_ended")


def test_a_parent_logs_in_with_the_passkey_alone(mother: Browser) -> None:
    mother.post("/api/access/logout")
    assert mother.log_in(None).json()["name"] == MOTHER.name
    assert mother.get("/api/me").status_code == 200


def test_an_account_shows_its_own_passkeys_devices_and_nothing_of_the_code(served: ServedCity, mother: Browser) -> None:
    account = mother.get("/api/account").json()
    assert (account["name"], account["personal_code_ending"]) == (MOTHER.name, "001")
    assert (account["confirmation"], account["stepped_up_until"], account["notices"]) == (None, None, [])
    (passkey,) = account["passkeys"]
    assert (passkey["name"], passkey["current"], passkey["backed_up"]) == ("Điện thoại", True, False)
    (session,) = account["sessions"]
    assert (session["current"], session["device"]) == (True, "")
    mother.step_up()
    stepped_up = datetime.fromisoformat(mother.get("/api/account").json()["stepped_up_until"])
    assert stepped_up == served.clock.now + timedelta(minutes=5)
    assert str(MOTHER.personal_code) not in mother.get("/api/account").text


def test_a_second_passkey_asks_for_the_first_is_named_used_and_removed(served: ServedCity, mother: Browser) -> None:
    refused = mother.post("/api/account/passkeys/begin")
    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_required")
    mother.step_up()
    options = mother.post("/api/account/passkeys/begin").json()["public_key"]
    assert len(options["excludeCredentials"]) == 1
    tablet = SoftwareAuthenticator(origin=mother.origin, backup_eligible=True, backed_up=True)
    made = tablet.create(options)
    added = mother.post("/api/account/passkeys/finish", {"credential": made, "name": "Máy tính\u202e bảng"})
    assert added.status_code == 201
    assert added.json() | {"registered_at": ""} == {
        "passkey_id": added.json()["passkey_id"],
        "name": "Máy tính bảng",
        "registered_at": "",
        "last_used_at": None,
        "backed_up": True,
        "current": False,
    }
    address = f"/api/account/passkeys/{added.json()['passkey_id']}"
    renamed = mother.client.patch(address, json={"name": "iPad"}, headers={"Origin": mother.origin})
    assert renamed.json()["name"] == "iPad"
    with visiting(served.app()) as other:
        other.phone = tablet
        assert other.log_in(MOTHER.personal_code).status_code == 200
        notices = other.get("/api/account").json()["notices"]
        assert [(one["kind"], one["name"]) for one in notices] == [("passkey_added", "Máy tính bảng")]
        assert other.post(f"/api/account/notices/{notices[0]['notice_id']}/seen").status_code == 204
        assert other.get("/api/account").json()["notices"] == []
        assert mother.client.delete(address, headers={"Origin": mother.origin}).status_code == 204
        assert other.get("/api/me").status_code == 401
    assert mother.get("/api/me").status_code == 200
    assert [one["kind"] for one in mother.get("/api/account").json()["notices"]] == ["passkey_removed"]


def test_the_last_passkey_stays(mother: Browser) -> None:
    (passkey,) = mother.get("/api/account").json()["passkeys"]
    address = f"/api/account/passkeys/{passkey['passkey_id']}"
    assert mother.client.delete(address, headers={"Origin": mother.origin}).json()["code"] == "step_up_required"
    mother.step_up()
    answer = mother.client.delete(address, headers={"Origin": mother.origin})
    assert (answer.status_code, answer.json()["code"]) == (409, "last_passkey")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"user_verified": False}, "passkey_user_not_verified"),
        ({"origin": "http://localhost:8001"}, "passkey_wrong_origin"),
        ({"client_data_extra": {"crossOrigin": True}}, "passkey_cross_origin"),
        ({"client_data_extra": {"topOrigin": "https://evil.example"}}, "passkey_cross_origin"),
        ({"client_data_extra": {"challenge": "AAAA"}}, "passkey_challenge"),
        ({"rp_id": "evil.example"}, "passkey_wrong_site"),
    ],
)
def test_a_new_passkey_of_a_dishonest_circumstance_is_refused_by_its_name(
    mother: Browser, change: dict[str, Any], code: str
) -> None:
    mother.step_up()
    options = mother.post("/api/account/passkeys/begin").json()["public_key"]
    made = SoftwareAuthenticator(**({"origin": mother.origin} | change)).create(options)
    answer = mother.post("/api/account/passkeys/finish", {"credential": made, "name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    replayed = mother.post("/api/account/passkeys/finish", {"credential": made, "name": "x"})
    assert (replayed.status_code, replayed.json()["code"]) == (409, "ceremony_ended")
    assert len(mother.get("/api/account").json()["passkeys"]) == 1


def test_an_account_has_room_for_ten_passkeys(mother: Browser) -> None:
    mother.step_up()
    for _ in range(9):
        options = mother.post("/api/account/passkeys/begin").json()["public_key"]
        made = SoftwareAuthenticator(origin=mother.origin).create(options)
        assert mother.post("/api/account/passkeys/finish", {"credential": made, "name": "x"}).status_code == 201
    full = mother.post("/api/account/passkeys/begin")
    assert (full.status_code, full.json()["code"], full.json()["details"]) == (409, "passkeys_full", {"limit": 10})


def test_a_device_is_logged_out_from_another(served: ServedCity, mother: Browser) -> None:
    with visiting(served.app()) as other:
        other.phone = mother.phone
        other.client.headers["User-Agent"] = "Mozilla/5.0 (Linux; Android 10; K) Chrome/131.0 Mobile"
        other.log_in(None)
        sessions = mother.get("/api/account").json()["sessions"]
        (there,) = (one for one in sessions if not one["current"])
        assert there["device"] == "Chrome, Android"
        address = f"/api/account/sessions/{there['session_id']}"
        assert mother.client.delete(address, headers={"Origin": mother.origin}).status_code == 204
        assert other.get("/api/me").status_code == 401
        again = mother.client.delete(address, headers={"Origin": mother.origin})
        assert (again.status_code, again.json()["code"]) == (404, "account_item_not_found")


def test_nothing_of_another_account_is_changed(served: ServedCity, mother: Browser) -> None:
    mother.step_up()
    account = mother.get("/api/account").json()
    with visiting(served.app()) as father:
        father.enrol(served.activation_code(served.ngoc.guardian_ids[1]), FATHER.personal_code)
        father.step_up()
        headers = {"Origin": father.origin}
        passkey = f"/api/account/passkeys/{account['passkeys'][0]['passkey_id']}"
        session = f"/api/account/sessions/{account['sessions'][0]['session_id']}"
        assert father.client.patch(passkey, json={"name": "x"}, headers=headers).status_code == 404
        assert father.client.delete(passkey, headers=headers).status_code == 404
        assert father.client.delete(session, headers=headers).status_code == 404
    assert mother.get("/api/account").json() == account


def test_whoever_enrols_anew_sees_nothing_until_the_school_confirms(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    again = mother.enrol(served.activation_code(served.ngoc.guardian_ids[0]), MOTHER.personal_code)
    assert again.json()["confirmation"]["reason"] == "re_enrolment"
    me = mother.get("/api/me").json()
    assert (me["children"], me["confirmation"]) == ([], again.json()["confirmation"])
    for path in ("", "/pdf", "/xml"):
        assert mother.get(f"/api/cards/{record_id}{path}").json()["code"] == "card_not_found"
    assert mother.get("/api/account").json()["notices"] == []
    headers = {"Authorization": f"Bearer {served.system_token()}"}
    (one,) = mother.get("/api/enrolments", **headers).json()["enrolments"]
    assert (one["guardian"], one["reason"], one["pupils"][0]["class_group"]) == (MOTHER.name, "re_enrolment", "4A")
    address = f"/api/enrolments/{one['enrolment_id']}"
    confirmed = mother.client.post(f"{address}/confirm", json={"decided_by": "Văn thư"}, headers=headers)
    assert (confirmed.status_code, confirmed.json()) == (200, {"state": "opened"})
    assert mother.get(f"/api/cards/{record_id}").status_code == 200
    assert mother.get("/api/me").json()["confirmation"] is None
    refused = mother.client.post(f"{address}/refuse", json={"decided_by": "Văn thư"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (404, "enrolment_not_found")


def test_what_else_is_an_accounts_own_is_closed_too_until_the_school_confirms(
    served: ServedCity, mother: Browser
) -> None:
    mother.enrol(served.activation_code(served.ngoc.guardian_ids[0]), MOTHER.personal_code)
    assert mother.step_up().status_code == 200
    answers = [
        mother.get("/api/requests"),
        mother.get("/api/shares"),
        mother.post("/api/account/letters", {"activation_code": "0000-0000-0000"}),
        mother.post("/api/account/personal-code", {"personal_code": "999185000077"}),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "account_waits")}
    assert mother.get("/api/account").status_code == 200


def test_a_refused_enrolment_ends_at_once(served: ServedCity, mother: Browser) -> None:
    mother.enrol(served.activation_code(served.ngoc.guardian_ids[0]), MOTHER.personal_code)
    headers = {"Authorization": f"Bearer {served.system_token()}"}
    (one,) = mother.get("/api/enrolments", **headers).json()["enrolments"]
    address = f"/api/enrolments/{one['enrolment_id']}/refuse"
    assert mother.client.post(address, json={"decided_by": "  "}, headers=headers).status_code == 400
    assert mother.client.post(address, json={"decided_by": "Văn thư"}, headers=headers).status_code == 204
    assert mother.get("/api/me").json()["code"] == "session_ended"


def test_a_later_letter_adds_a_child_of_another_school_once_it_confirms(served: ServedCity, mother: Browser) -> None:
    unknown = GuardianEntry(name=MOTHER.name, relation=MOTHER.relation, personal_code=None)
    third = served.register(3, (unknown,))
    code = served.activation_code(third.guardian_ids[0])
    answer = mother.post("/api/account/letters", {"activation_code": code})
    assert (answer.status_code, answer.json()) == (200, {"state": "waiting"})
    assert len(mother.get("/api/me").json()["children"]) == 1
    again = mother.post("/api/account/letters", {"activation_code": code})
    assert (again.status_code, again.json()["code"]) == (401, "activation_refused")
    headers = {"Authorization": f"Bearer {served.system_token()}"}
    (one,) = mother.get("/api/enrolments", **headers).json()["enrolments"]
    assert (one["reason"], one["guardian"], one["account"]) == ("another_child", MOTHER.name, MOTHER.name)
    address = f"/api/enrolments/{one['enrolment_id']}/confirm"
    confirmed = mother.client.post(address, json={"decided_by": "Văn thư"}, headers=headers)
    assert confirmed.json() == {"state": "merged"}
    assert len(mother.get("/api/me").json()["children"]) == 2


def test_a_personal_code_is_changed_by_the_school(served: ServedCity, mother: Browser) -> None:
    body = {"personal_code": "999185000077"}
    assert mother.post("/api/account/personal-code", body).json()["code"] == "step_up_required"
    mother.step_up()
    malformed = mother.post("/api/account/personal-code", {"personal_code": "12"})
    assert (malformed.status_code, malformed.json()["code"]) == (422, "personal_code_malformed")
    assert mother.post("/api/account/personal-code", body).json() == {"state": "waiting"}
    assert len(mother.get("/api/me").json()["children"]) == 1
    headers = {"Authorization": f"Bearer {served.system_token()}"}
    (one,) = mother.get("/api/enrolments", **headers).json()["enrolments"]
    assert (one["reason"], one["personal_code"]) == ("personal_code_change", "999185000077")
    address = f"/api/enrolments/{one['enrolment_id']}/confirm"
    assert mother.client.post(address, json={"decided_by": "Văn thư"}, headers=headers).status_code == 200
    assert mother.get("/api/account").json()["personal_code_ending"] == "077"
    mother.post("/api/access/logout")
    assert mother.log_in("999185000077").status_code == 200
