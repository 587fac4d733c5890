from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from backend.archive.store import find_card
from backend.archive.withdraw_card import withdraw_card
from backend.people.guardianship import bar_guardian, end_guardianship
from backend.sharing.clean_up import SECRET_DAYS, clean_up_sharing
from backend.sharing.tables import shares
from tests.backend.http.browser import FATHER, MOTHER, PDF, STRANGER, Browser, ServedCity, visiting
from tests.backend.http.sharing import another_browser, code_of, history_of, look, open_link, share, wish
from tests.verifier.small_city import NOW
from verifier.vietnam_time import vietnam_day


def test_a_link_shows_its_receiver_what_it_was_made_for(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    made, secret = share(served, mother)
    assert made == {
        "share_id": made["share_id"],
        "pupil_id": served.ngoc.pupil_id,
        "pupil_name": "Nguyễn Thị Bảo Ngọc",
        "record_ids": None,
        "receiver": "Trường THCS Kim Đồng",
        "purpose": "Nhập học lớp 6",
        "with_address": False,
        "with_personal_code": False,
        "created_at": made["created_at"],
        "expires_at": made["expires_at"],
        "has_passcode": False,
        "single_use": False,
        "state": "active",
        "opened_count": 0,
        "last_opened_at": None,
    }
    with another_browser(served) as desk:
        offer = look(desk, secret)
        assert offer.json() == {
            "receiver": "Trường THCS Kim Đồng",
            "purpose": "Nhập học lớp 6",
            "expires_at": made["expires_at"],
            "needs_passcode": False,
            "single_use": False,
        }
        assert "Ngọc" not in offer.text
        opened = open_link(desk, secret)
        assert opened.headers["cache-control"] == "no-store"
        cookie = opened.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "max-age=1800" in cookie
        assert secret.lower() not in cookie
        shown = opened.json()
    assert (shown["pupil_name"], shown["pdf_allowed"]) == ("Nguyễn Thị Bảo Ngọc", False)
    (card,) = shown["cards"]
    assert (card["record_id"], card["state"], card["school_name"]) == (record_id, "issued", "Trường Tiểu học Hoa Sen")
    assert card["record"]["transcript"]["name"] == "Nguyễn Thị Bảo Ngọc"
    assert card["record"]["pupil"]["personal_code"] is None
    assert card["record"]["pupil"]["ethnicity"] is None
    (listed,) = mother.get("/api/shares").json()["shares"]
    assert (listed["opened_count"], listed["state"]) == (1, "active")
    assert listed["last_opened_at"] is not None


def test_of_a_secret_only_the_hash_is_kept(served: ServedCity, mother: Browser) -> None:
    _, secret = share(served, mother, passcode="hoa sen")
    assert len(secret) == 43  # 256 bits in base64url
    with served.working.database.read() as connection:
        rows = connection.execute(select(shares)).mappings().all()
    kept = " ".join(str(value) for row in rows for value in row.values())
    assert secret not in kept
    assert "hoa sen" not in kept
    assert mother.get("/api/shares").text.count(secret) == 0


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"receiver": " \u200b "}, 422, "share_receiver_missing"),
        ({"purpose": ""}, 422, "share_purpose_missing"),
        ({"days": 0}, 422, "share_days_refused"),
        ({"days": 91}, 422, "share_days_refused"),
        ({"passcode": "123"}, 422, "share_passcode_short"),
        ({"child_consents": False}, 422, "child_consent_missing"),
        ({"record_ids": []}, 422, "share_cards_missing"),
        ({"record_ids": [str(uuid4())]}, 404, "card_not_found"),
        ({"pupil_id": str(uuid4())}, 404, "child_not_found"),
        ({"receiver": "x" * 121}, 400, "request_malformed"),
    ],
)
def test_unfit_wish_is_refused(
    served: ServedCity, mother: Browser, changes: dict[str, Any], status: int, code: str
) -> None:
    mother.step_up()
    assert code_of(mother.post("/api/shares", wish(served, **changes))) == (status, code)
    assert mother.get("/api/shares").json() == {"shares": []}


def test_whoever_shares_shows_their_passkey_again(served: ServedCity, mother: Browser) -> None:
    served.clock.pass_time(minutes=6)
    assert code_of(mother.post("/api/shares", wish(served))) == (403, "step_up_required")
    assert mother.step_up().is_success
    assert mother.post("/api/shares", wish(served)).status_code == 201
    served.clock.pass_time(minutes=6)
    assert code_of(mother.post("/api/shares", wish(served))) == (403, "step_up_required")


