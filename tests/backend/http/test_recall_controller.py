import base64
import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest

from backend.archive.decision_document import MAX_DECISION_BYTES
from backend.archive.store import find_card, insert_school
from backend.intake.system_token import make_token
from tests.backend.http.browser import Browser, ServedCity
from tests.backend.intake.sending import record_id_of
from tests.verifier.small_city import NOW

WORDS = {"record_id": record_id_of(1), "reason": "Sai điểm môn Toán", "requested_by": "Trần Văn Bình"}


def ask(browser: Browser, token: str, **changes: Any) -> httpx.Response:
    return browser.client.post("/api/recalls", json=WORDS | changes, headers={"Authorization": f"Bearer {token}"})


def test_schools_system_asks_and_sees_that_it_waits(served: ServedCity, browser: Browser) -> None:
    served.issue(1)
    token = served.system_token()
    asked = ask(browser, token, replaced_by=record_id_of(9), decision_reference="15/QĐ-UBND")
    assert asked.status_code == 201
    answer = asked.json()
    assert (answer["state"], answer["state_number"], answer["approval_needed"]) == ("pending", 1, "school")
    assert (answer["kind"], answer["replaced_by"]) == ("superseded", record_id_of(9))
    listed = browser.get("/api/recalls", Authorization=f"Bearer {token}")
    (found,) = listed.json()["recalls"]
    assert found | {"requested_at": answer["requested_at"]} == answer


def test_two_people_of_the_school_withdraw_a_card_until_the_lock(served: ServedCity, browser: Browser) -> None:
    served.issue(1)
    answer = ask(browser, served.system_token(), approved_by="Lê Văn Hòa").json()
    assert (answer["state"], answer["state_number"], answer["decided_by"]) == ("agreed", 2, "Lê Văn Hòa")
    with served.working.database.read() as connection:
        card = find_card(connection, record_id_of(1))
    assert card is not None
    assert card.state == "revoked"


def test_after_the_lock_the_school_alone_is_not_enough_and_nothing_is_kept(
    served: ServedCity, browser: Browser
) -> None:
    served.issue(1)
    token = served.system_token()
    served.clock.now = NOW + timedelta(days=16)
    refused = ask(browser, token, approved_by="Lê Văn Hòa")
    assert (refused.status_code, refused.json()["code"]) == (409, "recall_needs_department")
    assert browser.get("/api/recalls", Authorization=f"Bearer {token}").json() == {"recalls": []}
    assert ask(browser, token).json()["approval_needed"] == "department"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"record_id": record_id_of(7)}, 404, "card_not_found"),
        ({"reason": " "}, 422, "withdrawal_reason_missing"),
        ({"approved_by": "trần văn bình"}, 422, "withdrawal_same_person"),
        ({"record_id": "not a record id"}, 400, "request_malformed"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_its_code(
    served: ServedCity, browser: Browser, change: dict[str, str], status: int, code: str
) -> None:
    served.issue(1)
    answer = ask(browser, served.system_token(), **change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


PAPER = b"\xff\xd8\xff\xe0 a photograph of the decision"


def attach(browser: Browser, token: str, recall_id: str, document: bytes) -> httpx.Response:
    words = {"document": base64.b64encode(document).decode(), "attached_by": "Trần Văn Bình"}
    return browser.client.post(
        f"/api/recalls/{recall_id}/decision", json=words, headers={"Authorization": f"Bearer {token}"}
    )


def test_decision_comes_with_the_request_and_the_school_agrees(served: ServedCity, browser: Browser) -> None:
    served.issue(1)
    words = {"decision_reference": "15/QĐ-UBND", "replaced_by": record_id_of(9), "approved_by": "Lê Văn Hòa"}
    without = ask(browser, served.system_token(), **words)
    assert (without.status_code, without.json()["code"]) == (409, "decision_document_missing")
    answer = ask(browser, served.system_token(), **words, decision_document=base64.b64encode(PAPER).decode())
    assert answer.json()["state"] == "agreed"
    assert answer.json()["decision_sha256"] == hashlib.sha256(PAPER).hexdigest()


def test_decision_is_attached_later_once(served: ServedCity, browser: Browser) -> None:
    served.issue(1)
    token = served.system_token()
    asked = ask(browser, token, decision_reference="15/QĐ-UBND").json()
    assert asked["decision_sha256"] is None
    attached = attach(browser, token, asked["recall_id"], PAPER)
    assert attached.json()["decision_sha256"] == hashlib.sha256(PAPER).hexdigest()
    assert attach(browser, token, asked["recall_id"], PAPER).json() == attached.json()
    other = attach(browser, token, asked["recall_id"], PAPER + b"2")
    assert (other.status_code, other.json()["code"]) == (409, "decision_document_attached")
    listed = browser.get("/api/recalls", Authorization=f"Bearer {token}").text
    assert hashlib.sha256(PAPER).hexdigest() in listed
    assert base64.b64encode(PAPER).decode() not in listed


@pytest.mark.parametrize(
    ("document", "status", "code"),
    [
        (b"", 422, "decision_document_unreadable"),
        (b"<html>%PDF-</html>", 422, "decision_document_unreadable"),
        (b"%PDF-" + bytes(MAX_DECISION_BYTES), 422, "decision_document_too_large"),
        (b"%PDF-" + bytes(MAX_DECISION_BYTES + 64 * 1024), 413, "body_too_large"),
    ],
    ids=["nothing", "no document", "too large", "far too large"],
)
def test_what_is_no_decision_is_not_attached(
    served: ServedCity, browser: Browser, document: bytes, status: int, code: str
) -> None:
    served.issue(1)
    token = served.system_token()
    asked = ask(browser, token, decision_reference="15/QĐ-UBND").json()
    answer = attach(browser, token, asked["recall_id"], document)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_another_schools_recall_takes_no_decision(served: ServedCity, browser: Browser) -> None:
    served.issue(1)
    asked = ask(browser, served.system_token(), decision_reference="15/QĐ-UBND").json()
    with served.working.database.write() as connection:
        insert_school(connection, code="99900009", name="Trường khác", now=NOW)
        token = make_token(connection, school_code="99900009", system="test", now=NOW)
    answer = attach(browser, token, asked["recall_id"], PAPER)
    assert (answer.status_code, answer.json()["code"]) == (404, "recall_not_found")


def test_another_schools_card_is_answered_like_none(served: ServedCity, browser: Browser) -> None:
    served.issue(1)
    with served.working.database.write() as connection:
        insert_school(connection, code="99900009", name="Trường khác", now=NOW)
        token = make_token(connection, school_code="99900009", system="test", now=NOW)
    answer = ask(browser, token)
    assert (answer.status_code, answer.json()["code"]) == (404, "card_not_found")
