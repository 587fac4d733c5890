"""``hocba enrolment`` and ``hocba people bar``: a department or a school acts for a guardian who stands before it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from backend.cli import main
from backend.people.roster import GuardianEntry, Relation
from tests.backend.http.browser import FATHER, MOTHER, Browser, ServedCity
from tests.verifier.small_city import NOW, SCHOOL_CODE
from verifier.vietnam_time import VIETNAM_TIME

Hocba = Callable[..., Result]
CODELESS = GuardianEntry(name="Phạm Thị Hoa", relation=Relation.MOTHER, personal_code=None)


@pytest.fixture
def hocba(served: ServedCity) -> Hocba:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, obj=lambda: NOW, env=served.working.environment)

    return run


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def enrol_codeless(served: ServedCity, browser: Browser) -> None:
    (guardian_id,) = served.register(3, (CODELESS,)).guardian_ids
    assert browser.enrol(served.activation_code(guardian_id), "999185000099").json()["confirmation"]
    assert browser.get("/api/me").json()["children"] == []


def test_what_waits_is_listed_and_confirmed(served: ServedCity, browser: Browser, hocba: Hocba) -> None:
    enrol_codeless(served, browser)
    (one,) = told(hocba("enrolment", "waiting", "--json"))["enrolments"]
    assert told(hocba("enrolment", "waiting", "--school", SCHOOL_CODE, "--json"))["enrolments"] == [one]
    assert one["guardian"] == "Phạm Thị Hoa"
    assert one["personal_code"] == "999185000099"
    assert one["reason"] == "personal_code_unknown"
    listed = hocba("enrolment", "waiting").stdout
    assert one["enrolment_id"] in listed
    assert f"{NOW.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M}" in listed
    assert hocba("enrolment", "confirm", one["enrolment_id"], "--by", " ").exit_code == 2
    assert "Waiting: 1" in listed
    confirmed = hocba("enrolment", "confirm", one["enrolment_id"], "--by", "Văn thư")
    assert confirmed.exit_code == 0
    assert "[enrolment_opened]" in confirmed.output
    assert len(browser.get("/api/me").json()["children"]) == 1
    again = hocba("enrolment", "confirm", one["enrolment_id"], "--by", "Văn thư")
    assert again.exit_code == 1
    assert "[enrolment_not_found]" in again.output
    assert "Waiting: 0" in hocba("enrolment", "waiting").stdout


def test_what_waits_is_refused(served: ServedCity, browser: Browser, hocba: Hocba) -> None:
    enrol_codeless(served, browser)
    (one,) = told(hocba("enrolment", "waiting", "--json"))["enrolments"]
    other_school = ("--school", "99999999", "--by", "Văn thư")
    assert "[enrolment_not_found]" in hocba("enrolment", "refuse", one["enrolment_id"], *other_school).output
    refused = told(hocba("enrolment", "refuse", one["enrolment_id"], "--by", "Văn thư", "--json"))
    assert refused == {"enrolment_id": one["enrolment_id"], "state": "refused"}
    assert browser.get("/api/me").json()["code"] == "session_ended"


def test_an_unknown_school_is_said(hocba: Hocba) -> None:
    assert hocba("enrolment", "waiting", "--school", "99999999").exit_code == 1


@pytest.mark.parametrize(
    ("reason", "decision", "sentence"),
    [
        (" ", "12/2026/QĐ-TA", "[bar_needs_decision]"),
        ("court_order", "", "[bar_needs_decision]"),
        ("x" * 61, "12/2026/QĐ-TA", "[bar_text_long]"),
        ("court_order", "x" * 101, "[bar_text_long]"),
        ("court_order", "\udcff", "[argument_not_utf8]"),
    ],
)
def test_nobody_is_barred_without_a_decision_that_can_be_kept(
    served: ServedCity, hocba: Hocba, reason: str, decision: str, sentence: str
) -> None:
    place = (SCHOOL_CODE, served.entry(1, ()).pupil_code)
    refused = hocba("people", "bar", *place, FATHER.name, "--reason", reason, "--decision", decision)
    assert refused.exit_code in {1, 2}
    assert sentence in refused.output
    assert served.activation_code(served.ngoc.guardian_ids[1])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("--name", "x" * 201), "[civil_status_name]"),
        (("--name", "Ngọc\u202e"), "[civil_status_name]"),
        (("--date-of-birth", "9999-12-31"), "[civil_status_birth]"),
        (("--date-of-birth", "0201-03-09"), "[civil_status_birth]"),
    ],
)
def test_civil_status_that_nobody_can_have_is_not_taken(
    served: ServedCity, hocba: Hocba, change: tuple[str, str], sentence: str
) -> None:
    place = (SCHOOL_CODE, served.entry(1, ()).pupil_code)
    refused = hocba("people", "civil-status", *place, *change, "--decision", "1/2026", "--by", "Văn thư")
    assert (refused.exit_code, sentence in refused.output) == (1, True)


def test_a_fault_says_where_and_not_whose(served: ServedCity, hocba: Hocba, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise LookupError(FATHER.name)

    monkeypatch.setattr("backend.people_commands.bar_guardian", fail)
    decision = ("--reason", "court_order", "--decision", "12/2026/QĐ-TA")
    failed = hocba("people", "bar", SCHOOL_CODE, served.entry(1, ()).pupil_code, FATHER.name, *decision)
    assert (failed.exit_code, FATHER.name in failed.output) == (1, False)
    assert "[unexpected_error]" in failed.stderr
    assert "people_commands.py" in failed.stderr
    assert failed.stderr.endswith("LookupError\n")


def test_who_is_barred_sees_nothing_and_the_other_guardian_waits(
    served: ServedCity, browser: Browser, hocba: Hocba
) -> None:
    decision = ("--reason", "court_order", "--decision", "12/2026/QĐ-TA")
    place = (SCHOOL_CODE, served.entry(1, ()).pupil_code)
    unknown = hocba("people", "bar", *place, "Không Ai", *decision)
    assert "[guardian_not_found]" in unknown.output
    assert hocba("people", "bar", SCHOOL_CODE, "không có", FATHER.name, *decision).exit_code == 1
    father = served.activation_code(served.ngoc.guardian_ids[1])
    assert hocba("people", "bar", *place, f" {FATHER.name.upper()} ", *decision).exit_code == 0
    assert browser.enrol(father, FATHER.personal_code).status_code == 401
    mother = browser.enrol(served.activation_code(served.ngoc.guardian_ids[0]), MOTHER.personal_code)
    assert mother.json()["confirmation"]["reason"] == "other_guardian_barred"