def test_nobody_shares_another_familys_pupil_or_card(served: ServedCity, mother: Browser) -> None:
    theirs = served.issue(2)
    mother.step_up()
    assert code_of(mother.post("/api/shares", wish(served, pupil_id=served.son.pupil_id))) == (404, "child_not_found")
    assert code_of(mother.post("/api/shares", wish(served, record_ids=[theirs]))) == (404, "card_not_found")


def test_one_card_alone_is_shown_where_one_alone_is_shared(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    _, secret = share(served, mother, record_ids=[record_id])
    with served.working.database.write() as connection:  # another year's card of the same pupil, as it is linked later
        connection.execute(text("DELETE FROM share_cards"))
    with another_browser(served) as desk:
        assert open_link(desk, secret).json()["cards"] == []


def test_every_card_means_those_to_come_too(served: ServedCity, mother: Browser) -> None:
    _, secret = share(served, mother)
    with another_browser(served) as desk:
        assert open_link(desk, secret).json()["cards"] == []
        served.issue(1)
        assert len(open_link(desk, secret).json()["cards"]) == 1


def test_a_withdrawn_card_is_shown_as_such(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    _, secret = share(served, mother)
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
    with another_browser(served) as desk:
        assert open_link(desk, secret).json()["cards"][0]["state"] == "revoked"


def test_files_only_where_address_and_personal_code_are_both_allowed(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    for address, code in ((False, False), (True, False), (False, True), (True, True)):
        _, secret = share(served, mother, with_address=address, with_personal_code=code)
        with another_browser(served) as desk:
            shown = open_link(desk, secret).json()
            assert (shown["cards"][0]["record"]["pupil"]["personal_code"] is not None) is code
            pdf = desk.get(f"/api/shared/cards/{record_id}/pdf")
            xml = desk.get(f"/api/shared/cards/{record_id}/xml")
        assert shown["pdf_allowed"] is (address and code)
        if shown["pdf_allowed"]:
            assert pdf.content == PDF
            assert pdf.headers["cache-control"] == "no-store"
            assert b"999316000001" in xml.content
        else:
            assert code_of(pdf) == code_of(xml) == (404, "card_not_found")


def test_a_receiver_fetches_no_file_but_the_links_own(served: ServedCity, mother: Browser) -> None:
    served.issue(1)
    other = served.issue(2)
    _, secret = share(served, mother, with_address=True, with_personal_code=True)
    with another_browser(served) as desk:
        open_link(desk, secret)
        assert code_of(desk.get(f"/api/shared/cards/{other}/pdf")) == (404, "card_not_found")


def test_a_receiver_says_who_they_are(served: ServedCity, mother: Browser) -> None:
    _, secret = share(served, mother)
    with another_browser(served) as desk:
        assert code_of(open_link(desk, secret, name=" \u202e ")) == (422, "share_name_missing")
        assert open_link(desk, secret, organisation="").status_code == 200


def test_unknown_secrets_are_answered_alike_and_the_right_one_honestly(served: ServedCity, mother: Browser) -> None:
    revoked, secret = share(served, mother, single_use=True)
    _, expiring = share(served, mother, days=1)
    with another_browser(served) as desk:
        for claimed in ("", "x", "A" * 43, secret[:-1]):
            assert code_of(look(desk, claimed)) == code_of(open_link(desk, claimed)) == (404, "share_not_found")
        assert open_link(desk, secret).status_code == 200
        assert code_of(open_link(desk, secret)) == (410, "share_used")
        assert mother.client.delete(f"/api/shares/{revoked['share_id']}", headers={"Origin": mother.origin}).is_success
        assert code_of(look(desk, secret)) == code_of(open_link(desk, secret)) == (410, "share_revoked")
        served.clock.pass_time(days=1)
        assert code_of(look(desk, expiring)) == code_of(open_link(desk, expiring)) == (410, "share_expired")


def test_five_wrong_passcodes_lock_a_link_for_good(served: ServedCity, mother: Browser) -> None:
    _, secret = share(served, mother, passcode="4711")
    with another_browser(served) as desk:
        assert look(desk, secret).json()["needs_passcode"] is True
        assert code_of(open_link(desk, secret)) == (422, "share_passcode_needed")
        for left in (4, 3):
            wrong = open_link(desk, secret, passcode="0000")
            assert code_of(wrong) == (422, "share_passcode_wrong")
            assert wrong.json()["details"] == {"left": left}
        assert open_link(desk, secret, passcode="4711").status_code == 200
        for left in (2, 1):
            assert open_link(desk, secret, passcode="0000").json()["details"] == {"left": left}
        assert code_of(open_link(desk, secret, passcode="0000")) == (410, "share_locked")
        assert code_of(open_link(desk, secret, passcode="4711")) == (410, "share_locked")
    assert mother.get("/api/shares").json()["shares"][0]["state"] == "locked"


def test_revoking_closes_the_browsers_too_in_which_a_link_stands_open(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    made, secret = share(served, mother, with_address=True, with_personal_code=True)
    with another_browser(served) as desk:
        open_link(desk, secret)
        assert desk.get(f"/api/shared/cards/{record_id}/pdf").status_code == 200
        answer = mother.client.delete(f"/api/shares/{made['share_id']}", headers={"Origin": mother.origin})
        assert answer.status_code == 204
        ended = desk.get(f"/api/shared/cards/{record_id}/pdf")
        assert code_of(ended) == (401, "share_view_ended")
        assert ended.headers["www-authenticate"] == 'Link realm="hocba"'
    assert mother.get("/api/shares").json()["shares"][0]["state"] == "revoked"


def test_a_link_stands_open_for_half_an_hour(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    _, secret = share(served, mother, with_address=True, with_personal_code=True, single_use=True)
    with another_browser(served) as desk:
        open_link(desk, secret)
        served.clock.pass_time(minutes=29)
        assert desk.get(f"/api/shared/cards/{record_id}/xml").status_code == 200
        served.clock.pass_time(minutes=1)
        assert code_of(desk.get(f"/api/shared/cards/{record_id}/xml")) == (401, "share_view_ended")


def test_an_opening_that_fails_uses_nothing_up(served: ServedCity, mother: Browser) -> None:
    record_id = served.issue(1)
    _, secret = share(served, mother, single_use=True, passcode="4711")
    with served.working.database.read() as connection:
        stored = find_card(connection, record_id)
    assert stored is not None
    xml = served.working.objects.get(stored.xml_object, expected_sha256=stored.xml_sha256)
    served.working.objects.put(stored.xml_object, b"damaged")
    with another_browser(served) as desk:
        assert open_link(desk, secret, passcode="4711").is_server_error
        assert history_of(served, mother) == []
        served.working.objects.put(stored.xml_object, xml)
        assert open_link(desk, secret, passcode="4711").is_success


def test_a_page_loaded_anew_shows_the_same_and_is_no_new_opening(served: ServedCity, mother: Browser) -> None:
    served.issue(1)
    made, secret = share(served, mother, single_use=True, passcode="4711")
    with another_browser(served) as desk:
        assert code_of(desk.get("/api/shared/cards")) == (401, "share_view_ended")
        opened = open_link(desk, secret, passcode="4711")
        again = desk.get("/api/shared/cards")
        assert again.json() == opened.json()
        assert again.headers["cache-control"] == "no-store"
        assert len(history_of(served, mother)) == 1
        served.clock.pass_time(minutes=11)
        assert desk.get("/api/shared/cards").is_success
        assert len(history_of(served, mother)) == 2
        assert mother.get("/api/shares").json()["shares"][0]["opened_count"] == 1
        mother.client.delete(f"/api/shares/{made['share_id']}", headers={"Origin": mother.origin})
        assert code_of(desk.get("/api/shared/cards")) == (401, "share_view_ended")


@pytest.mark.parametrize("circumstance", ["barred", "ended"])
def test_a_link_lives_only_as_long_as_its_maker_may_read(
    served: ServedCity, mother: Browser, circumstance: str
) -> None:
    record_id = served.issue(1)
    _, secret = share(served, mother, with_address=True, with_personal_code=True)
    guardian_id = served.ngoc.guardian_ids[0] or ""
    with another_browser(served) as desk, another_browser(served) as fathers:
        assert fathers.enrol(served.activation_code(served.ngoc.guardian_ids[1]), FATHER.personal_code).is_success
        _, of_father = share(served, fathers)
        assert open_link(desk, secret).status_code == 200
        _take_away(served, guardian_id, circumstance)
        assert code_of(look(desk, secret)) == code_of(open_link(desk, secret)) == (410, "share_ended")
        assert code_of(desk.get(f"/api/shared/cards/{record_id}/pdf")) == (401, "share_view_ended")
        assert mother.get("/api/shares").json() == {"shares": []}
        assert open_link(desk, of_father).status_code == 200
        looks = fathers.get(f"/api/history?pupil_id={served.ngoc.pupil_id}").json()["looks"]
    assert {look["by"] for look in looks} == {"share"}
    assert len(looks) == 2


def _take_away(served: ServedCity, guardian_id: str, circumstance: str) -> None:
    pupil_id = served.ngoc.pupil_id or ""
    if circumstance == "barred":
        bar_guardian(
            served.working.database,
            pupil_id=pupil_id,
            guardian_id=guardian_id,
            reason="court_order",
            decision_reference="12/2026/QĐ-TA",
            now=NOW,
        )
    else:
        yesterday = vietnam_day(NOW) - timedelta(days=1)
        end_guardianship(served.working.database, pupil_id=pupil_id, guardian_id=guardian_id, last_day=yesterday)


def test_at_18_the_parents_links_end(served: ServedCity, mother: Browser) -> None:
    served.clock.now = NOW.replace(year=2034, month=3, day=8)
    assert mother.log_in("999185000001").is_success
    _, secret = share(served, mother)
    with another_browser(served) as desk:
        assert look(desk, secret).status_code == 200
        served.clock.pass_time(days=1)
        assert code_of(look(desk, secret)) == (410, "share_ended")
    assert mother.log_in("999185000001").is_success
    assert mother.step_up().is_success
    assert code_of(mother.post("/api/shares", wish(served))) == (404, "child_not_found")


def test_only_the_maker_revokes_and_sees_a_link(served: ServedCity, mother: Browser) -> None:
    made, secret = share(served, mother)
    with another_browser(served) as others:
        assert others.enrol(served.activation_code(served.son.guardian_ids[0]), STRANGER.personal_code).is_success
        refused = others.client.delete(f"/api/shares/{made['share_id']}", headers={"Origin": others.origin})
        assert code_of(refused) == (404, "share_not_found")
        assert others.get("/api/shares").json() == {"shares": []}
        assert look(others, secret).status_code == 200


def test_what_ended_is_forgotten_but_the_history_stays(served: ServedCity, mother: Browser) -> None:
    served.issue(1)
    _, secret = share(served, mother, days=1, passcode="4711")
    with another_browser(served) as desk:
        assert open_link(desk, secret, passcode="4711").status_code == 200
        assert clean_up_sharing(served.working.database, now=served.clock.now) == 0
        served.clock.pass_time(days=1, seconds=1)
        assert clean_up_sharing(served.working.database, now=served.clock.now) == 1  # the browser
        assert code_of(look(desk, secret)) == (410, "share_expired")
        served.clock.pass_time(days=SECRET_DAYS)
        assert clean_up_sharing(served.working.database, now=served.clock.now) == 1  # the secret
        assert code_of(look(desk, secret)) == (404, "share_not_found")
    assert mother.log_in("999185000001").is_success
    assert mother.get("/api/shares").json()["shares"][0]["state"] == "expired"
    assert len(mother.get(f"/api/history?pupil_id={served.ngoc.pupil_id}").json()["looks"]) == 1


def test_a_link_of_a_lost_guardianship_does_not_come_back_to_life(served: ServedCity, mother: Browser) -> None:
    _, secret = share(served, mother)
    guardian_id = served.ngoc.guardian_ids[0] or ""
    _take_away(served, guardian_id, "ended")
    assert clean_up_sharing(served.working.database, now=NOW) == 1
    with served.working.database.write() as connection:
        connection.execute(text("UPDATE guardianships SET valid_until = NULL"))
    with another_browser(served) as desk:
        assert code_of(look(desk, secret)) == (410, "share_ended")
    assert mother.get("/api/shares").json()["shares"][0]["state"] == "ended"


def test_links_rest_while_an_enrolment_waits_for_the_school(served: ServedCity, mother: Browser) -> None:
    _, secret = share(served, mother)
    guardian_id = served.ngoc.guardian_ids[0]
    with served.working.database.write() as connection:  # a last day that has not come, so that the upkeep looks closer
        connection.execute(text("UPDATE guardianships SET valid_until = '2030-01-01'"))
    with another_browser(served) as desk:
        assert mother.enrol(served.activation_code(guardian_id), MOTHER.personal_code).is_success
        assert code_of(look(desk, secret)) == (410, "share_ended")
        assert code_of(mother.get("/api/shares")) == (403, "account_waits")
        assert clean_up_sharing(served.working.database, now=NOW) == 0
        token = {"Authorization": f"Bearer {served.system_token()}"}
        (waiting,) = desk.get("/api/enrolments", **token).json()["enrolments"]
        address = f"/api/enrolments/{waiting['enrolment_id']}/confirm"
        assert desk.post(address, {"decided_by": "Văn thư"}, **token).is_success
        assert look(desk, secret).is_success


def test_requests_with_a_secret_are_counted(served: ServedCity, mother: Browser) -> None:
    _, secret = share(served, mother)
    with another_browser(served) as desk:
        answers = [look(desk, secret).status_code for _ in range(61)]
        assert answers == [200] * 60 + [429]
        assert look(desk, "another").status_code == 404


def test_over_https_the_cookie_is_bound_to_the_host(served: ServedCity, mother: Browser) -> None:
    _, secret = share(served, mother)
    url = "https://hocba.example"
    with visiting(served.at(url).app(), origin=url) as desk:
        cookie = open_link(desk, secret).headers["set-cookie"]
    assert cookie.startswith("__Host-hocba_share_view=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
