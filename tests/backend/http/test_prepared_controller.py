from datetime import timedelta
from typing import Any

import httpx
import pytest
from msgspec import structs

from backend.archive.prepared.prepare_card import prepare_card
from backend.archive.store import insert_school
from backend.intake.system_token import make_token
from tests.backend.http.browser import Browser, ServedCity
from tests.verifier.small_city import NOW, SCHOOL_CODE, a_record

WORDS: dict[str, Any] = {
    "pupil_code": "0000000007",
    "school_year": "2025-2026",
    "grade": 4,
    "class_group": "4A",
    "prepared_by": "Phạm Thị Mai",
}


def announce(served: ServedCity, browser: Browser, **changes: Any) -> httpx.Response:
    return browser.client.post(
        "/api/prepared", json=WORDS | changes, headers={"Authorization": f"Bearer {served.system_token()}"}
    )


def listed(served: ServedCity, browser: Browser, year: str = "2025-2026") -> httpx.Response:
    return browser.get(f"/api/prepared?school_year={year}", Authorization=f"Bearer {served.system_token()}")


def test_schools_system_announces_a_card_and_sees_until_when_it_waits(served: ServedCity, browser: Browser) -> None:
    answer = announce(served, browser, missing=["supplementary_lessons", "personal_code"])
    assert answer.status_code == 200
    said = answer.json()
    assert (said["state"], said["missing"]) == ("pending_supplementary", ["personal_code", "supplementary_lessons"])
    assert (said["waits_until"], said["overdue"], said["has_content"]) == ("2026-08-15", False, False)
    assert listed(served, browser).json() == {"prepared": [said]}
    served.clock.now = NOW + timedelta(days=80)
    assert listed(served, browser).json()["prepared"][0]["overdue"] is True
    again = announce(served, browser).json()
    assert (again["record_id"], again["state"], again["waits_until"]) == (said["record_id"], "draft", None)


def test_schools_own_software_fetches_the_bytes_to_sign(served: ServedCity, browser: Browser) -> None:
    with served.working.database.write() as connection:
        prepared = prepare_card(connection, a_record(), missing=(), prepared_by="workbook", now=NOW)
    address = f"/api/prepared/{prepared.record_id}/xml"
    answer = browser.get(address, Authorization=f"Bearer {served.system_token()}")
    assert answer.content == prepared.xml
    assert answer.headers["cache-control"] == "no-store"
    assert a_record().transcript.name not in answer.headers["content-disposition"]
    with served.working.database.write() as connection:
        insert_school(connection, code="99900009", name="Trường khác", now=NOW)
        stranger = make_token(connection, school_code="99900009", system="test", now=NOW)
    other = browser.get(address, Authorization=f"Bearer {stranger}")
    assert (other.status_code, other.json()["code"]) == (404, "card_not_found")


def test_announced_card_has_no_bytes(served: ServedCity, browser: Browser) -> None:
    record_id = announce(served, browser).json()["record_id"]
    answer = browser.get(f"/api/prepared/{record_id}/xml", Authorization=f"Bearer {served.system_token()}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"missing": ["luck"]}, 400, "request_malformed"),
        ({"grade": 13}, 400, "request_malformed"),
        ({"school_year": "2025-2027"}, 422, "field_malformed"),
        ({"prepared_by": " "}, 422, "preparation_word_missing"),
    ],
)
def test_what_cannot_be_announced_is_refused_with_its_code(
    served: ServedCity, browser: Browser, change: dict[str, Any], status: int, code: str
) -> None:
    answer = announce(served, browser, **change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_card_in_force_is_not_announced_again(served: ServedCity, browser: Browser) -> None:
    served.issue(1)
    answer = announce(served, browser, pupil_code="0000000001")
    assert (answer.status_code, answer.json()["code"]) == (409, "card_in_force")


def test_pupil_whom_only_a_prepared_or_received_card_knows_is_missing_a_code(
    served: ServedCity, browser: Browser
) -> None:
    record = a_record()
    nameless = structs.replace(record, pupil=structs.replace(record.pupil, personal_code=None, pupil_code="77"))
    with served.working.database.write() as connection:
        prepare_card(connection, nameless, missing=(), prepared_by="workbook", now=NOW)
    announce(served, browser, pupil_code="78", missing=["personal_code"])
    answer = browser.get("/api/pupils/missing-codes", Authorization=f"Bearer {served.system_token()}").json()
    assert [(pupil["pupil_code"], pupil["name"]) for pupil in answer["pupils"]] == [
        ("78", None),
        ("77", record.transcript.name),
    ]
    assert nameless.transcript.school_code == SCHOOL_CODE
