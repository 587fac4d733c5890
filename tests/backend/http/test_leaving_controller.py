import json
import zipfile
from io import BytesIO
from typing import Any

import pytest

from backend.access.limits import LIMITS, AttemptKind
from backend.access.notices.store import NoticeKind, add_notices, read_notices
from backend.archive.objects import pdf_object_name
from backend.department.letters import write_letters
from backend.people.confirmations.store import read_open
from backend.people.guardianship import bar_guardian
from backend.rights.account import export_account
from backend.rights.account.zip_stream import zip_stream
from tests.backend.http.browser import FATHER, MOTHER, PDF, Browser, ServedCity, visiting
from tests.verifier.small_city import NOW, SCHOOL_CODE

DOCUMENTS = ("account", "guardianships", "children", "consents", "requests", "shares", "looks")


def share(browser: Browser, pupil_id: str | None) -> str:
    """A link that the reader makes; its secret."""
    browser.step_up()
    terms = {
        "pupil_id": pupil_id,
        "record_ids": None,
        "receiver": "Trường mới",
        "purpose": "Chuyển trường",
        "with_address": False,
        "with_personal_code": False,
        "days": 30,
        "passcode": "246813",
        "single_use": False,
        "child_consents": True,
    }
    made = browser.post("/api/shares", terms)
    assert made.status_code == 201, made.text
    secret: str = made.json()["link"].partition("#")[2]
    return secret


