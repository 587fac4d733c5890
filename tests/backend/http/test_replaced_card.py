"""A corrected card beside the one it replaced: the parent sees both and what changed, the public sees no link."""

import hashlib
from uuid import UUID

import pytest

from backend.archive.card import SealedCard
from backend.archive.keep_card import keep_issued_card
from backend.archive.lock_days import Approval
from backend.archive.objects import pdf_object_name
from backend.archive.recall_card import approve_recall, request_recall
from backend.people.tables import card_links
from tests.backend.http.browser import PDF, Browser, ServedCity
from tests.backend.intake.sending import plain_list, record_id_of, send, signed_card
from tests.verifier.small_city import NOW, SCHOOL_YEAR
from verifier.status import status_entry

OLD, NEW = record_id_of(1), record_id_of(3)


def replace_card(served: ServedCity) -> tuple[bytes, bytes]:
    """Card 1 is issued, and card 3 in its place; the XML of both."""
    served.issue(1)
    with served.working.database.write() as connection:
        asked = request_recall(
            connection, OLD, kind="superseded", reason="Sai tên", requested_by="Trường", replaced_by=NEW, now=NOW
        )
        approve_recall(connection, asked.recall_id, decided_as=Approval.DEPARTMENT, decided_by="Sở", now=NOW)
    new = signed_card(served.working, 3, pupil=1, name="Nguyễn Thị Bảo Ngân")
    send(served.working, plain_list(new))
    served.working.objects.put(pdf_object_name(NEW), PDF)
    sealed = SealedCard(NEW, hashlib.sha256(PDF).hexdigest(), pdf_object_name(NEW), NOW)
    with served.working.database.write() as connection:
        keep_issued_card(connection, sealed)
    return signed_card(served.working, 1), new


def test_parent_sees_both_cards_the_new_one_first_and_what_changed(served: ServedCity, mother: Browser) -> None:
    replace_card(served)
    (child,) = mother.get("/api/me").json()["children"]
    assert [(card["record_id"], card["state"]) for card in child["cards"]] == [(NEW, "issued"), (OLD, "superseded")]
    change = {"field": "transcript.name", "before": "Nguyễn Thị Bảo Ngọc", "after": "Nguyễn Thị Bảo Ngân"}
    new, old = (mother.get(f"/api/cards/{record_id}").json() for record_id in (NEW, OLD))
    assert (new["replaces"], new["replaced_by"], new["changes"]) == (OLD, None, [change])
    assert (old["replaces"], old["replaced_by"], old["changes"]) == (None, NEW, [change])


def test_link_is_not_shown_to_who_may_not_read_both(served: ServedCity, mother: Browser) -> None:
    replace_card(served)
    with served.working.database.write() as connection:
        connection.execute(card_links.delete().where(card_links.c.record_id == NEW))
    answer = mother.get(f"/api/cards/{OLD}")
    assert (answer.json()["replaced_by"], answer.json()["changes"]) == (None, [])
    assert NEW not in answer.text


@pytest.mark.parametrize("spelling", [NEW, NEW.upper(), UUID(NEW).hex])
def test_public_never_sees_the_link_in_verdict_or_status_list(
    served: ServedCity, browser: Browser, spelling: str
) -> None:
    old, new = replace_card(served)
    verdict = browser.client.post("/api/verify", content=old)
    assert verdict.json()["verdict"] == "superseded"
    assert spelling not in verdict.text
    of_new = browser.client.post("/api/verify", content=new)
    assert of_new.json()["verdict"] == "genuine"
    assert OLD not in of_new.text
    status = browser.get(f"/.well-known/hocba/status-list/{SCHOOL_YEAR}").content
    assert status_entry(OLD) in status
    for trace in (status_entry(NEW), UUID(NEW).bytes, spelling.encode()):
        assert trace not in status


def test_public_sees_the_old_card_genuine_until_the_new_one_is_issued(served: ServedCity, browser: Browser) -> None:
    served.issue(1)
    with served.working.database.write() as connection:
        asked = request_recall(
            connection, OLD, kind="superseded", reason="Sai tên", requested_by="Trường", replaced_by=NEW, now=NOW
        )
        approve_recall(connection, asked.recall_id, decided_as=Approval.SCHOOL, decided_by="Hiệu trưởng", now=NOW)
    answer = browser.client.post("/api/verify", content=signed_card(served.working, 1))
    assert answer.json()["verdict"] == "genuine"
