import json
from datetime import timedelta

from backend.archive.store import find_card
from backend.archive.withdraw_card import withdraw_card
from tests.backend.http.browser import Browser, ServedCity
from tests.verifier import zips
from tests.verifier.small_city import NOW, SCHOOL_YEAR
from verifier.lists import VerifiedLists, verify_lists


def withdraw(served: ServedCity, record_id: str) -> None:
    with served.working.database.write() as connection:
        withdraw_card(
            connection,
            record_id,
            kind="revoked",
            reason="Sai điểm",
            requested_by="Trường",
            approved_by="Sở",
            now=NOW,
        )


def fetch_lists(served: ServedCity, browser: Browser) -> VerifiedLists:
    names = ("trust-list", "school-registry", f"status-list/{SCHOOL_YEAR}")
    answers = [browser.get(f"/.well-known/hocba/{name}") for name in names]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["content-type"] for answer in answers} == {"application/cwt"}
    assert {answer.headers["cache-control"] for answer in answers} == {"public, max-age=60"}
    trust, registry, status = (answer.content for answer in answers)
    return verify_lists(
        trust=trust,
        registry=registry,
        statuses={SCHOOL_YEAR: status},
        expected_trust_anchor=served.working.trust_anchor,
        stored_sequences={},
        now=served.clock.now,
    )


def test_the_lists_verify_as_strangers_verify_them_and_grow_with_a_withdrawal(
    served: ServedCity, browser: Browser
) -> None:
    record_id = served.issue(1)
    before = fetch_lists(served, browser)
    withdraw(served, record_id)
    after = fetch_lists(served, browser)
    subject = f"status-list/{SCHOOL_YEAR}"
    assert after.sequences[subject] == before.sequences[subject] + 1
    assert len(after.lists.statuses[SCHOOL_YEAR].revoked) == 10


def test_lists_are_made_anew_before_they_end(served: ServedCity, browser: Browser) -> None:
    served.issue(1)
    for _ in range(4):
        fetch_lists(served, browser)
        served.clock.now += timedelta(hours=23)


def test_anyone_checks_a_card_and_a_withdrawal_counts_at_once(served: ServedCity, browser: Browser) -> None:
    record_id = served.issue(1)
    with served.working.database.read() as connection:
        stored = find_card(connection, record_id)
    assert stored is not None
    xml = served.working.objects.get(stored.xml_object, expected_sha256=stored.xml_sha256)
    verdict = browser.client.post("/api/verify", content=xml)
    assert (verdict.status_code, verdict.json()["verdict"]) == (200, "genuine")
    assert "personal_code" not in verdict.text
    withdraw(served, record_id)
    assert browser.client.post("/api/verify", content=xml).json()["verdict"] == "revoked"
    altered = xml.replace("Bảo Ngọc".encode(), "Bảo Anh".encode())
    assert browser.client.post("/api/verify", content=altered).json()["verdict"] == "altered"
    assert browser.client.post("/api/verify", content=b"noise").json()["verdict"] == "unreadable"


def test_the_city_checks_a_zip_and_tells_the_limits(served: ServedCity, browser: Browser) -> None:
    record_id = served.issue(1)
    with served.working.database.read() as connection:
        stored = find_card(connection, record_id)
    assert stored is not None
    xml = served.working.objects.get(stored.xml_object, expected_sha256=stored.xml_sha256)

    answer = browser.client.post("/api/verify/batch", content=zips.zip_of({"a.xml": xml, "b.xml": b"<x/>"}))
    refused = browser.client.post("/api/verify/batch", content=b"no zip")

    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [(line["input"], line["verdict"]) for line in lines] == [("a.xml", "genuine"), ("b.xml", "unreadable")]
    assert answer.headers["ratelimit-policy"] == '"verify-batch";q=20;w=600'
    assert (refused.status_code, refused.json()["code"]) == (422, "archive_malformed")


def test_the_pages_learn_what_they_need(served: ServedCity, browser: Browser) -> None:
    department = served.working.small.trust_list().department
    assert browser.get("/api/configuration").json() == {
        "mode": "demo",
        "trust_anchor": served.working.trust_anchor,
        "public_url": "http://localhost:8000",
        "department": {"vi": department.vi, "en": department.en},
    }
