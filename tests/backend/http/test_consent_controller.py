from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from msgspec import structs

from backend.people.majority.own_account import open_own_account
from backend.people.register_pupils import RegisteredPupil, register_pupils
from tests.backend.http.browser import MOTHER, Browser, ServedCity, visiting
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
    served: ServedCity, grown: RegisteredPupil, mother: Browser, pupil: Browser
) -> None:
    code = served.activation_code(served.ngoc.guardian_ids[0])
    assert mother.enrol(code, MOTHER.personal_code).status_code == 201
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


def test_consent_for_a_stranger_is_for_nobody(served: ServedCity, grown: RegisteredPupil, pupil: Browser) -> None:
    stranger = structs.replace(grown, guardian_ids=served.son.guardian_ids)
    answer = consent(pupil, stranger, granted=True)
    assert (answer.status_code, answer.json()["code"]) == (404, "guardian_not_found")