def taken_along(browser: Browser) -> zipfile.ZipFile:
    assert browser.step_up().status_code == 200
    answer = browser.get("/api/account/export")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["cache-control"] == "no-store"
    archive = zipfile.ZipFile(BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def document(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(f"{name}.json"))


def test_everything_is_taken_along(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    others = served.issue(2)
    served.receive(3)
    mother.post("/api/requests", {"kind": "correction", "text": "Sai điểm.", "record_id": record_id})
    archive = taken_along(mother)
    assert sorted(archive.namelist()) == sorted(
        [
            "DOC-TOI-README.txt",
            *(f"{name}.json" for name in DOCUMENTS),
            f"cards/{record_id}.xml",
            f"cards/{record_id}.pdf",
        ]
    )
    assert archive.read(f"cards/{record_id}.pdf") == PDF
    assert archive.read(f"cards/{record_id}.xml") == mother.get(f"/api/cards/{record_id}/xml").content
    account = document(archive, "account")
    assert (account["name"], account["personal_code"]) == (MOTHER.name, MOTHER.personal_code)
    assert [passkey["name"] for passkey in account["passkeys"]] == ["Điện thoại"]
    assert len(account["sessions"]) == 1
    (tie,) = document(archive, "guardianships")
    assert (tie["pupil_id"], tie["relation"]) == (served.ngoc.pupil_id, "mother")
    (child,) = document(archive, "children")
    assert [card["record_id"] for card in child["cards"]] == [record_id]
    assert set(child["cards"][0]["files"]) <= set(archive.namelist())
    assert [one["text"] for one in document(archive, "requests")] == ["Sai điểm."]
    everything = b"".join(archive.read(name) for name in archive.namelist()) + repr(archive.namelist()).encode()
    assert others.encode() not in everything


def test_each_childs_cards_lie_with_that_child(served: ServedCity, mother: Browser) -> None:
    second = served.register(3, (MOTHER,))
    cards = {served.ngoc.pupil_id: [served.issue(1)], second.pupil_id: [served.issue(3)]}
    archive = taken_along(mother)
    children = document(archive, "children")
    assert {child["pupil"]["pupil_id"]: [card["record_id"] for card in child["cards"]] for child in children} == cards
    assert len([name for name in archive.namelist() if name.startswith("cards/")]) == 4


def test_nothing_secret_is_taken_along(mother: Browser) -> None:
    account = document(taken_along(mother), "account")
    lists = {"passkeys", "sessions", "letters", "notices", "confirmations"}
    assert set(account) == {"guardian_id", "name", "personal_code", "registered_at"} | lists
    assert set(account["passkeys"][0]) == {
        "name",
        "registered_at",
        "last_used_at",
        "backed_up",
        "ended_at",
        "ended_reason",
    }
    assert set(account["sessions"][0]) == {"device", "started_at", "last_seen_at", "ends_at"}
    assert set(account["letters"][0]) == {"issued_at", "expires_at", "used_at", "withdrawn_at"}


def test_barred_mother_takes_nothing_of_the_child_along(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    mother.post("/api/requests", {"kind": "correction", "text": "Sai điểm.", "record_id": record_id})
    pupil_id, guardian_id = served.ngoc.pupil_id, served.ngoc.guardian_ids[0]
    assert pupil_id is not None
    assert guardian_id is not None
    decision = {"reason": "court_order", "decision_reference": "12/2026/QĐ-TA"}
    bar_guardian(served.working.database, pupil_id=pupil_id, guardian_id=guardian_id, **decision, now=NOW)
    archive = taken_along(mother)
    assert [name for name in archive.namelist() if name.startswith("cards/")] == []
    assert (document(archive, "children"), document(archive, "requests")) == ([], [])
    (tie,) = document(archive, "guardianships")
    assert tie["decision_reference"] == "12/2026/QĐ-TA"


def test_links_and_the_history_are_taken_along_without_what_is_secret(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    father = served.activation_code(served.ngoc.guardian_ids[1])
    with visiting(served.app()) as browser:
        assert browser.enrol(father, FATHER.personal_code).status_code == 201
        assert browser.get(f"/api/cards/{record_id}/pdf").status_code == 200
    secret = share(mother, served.ngoc.pupil_id)
    said = {"secret": secret, "passcode": "246813", "name": "Phạm Văn Tân", "organisation": ""}
    with visiting(served.app()) as receiver:
        assert receiver.post("/api/shared/open", said).status_code == 200
    taken_along(mother)
    archive = taken_along(mother)
    (link,) = document(archive, "shares")
    assert (link["receiver"], link["opened_count"]) == ("Trường mới", 1)
    assert not {"passcode_hash", "secret_hash"} & set(link)
    looks = document(archive, "looks")
    assert {(look["name"], look["role"], look["what"]) for look in looks} == {
        (FATHER.name, "father", "pdf"),
        (MOTHER.name, "mother", "pdf"),
        (MOTHER.name, "mother", "xml"),
        ("Phạm Văn Tân", None, "card"),
    }
    (opened,) = [look for look in looks if look["looker"] == "share"]
    assert (opened["share_id"], opened["shared_by"]) == (link["share_id"], MOTHER.name)
    assert not any("looker_id" in look for look in looks)


def test_taking_along_again_and_again_ends(mother: Browser) -> None:
    mother.step_up()
    answers = [mother.get("/api/account/export") for _ in range(LIMITS[AttemptKind.EXPORT].per_code + 1)]
    assert [answer.status_code for answer in answers] == [200] * (len(answers) - 1) + [429]
    assert "retry-after" in answers[-1].headers


def test_damaged_card_is_named_and_the_rest_comes(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    served.working.objects.put(pdf_object_name(record_id), PDF + b"!")
    archive = taken_along(mother)
    assert document(archive, "not-included") == [{"file": f"cards/{record_id}.pdf", "reason": "object_damaged"}]
    assert f"cards/{record_id}.xml" in archive.namelist()


def test_more_cards_than_fit_are_refused(served: ServedCity, mother: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    served.issue(1)
    monkeypatch.setattr(export_account, "MAX_CARDS", 0)
    mother.step_up()
    answer = mother.get("/api/account/export")
    assert (answer.status_code, answer.json()["code"]) == (413, "export_too_large")


def test_files_are_asked_for_one_after_the_other() -> None:
    asked = []

    def files() -> Any:
        for number in range(3):
            asked.append(number)
            yield f"{number}.txt", b"x"

    pieces = zip_stream(files(), now=NOW)
    next(pieces)
    assert asked == [0]
    assert len(list(pieces)) == 3


def test_neither_is_for_a_session_without_the_passkey_shown_again(served: ServedCity, mother: Browser) -> None:
    served.issue(1)
    for answer in (mother.get("/api/account/export"), delete(mother)):
        assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")
    assert mother.get("/api/me").status_code == 200


def delete(browser: Browser) -> Any:
    return browser.client.delete("/api/account", headers={"Origin": browser.origin})


def test_account_is_deleted_and_the_record_stays(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    other_phone = served.activation_code(served.ngoc.guardian_ids[0])
    mother.step_up()
    answer = delete(mother)
    assert answer.status_code == 200
    kept = answer.json()["kept"]
    assert len(kept) == 5
    assert kept[0]["what"]["vi"].startswith("Học bạ")
    assert "Điều 14" in kept[0]["why"]["vi"]
    assert "hocba_session" not in mother.client.cookies
    assert mother.get("/api/me").status_code == 401
    refused = mother.log_in(None)
    assert (refused.status_code, refused.json()["code"]) == (401, "login_refused")
    assert mother.enrol(other_phone, MOTHER.personal_code).status_code == 401
    letters = list(write_letters(served.access, school_code=SCHOOL_CODE, now=served.clock.now))
    (again,) = [letter for letter in letters if letter.guardian == MOTHER.name]
    assert mother.enrol(again.activation_code, MOTHER.personal_code).status_code == 201
    (child,) = mother.get("/api/me").json()["children"]
    assert [card["record_id"] for card in child["cards"]] == [record_id]
    (request,) = mother.get("/api/requests").json()["requests"]
    assert (request["kind"], request["state"]) == ("delete_account", "answered")


def test_links_end_with_the_account(served: ServedCity, mother: Browser) -> None:
    served.issue(1)
    secret = share(mother, served.ngoc.pupil_id)
    with visiting(served.app()) as receiver:
        assert receiver.post("/api/shared/look", {"secret": secret}).status_code == 200
        assert delete(mother).status_code == 200
        assert receiver.post("/api/shared/look", {"secret": secret}).is_error


def test_what_the_school_was_asked_is_taken_along_and_asked_no_longer(served: ServedCity, mother: Browser) -> None:
    mother.step_up()
    asked = mother.post("/api/account/personal-code", {"personal_code": "999185000077"})
    assert asked.json()["state"] == "waiting"
    account = document(taken_along(mother), "account")
    (waiting,) = account["confirmations"]
    assert (waiting["reason"], waiting["claimed_personal_code"], waiting["decision"]) == (
        "personal_code_change",
        "999185000077",
        None,
    )
    with served.working.database.read() as connection:
        assert len(read_open(connection)) == 1
    assert delete(mother).status_code == 200
    with served.working.database.read() as connection:
        assert read_open(connection) == []


def test_what_the_account_was_told_is_taken_along_and_goes_with_it(served: ServedCity, mother: Browser) -> None:
    guardian_id = served.ngoc.guardian_ids[0] or ""
    with served.working.database.write() as connection:
        add_notices(connection, [guardian_id], NoticeKind.RE_ENROLLED, name=FATHER.name, now=NOW)
    (notice,) = document(taken_along(mother), "account")["notices"]
    assert (notice["kind"], notice["name"], notice["seen_at"]) == ("re_enrolled", FATHER.name, None)
    assert delete(mother).status_code == 200
    with served.working.database.read() as connection:
        assert read_notices(connection, guardian_id) == []


def test_deleted_account_leaves_no_name_of_a_device(served: ServedCity, mother: Browser) -> None:
    served.issue(1)
    mother.step_up()
    delete(mother)
    (again,) = [
        letter
        for letter in write_letters(served.access, school_code=SCHOOL_CODE, now=served.clock.now)
        if letter.guardian == MOTHER.name
    ]
    mother.device = "Máy mới"
    assert mother.enrol(again.activation_code, MOTHER.personal_code).status_code == 201
    account = document(taken_along(mother), "account")
    assert [(passkey["name"], passkey["ended_reason"]) for passkey in account["passkeys"]] == [
        ("", "account_deleted"),
        ("Máy mới", None),
    ]


def enrol_anew(served: ServedCity, browser: Browser) -> None:
    """Whoever holds a second letter of the mother's, and her personal code; the school has not confirmed it."""
    browser.device = "Máy mới"
    again = browser.enrol(served.activation_code(served.ngoc.guardian_ids[0]), MOTHER.personal_code)
    assert again.json()["confirmation"]["reason"] == "re_enrolment"


def test_account_that_waits_takes_along_what_its_enrolment_brought(served: ServedCity, mother: Browser) -> None:
    served.issue(1)
    share(mother, served.ngoc.pupil_id)
    mother.post("/api/requests", {"kind": "object", "text": "Của người mẹ."})
    enrol_anew(served, mother)
    archive = taken_along(mother)
    assert archive.namelist() == ["DOC-TOI-README.txt", "account.json"]
    account = document(archive, "account")
    assert set(account) == {"guardian_id", "name", "personal_code", "registered_at"} | {
        "passkeys",
        "sessions",
        "confirmations",
    }
    assert [passkey["name"] for passkey in account["passkeys"]] == ["Máy mới"]
    (waits,) = account["confirmations"]
    assert (waits["reason"], waits["decided_at"]) == ("re_enrolment", None)
    pupil_id = served.ngoc.pupil_id or ""
    assert pupil_id not in archive.read("account.json").decode()


def test_account_that_waits_is_deleted_and_an_enrolment_afterwards_waits_as_well(
    served: ServedCity, mother: Browser
) -> None:
    enrol_anew(served, mother)
    assert delete(mother).json()["code"] == "step_up_required"
    mother.step_up()
    answer = delete(mother)
    assert (answer.status_code, "Ngọc" in answer.text) == (200, False)
    with served.working.database.read() as connection:
        assert read_open(connection) == []
    assert mother.get("/api/me").status_code == 401
    enrol_anew(served, mother)
    assert mother.get("/api/me").json()["children"] == []


def test_who_deletes_while_it_waits_takes_nothing_from_whose_account_it_was(
    served: ServedCity, mother: Browser
) -> None:
    served.issue(1)
    secret = share(mother, served.ngoc.pupil_id)
    with visiting(served.app()) as thief:
        enrol_anew(served, thief)
        thief.step_up()
        assert delete(thief).status_code == 200
    begun = mother.post("/api/access/login/begin", {"personal_code": None}).json()["public_key"]
    told = mother.post("/api/access/login/finish", {"credential": mother.phone.get(begun)})
    assert told.json()["code"] == "passkey_enrolled_anew"
    with served.working.database.read() as connection:
        notices = read_notices(connection, served.ngoc.guardian_ids[0] or "")
    assert [notice.kind for notice in notices] == [NoticeKind.RE_ENROLLED]
    link = {"secret": secret, "passcode": "246813", "name": "Trường mới", "organisation": ""}
    assert mother.post("/api/shared/open", link).status_code == 200
