import json
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec import structs

from backend.archive.prepared.prepare_card import prepare_card
from backend.archive.store import insert_school
from backend.cli import main
from backend.intake.system_token import make_token
from backend.sharing.history.look import Look, LookedAt, Looker, look_row
from backend.sharing.history.read_history import PAGE_LOOKS
from backend.sharing.history.store import insert_looks
from tests.backend.http.browser import FATHER, MOTHER, Browser, ServedCity
from tests.backend.http.sharing import RECEIVER, another_browser, code_of, history_of, open_link, share
from tests.verifier.small_city import NOW, SCHOOL_CODE, a_record


def test_a_guardians_own_looks_and_the_other_guardians(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    assert history_of(served, mother) == []
    mother.get(f"/api/cards/{record_id}")
    served.clock.pass_time(seconds=1)
    with another_browser(served) as fathers:
        assert fathers.enrol(served.activation_code(served.ngoc.guardian_ids[1]), FATHER.personal_code).is_success
        fathers.get(f"/api/cards/{record_id}/pdf")
    served.clock.pass_time(seconds=1)
    mother.get(f"/api/cards/{record_id}/xml")
    looks = history_of(served, mother)
    assert [(look["name"], look["role"], look["what"]) for look in looks] == [
        ("Trần Thị Mai", "mother", "xml"),
        ("Nguyễn Văn Hùng", "father", "pdf"),
        ("Trần Thị Mai", "mother", "card"),
    ]
    of_father = looks[1]
    assert of_father == {
        "look_id": of_father["look_id"],
        "at": of_father["at"],
        "pupil_id": served.ngoc.pupil_id,
        "record_id": record_id,
        "by": "guardian",
        "name": "Nguyễn Văn Hùng",
        "organisation": None,
        "role": "father",
        "share_id": None,
        "shared_by": None,
        "what": "pdf",
        "reported_at": None,
    }


def test_a_look_that_is_refused_is_none(served: ServedCity, mother: Browser) -> None:
    other = served.issue(2)
    assert mother.get(f"/api/cards/{other}").status_code == 404
    with served.working.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM looks").scalar() == 0


def test_the_same_look_within_ten_minutes_stands_there_once(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    for _ in range(3):
        mother.get(f"/api/cards/{record_id}")
        served.clock.pass_time(seconds=1)
    assert len(history_of(served, mother)) == 1
    served.clock.pass_time(minutes=10)
    mother.get(f"/api/cards/{record_id}")
    assert len(history_of(served, mother)) == 2


def test_each_receiver_of_a_link_stands_there_with_what_they_said(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    made, secret = share(served, mother, with_address=True, with_personal_code=True)
    with another_browser(served) as desk:
        open_link(desk, secret)
        desk.get(f"/api/shared/cards/{record_id}/pdf")
        desk.get(f"/api/shared/cards/{record_id}/pdf")
        open_link(desk, secret, name="Đỗ Thị\nLan", organisation="")
    looks = history_of(served, mother)
    told = {(look["by"], look["what"], look["name"], look["organisation"]) for look in looks}
    assert told == {
        ("share", "card", RECEIVER["name"], RECEIVER["organisation"]),
        ("share", "pdf", RECEIVER["name"], RECEIVER["organisation"]),
        ("share", "card", "Đỗ Thị Lan", None),
    }
    assert len(looks) == 3
    assert {(look["share_id"], look["shared_by"]) for look in looks} == {(made["share_id"], MOTHER.name)}


def test_a_link_without_cards_is_opened_too(served: ServedCity, mother: Browser) -> None:
    _, secret = share(served, mother)
    with another_browser(served) as desk:
        open_link(desk, secret)
    (look,) = history_of(served, mother)
    assert (look["what"], look["record_id"]) == ("list", None)


def test_a_school_system_that_fetches_a_card_to_come_is_seen(served: ServedCity, mother: Browser) -> None:
    record = a_record()
    record = structs.replace(record, pupil=structs.replace(record.pupil, pupil_code="0000000001"))
    with served.working.database.write() as connection:
        prepared = prepare_card(connection, record, missing=(), prepared_by="workbook", now=NOW)
    with another_browser(served) as system:
        headers = {"Authorization": f"Bearer {served.system_token()}"}
        assert system.get(f"/api/prepared/{prepared.record_id}/xml", **headers).status_code == 200
    (look,) = history_of(served, mother)
    assert (look["by"], look["what"], look["record_id"]) == ("school_system", "xml", prepared.record_id)
    assert look["organisation"] == "Trường Tiểu học Hoa Sen"


def test_history_goes_on_page_by_page(served: ServedCity, mother: Browser) -> None:
    pupil_id = served.ngoc.pupil_id or ""
    total = PAGE_LOOKS * 2 + 1
    rows = [look_row(_numbered(pupil_id, number), NOW) for number in range(total)]
    with served.working.database.write() as connection:
        insert_looks(connection, rows)
    seen: list[str] = []
    before = ""
    pages = 0
    while True:
        page = mother.get(f"/api/history?pupil_id={pupil_id}{before}").json()
        seen += [look["look_id"] for look in page["looks"]]
        pages += 1
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert pages == 3
    assert len(seen) == len(set(seen)) == total
    other = mother.get(f"/api/history?pupil_id={pupil_id}&before={pupil_id}")
    assert code_of(other) == (404, "look_not_found")


def _numbered(pupil_id: str, number: int) -> Look:
    return Look(
        pupil_id=pupil_id,
        record_id=None,
        what=LookedAt.LIST,
        looker=Looker.SHARE,
        looker_id="share",
        occasion=str(number),
    )


def test_a_reported_look_goes_to_the_pupils_school(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    _, secret = share(served, mother)
    with another_browser(served) as desk:
        open_link(desk, secret)
        (look,) = history_of(served, mother)
        address = f"/api/history/{look['look_id']}/report"
        assert code_of(mother.post(address, {"text": " \n "})) == (422, "look_report_empty")
        assert mother.post(address, {"text": "Tôi không biết\nngười này"}).status_code == 201
        assert code_of(mother.post(address, {"text": "Lần nữa"})) == (409, "look_already_reported")
        assert history_of(served, mother)[0]["reported_at"] is not None
        (report,) = _reports(served, desk)
        with served.working.database.write() as connection:
            insert_school(connection, code="99900009", name="Trường khác", now=NOW)
            stranger = make_token(connection, school_code="99900009", system="test", now=NOW)
        assert desk.get("/api/look-reports", Authorization=f"Bearer {stranger}").json() == {"reports": []}
    assert report["reported_by"] == "Trần Thị Mai"
    assert report["text"] == "Tôi không biết\nngười này"
    assert report["look"]["record_id"] == record_id
    assert report["look"]["name"] == RECEIVER["name"]


def test_another_guardians_report_is_not_shown(served: ServedCity, mother: Browser) -> None:
    _, secret = share(served, mother)
    with another_browser(served) as fathers:
        open_link(fathers, secret)
        assert fathers.enrol(served.activation_code(served.ngoc.guardian_ids[1]), FATHER.personal_code).is_success
        (look,) = history_of(served, fathers)
        assert fathers.post(f"/api/history/{look['look_id']}/report", {"text": "Ai đây?"}).status_code == 201
        assert history_of(served, fathers)[0]["reported_at"] is not None
    assert history_of(served, mother)[0]["reported_at"] is None


def _reports(served: ServedCity, browser: Browser) -> list[dict[str, Any]]:
    token = served.system_token()
    reports: list[dict[str, Any]] = browser.get("/api/look-reports", Authorization=f"Bearer {token}").json()["reports"]
    return reports


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_lists_what_is_reported(served: ServedCity, mother: Browser, *, as_json: bool) -> None:
    _, secret = share(served, mother)
    with another_browser(served) as desk:
        open_link(desk, secret)
    (look,) = history_of(served, mother)
    assert mother.post(f"/api/history/{look['look_id']}/report", {"text": "Ai đây?"}).status_code == 201
    words = ["looks", "reported", "--school", SCHOOL_CODE, *(["--json"] if as_json else [])]
    result = CliRunner().invoke(main, words, obj=lambda: NOW, env=served.working.environment)
    assert result.exit_code == 0, result.output
    if as_json:
        (report,) = json.loads(result.stdout)["reports"]
        assert (report["text"], report["look"]["name"]) == ("Ai đây?", RECEIVER["name"])
    else:
        assert "Ai đây?" in result.stdout
        assert RECEIVER["organisation"] in result.stdout
