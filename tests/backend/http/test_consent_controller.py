from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import httpx
import pytest
from msgspec import structs

from backend.people.majority.own_account import open_own_account
from backend.people.register_pupils import RegisteredPupil, register_pupils
from backend.people.store import ties_of_pupils
from backend.sharing.history.look import Look, LookedAt, Looker, look_row
from backend.sharing.history.store import insert_looks
from tests.backend.http.browser import MOTHER, Browser, ServedCity, visiting
from tests.backend.http.sharing import another_browser, code_of, look, open_link, share, wish
from tests.verifier.small_city import NOW, SCHOOL_CODE

NUMBER = 8
CODE = f"999316{NUMBER:06}"


@pytest.fixture
def grown(served: ServedCity) -> RegisteredPupil:
    """A pupil who is 18 tomorrow, the mother's second child."""
    entry = structs.replace(served.entry(NUMBER, (MOTHER,)), date_of_birth=date(2008, 6, 16))
    (registered,) = register_pupils(served.working.database, [entry], now=NOW)
    return registered


@pytest.fixture
def pupil(served: ServedCity, grown: RegisteredPupil) -> Iterator[Browser]:
    """The pupil's phone, on the birthday."""
    with come_of_age(served, grown) as browser:
        yield browser


@contextmanager
def come_of_age(served: ServedCity, grown: RegisteredPupil) -> Iterator[Browser]:
    served.clock.pass_time(days=1)
    with served.working.database.write() as connection:
        own = open_own_account(
            connection,
            (SCHOOL_CODE, f"{NUMBER:010}"),
            evidence="Đơn",
            opened_by="Văn thư",
            now=served.clock.now,
        )
    assert own.pupil_id == grown.pupil_id
    with visiting(served.app()) as browser:
        assert browser.enrol(served.activation_code(own.guardian_id), CODE).status_code == 201
        yield browser


def consent(browser: Browser, grown: RegisteredPupil, *, granted: bool) -> httpx.Response:
    address = f"/api/children/{grown.pupil_id}/guardians/{grown.guardian_ids[0]}/consent"
    return browser.client.put(address, json={"granted": granted}, headers={"Origin": browser.origin})


def children_of(browser: Browser) -> list[tuple[str, bool]]:
    return [(child["pupil_id"], child["own"]) for child in browser.get("/api/me").json()["children"]]


def test_on_the_birthday_the_pupil_takes_over_and_lets_the_mother_in_again(
    grown: RegisteredPupil, mother: Browser, pupil: Browser
) -> None:
    assert mother.log_in(MOTHER.personal_code).status_code == 200
    mine = grown.pupil_id
    assert children_of(pupil) == [(mine, True)]
    assert (mine, False) not in children_of(mother)
    assert pupil.get(f"/api/children/{mine}/guardians").json() == {
        "guardians": [
            {
                "guardian_id": grown.guardian_ids[0],
                "name": "Trần Thị Mai",
                "relation": "mother",
                "consented_at": None,
            }
        ]
    }
    assert consent(pupil, grown, granted=True).status_code == 204
    assert (mine, False) in children_of(mother)
    assert consent(pupil, grown, granted=False).status_code == 204
    assert (mine, False) not in children_of(mother)


def told(browser: Browser) -> list[tuple[str, str]]:
    return [(one["kind"], one["name"]) for one in browser.get("/api/account").json()["notices"]]


def test_a_consent_and_its_end_are_told_to_both_and_only_once(
    served: ServedCity, grown: RegisteredPupil, mother: Browser, pupil: Browser
) -> None:
    assert mother.log_in(MOTHER.personal_code).status_code == 200
    name = pupil.get("/api/me").json()["name"]
    for _ in range(2):
        assert consent(pupil, grown, granted=True).status_code == 204
    assert (told(mother), told(pupil)) == ([("consent_given", name)], [("own_consent_given", MOTHER.name)])
    served.clock.pass_time(seconds=1)
    for _ in range(2):
        assert consent(pupil, grown, granted=False).status_code == 204
    assert told(mother) == [("consent_ended", name), ("consent_given", name)]
    assert told(pupil) == [("own_consent_ended", MOTHER.name), ("own_consent_given", MOTHER.name)]


