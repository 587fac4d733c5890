from datetime import datetime, timedelta

from tests.backend.http.browser import MOTHER, Browser, ServedCity, visiting


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
