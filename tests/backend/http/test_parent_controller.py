import hashlib
from datetime import date, timedelta
from uuid import uuid4

import pytest
from msgspec import structs

from backend.archive.card import SealedCard
from backend.archive.keep_card import keep_issued_card
from backend.archive.prepared.card import Missing
from backend.archive.prepared.prepare_card import PupilsYear, announce_card
from backend.archive.store import find_card
from backend.archive.withdraw_card import withdraw_card
from backend.people.guardianship import bar_guardian, end_guardianship
from backend.people.register_pupils import register_pupils
from backend.people.roster import PendingAssessment, PendingReason
from tests.backend.http.browser import FATHER, MOTHER, PDF, STRANGER, Browser, ServedCity, visiting
from tests.backend.intake.sending import record_id_of
from tests.verifier.small_city import NOW
from verifier.vietnam_time import vietnam_day


def test_a_parent_sees_their_child_and_every_mark(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    served.issue(2)
    me = mother.get("/api/me").json()
    assert me["name"] == "Trần Thị Mai"
    (child,) = me["children"]
    assert (child["name"], child["class_group"], child["pending"]) == ("Nguyễn Thị Bảo Ngọc", "4A", None)
    assert child["cards"] == [
        {
            "record_id": record_id,
            "school_year": "2025-2026",
            "grade": 4,
            "class_group": "4A",
            "school_name": "Trường Tiểu học Hoa Sen",
            "level": "primary",
            "state": "issued",
            "issued_at": child["cards"][0]["issued_at"],
        }
    ]
    card = mother.get(f"/api/cards/{record_id}").json()
    assert card["state"] == "issued"
    assert card["record"]["transcript"]["results"]["kind"] == "primary"
    assert card["record"]["pupil"]["personal_code"] == "999316000001"
    assert {mark["code"]: mark["score"] for mark in card["record"]["transcript"]["results"]["subjects"]} == {
        "TV": 9,
        "TO": 8,
        "DD": None,
    }
    assert {(signature["role"], signature["indication"]) for signature in card["signatures"]} >= {
        ("manager", "TOTAL-PASSED"),
        ("school", "TOTAL-PASSED"),
    }


def test_pdf_and_xml_are_handed_out_byte_for_byte(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    pdf = mother.get(f"/api/cards/{record_id}/pdf")
    assert pdf.content == PDF
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"] == 'attachment; filename="hoc-ba-2025-2026.pdf"'
    assert pdf.headers["cache-control"] == "no-store"
    xml = mother.get(f"/api/cards/{record_id}/xml")
    with served.working.database.read() as connection:
        stored = find_card(connection, record_id)
    assert stored is not None
    assert hashlib.sha256(xml.content).hexdigest() == stored.xml_sha256
    assert xml.headers["content-type"].startswith("application/xml")


@pytest.mark.parametrize(
    ("superseded", "state", "mark"), [(False, "revoked", "-thu-hoi"), (True, "superseded", "-thay-the")]
)
def test_a_withdrawn_card_is_marked_as_such(
    served: ServedCity, mother: Browser, *, superseded: bool, state: str, mark: str
) -> None:
    record_id = served.issue(1)
    with served.working.database.write() as connection:
        withdraw_card(
            connection,
            record_id,
            kind="superseded" if superseded else "revoked",
            reason="Sai điểm",
            requested_by="Trường",
            approved_by="Sở",
            now=NOW,
        )
    assert mother.get("/api/me").json()["children"][0]["cards"][0]["state"] == state
    assert mother.get(f"/api/cards/{record_id}").json()["state"] == state
    disposition = mother.get(f"/api/cards/{record_id}/pdf").headers["content-disposition"]
    assert disposition == f'attachment; filename="hoc-ba-2025-2026{mark}.pdf"'


def test_a_card_that_waits_to_be_issued_is_not_there_yet(served: ServedCity, mother: Browser) -> None:
    record_id = served.receive(1)
    assert mother.get("/api/me").json()["children"][0]["cards"] == []
    assert mother.get(f"/api/cards/{record_id}").status_code == 404
    assert mother.get(f"/api/cards/{record_id}/pdf").status_code == 404


def test_a_year_left_open_is_shown_with_reason_and_day(served: ServedCity, mother: Browser) -> None:
    entry = served.entry(1, (MOTHER, FATHER))
    day = vietnam_day(NOW) + timedelta(days=60)
    pending = structs.replace(entry, pending=PendingAssessment(PendingReason.SUPPLEMENTARY_LESSONS, day))
    register_pupils(served.working.database, [pending], now=NOW)
    (child,) = mother.get("/api/me").json()["children"]
    assert child["pending"] == {"until": day.isoformat(), "reason": "supplementary_lessons", "overdue": False}


def test_a_prepared_card_that_waits_is_shown_with_what_it_waits_for(served: ServedCity, mother: Browser) -> None:
    entry = served.entry(1, (MOTHER, FATHER))
    year = PupilsYear(
        school_code=entry.school_code,
        pupil_code=entry.pupil_code,
        school_year="2025-2026",
        grade=4,
        class_group="4A",
    )
    for missing, expected in (
        ({Missing.PERSONAL_CODE}, {"until": "2026-06-30", "reason": "personal_code", "overdue": False}),
        (
            {Missing.PERSONAL_CODE, Missing.SUPPLEMENTARY_LESSONS},
            {"until": "2026-08-15", "reason": "supplementary_lessons", "overdue": False},
        ),
        (set(), None),
    ):
        with served.working.database.write() as connection:
            announce_card(connection, year, missing=missing, prepared_by="Phạm Thị Mai", now=NOW)
        assert mother.get("/api/me").json()["children"][0]["pending"] == expected


@pytest.mark.parametrize(("after_midnight_seconds", "overdue"), [(-1, False), (0, True)])
def test_a_year_left_open_is_overdue_once_its_last_day_is_over_in_vietnam(
    served: ServedCity, mother: Browser, *, after_midnight_seconds: int, overdue: bool
) -> None:
    pending = PendingAssessment(PendingReason.REEXAMINATION, vietnam_day(NOW))
    register_pupils(
        served.working.database, [structs.replace(served.entry(1, (MOTHER, FATHER)), pending=pending)], now=NOW
    )
    served.clock.now = NOW.replace(hour=0) + timedelta(days=1, seconds=after_midnight_seconds)
    served.clock.now = served.clock.now.replace(tzinfo=NOW.tzinfo)
    assert mother.log_in(MOTHER.personal_code).status_code == 200
    (child,) = mother.get("/api/me").json()["children"]
    assert child["pending"]["overdue"] is overdue


def test_waiting_ends_when_the_card_of_that_year_is_issued(served: ServedCity, mother: Browser) -> None:
    day = date(2026, 8, 15)
    pending = PendingAssessment(PendingReason.SUMMER_TRAINING, day)
    register_pupils(
        served.working.database, [structs.replace(served.entry(1, (MOTHER, FATHER)), pending=pending)], now=NOW
    )
    served.receive(1)
    assert mother.get("/api/me").json()["children"][0]["pending"]["until"] == "2026-08-15"
    with served.working.database.write() as connection:
        keep_issued_card(connection, SealedCard(record_id_of(1), "ab" * 32, "pdf", NOW))
    assert mother.get("/api/me").json()["children"][0]["pending"] is None


def test_another_familys_card_is_answered_like_one_that_never_was(served: ServedCity, mother: Browser) -> None:
    theirs, nobodys = served.issue(2), str(uuid4())
    for suffix in ("", "/pdf", "/xml"):
        answers = [mother.get(f"/api/cards/{record_id}{suffix}") for record_id in (theirs, nobodys)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()
        assert answers[0].json()["code"] == "card_not_found"


def test_a_bar_and_an_end_take_effect_at_the_next_request(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    father_id, pupil_id = served.ngoc.guardian_ids[1], served.ngoc.pupil_id
    assert father_id is not None
    assert pupil_id is not None
    with visiting(served.app()) as father:
        father.enrol(served.activation_code(father_id), FATHER.personal_code)
        assert father.get(f"/api/cards/{record_id}").status_code == 200
        bar_guardian(
            served.working.database,
            pupil_id=pupil_id,
            guardian_id=father_id,
            reason="court_order",
            decision_reference="12/2026/QĐ-TA",
            now=NOW,
        )
        assert father.get("/api/me").json()["children"] == []
        assert father.get(f"/api/cards/{record_id}").status_code == 404
    mother_id = served.ngoc.guardian_ids[0]
    assert mother_id is not None
    end_guardianship(served.working.database, pupil_id=pupil_id, guardian_id=mother_id, last_day=vietnam_day(NOW))
    assert mother.get(f"/api/cards/{record_id}").status_code == 200
    served.clock.pass_time(minutes=20)
    assert mother.get(f"/api/cards/{record_id}").status_code == 200
    served.clock.now = NOW.replace(hour=23, minute=59, second=59) + timedelta(seconds=1)
    assert mother.log_in(MOTHER.personal_code).status_code == 200
    assert mother.get(f"/api/cards/{record_id}").status_code == 404
    assert mother.get("/api/me").json()["children"] == []


def test_a_damaged_object_is_not_shown(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    for path in (served.working.folder / "objects").rglob("*.*"):
        if path.is_file():
            path.write_bytes(path.read_bytes() + b" ")
    for suffix in ("", "/pdf", "/xml"):
        answer = mother.get(f"/api/cards/{record_id}{suffix}")
        assert (answer.status_code, answer.json()["code"]) == (500, "object_damaged")


def test_two_parents_on_two_phones_see_their_own(served: ServedCity, mother: Browser) -> None:
    served.issue(1)
    second = served.issue(2)
    with visiting(served.app()) as other:
        other.enrol(served.activation_code(served.son.guardian_ids[0]), STRANGER.personal_code)
        assert other.get(f"/api/cards/{second}").status_code == 200
        assert mother.get(f"/api/cards/{second}").status_code == 404


@pytest.mark.parametrize("kind", ["", "/pdf", "/xml"])
def test_a_client_that_has_it_already_is_sent_nothing_and_its_look_counts(
    served: ServedCity, mother: Browser, kind: str
) -> None:
    address = f"/api/cards/{served.issue(1)}{kind}"
    first = mother.get(address)
    tag = first.headers["etag"]
    served.clock.pass_time(minutes=20)
    for condition in (tag, f'"other", W/{tag}', "*"):
        again = mother.get(address, **{"If-None-Match": condition})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == "no-store"
    changed = mother.get(address, **{"If-None-Match": '"other"'})
    assert (changed.status_code, changed.content) == (200, first.content)
    pupil_id = mother.get("/api/me").json()["children"][0]["pupil_id"]
    looks = mother.get(f"/api/history?pupil_id={pupil_id}").json()["looks"]
    assert len([look for look in looks if look["what"] == (kind.strip("/") or "card")]) == 2


def test_a_card_that_was_withdrawn_has_another_tag(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    tag = mother.get(f"/api/cards/{record_id}").headers["etag"]
    with served.working.database.write() as connection:
        withdraw_card(
            connection, record_id, kind="revoked", reason="Sai", requested_by="A", approved_by="B", now=served.clock.now
        )
    answer = mother.get(f"/api/cards/{record_id}", **{"If-None-Match": tag})
    assert (answer.status_code, answer.json()["state"]) == (200, "revoked")