def test_an_account_made_before_the_birthday_opens_on_it_and_the_mother_reads_what_to_do(
    served: ServedCity, grown: RegisteredPupil, mother: Browser
) -> None:
    day, name = "2026-06-16", "Nguyễn Thị Bảo Ngọc"
    place = (SCHOOL_CODE, f"{NUMBER:010}")

    def read_by(browser: Browser) -> tuple[list[object], object]:
        me = browser.get("/api/me").json()
        soon = [child["comes_of_age"] for child in me["children"] if child["pupil_id"] == grown.pupil_id]
        return soon, me["grown"]

    assert read_by(mother) == ([{"name": name, "day": day, "has_own_account": False}], [])
    with served.working.database.write() as connection:
        own = open_own_account(connection, place, evidence="Đơn", opened_by="Văn thư", now=served.clock.now)
    with visiting(served.app()) as pupil:
        assert pupil.enrol(served.activation_code(own.guardian_id), CODE).status_code == 201
        me = pupil.get("/api/me").json()
        assert (me["children"], me["grown"], me["own_from"]) == ([], [], day)
        assert code_of(consent(pupil, grown, granted=True)) == (404, "child_not_found")
        assert read_by(mother) == ([{"name": name, "day": day, "has_own_account": True}], [])

        served.clock.pass_time(days=1)
        assert mother.log_in(MOTHER.personal_code).status_code == 200
        assert read_by(mother) == ([], [{"name": name, "day": day, "has_own_account": True}])
        assert pupil.log_in(CODE).status_code == 200
        assert (children_of(pupil), pupil.get("/api/me").json()["own_from"]) == ([(grown.pupil_id, True)], None)
        assert consent(pupil, grown, granted=True).status_code == 204
        assert read_by(mother) == ([None], [])


def test_before_the_birthday_the_mother_sees_the_child_and_decides_nothing(
    served: ServedCity, grown: RegisteredPupil, mother: Browser
) -> None:
    assert (grown.pupil_id, False) in children_of(mother)
    for answer in (
        mother.get(f"/api/children/{grown.pupil_id}/guardians"),
        consent(mother, grown, granted=True),
        mother.get(f"/api/children/{served.son.pupil_id}/guardians"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")


def test_links_of_a_consent_that_is_taken_back_do_not_return_with_it(
    served: ServedCity, mother: Browser, grown: RegisteredPupil, pupil: Browser
) -> None:
    consent(pupil, grown, granted=True)
    assert mother.log_in(MOTHER.personal_code).status_code == 200
    _, secret = share(served, mother, pupil_id=grown.pupil_id)
    with another_browser(served) as receiver:
        assert open_link(receiver, secret).status_code == 200
        consent(pupil, grown, granted=False)
        consent(pupil, grown, granted=True)
        assert code_of(open_link(receiver, secret)) == (410, "share_ended")
        assert code_of(receiver.get("/api/shared/cards")) == (401, "share_view_ended")


def test_consent_for_a_stranger_is_for_nobody(served: ServedCity, grown: RegisteredPupil, pupil: Browser) -> None:
    stranger = structs.replace(grown, guardian_ids=served.son.guardian_ids)
    answer = consent(pupil, stranger, granted=True)
    assert (answer.status_code, answer.json()["code"]) == (404, "guardian_not_found")


def note_own_look(served: ServedCity, grown: RegisteredPupil) -> None:
    """As a card's route notes it; the small city's cards are of younger pupils."""
    with served.working.database.write() as connection:
        ties = ties_of_pupils(connection, [grown.pupil_id or ""])[grown.pupil_id or ""]
        (own,) = [row.guardian.guardian_id for row in ties if row.is_own]
        seen = Look(
            pupil_id=grown.pupil_id or "",
            record_id=None,
            what=LookedAt.CARD,
            looker=Looker.GUARDIAN,
            looker_id=own,
        )
        insert_looks(connection, [look_row(seen, served.clock.now)])


def test_the_pupil_of_age_shares_and_sees_who_looked_before(
    served: ServedCity, grown: RegisteredPupil, mother: Browser
) -> None:
    wanted = {"pupil_id": grown.pupil_id}
    _, of_mother = share(served, mother, **wanted)
    with another_browser(served) as desk:
        assert open_link(desk, of_mother).is_success
    with come_of_age(served, grown) as pupil:
        assert code_of(look(mother, of_mother)) == (410, "share_ended")
        _, own = share(served, pupil, **wanted)
        assert look(pupil, own).is_success
        note_own_look(served, grown)
        looks = pupil.get(f"/api/history?pupil_id={grown.pupil_id}").json()["looks"]
        assert [(one["by"], one["role"], one["what"]) for one in looks] == [
            ("pupil", None, "card"),
            ("share", None, "list"),
        ]
        assert mother.log_in(MOTHER.personal_code).is_success
        assert mother.step_up().is_success
        refused = mother.post("/api/shares", wish(served, **wanted))
        assert code_of(refused) == (404, "child_not_found")
        assert consent(pupil, grown, granted=True).status_code == 204
        _, again = share(served, mother, **wanted)
        assert look(pupil, again).is_success
        assert consent(pupil, grown, granted=False).status_code == 204
        assert code_of(look(pupil, again)) == (410, "share_ended")
        assert look(pupil, own).is_success
