import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec import structs

from backend.cli import main
from backend.database import Database
from backend.people.guardianship import bar_guardian
from backend.people.readable import readable_children
from backend.people.register_pupils import RegisteredPupil, register_pupils
from backend.people.roster import GuardianEntry, PupilEntry, Relation
from backend.people.store import ties_of_pupils
from backend.rights.make_request import make_request, requests_of
from backend.rights.rules import RequestKind
from tests.backend.working_city import WorkingCity
from tests.verifier.small_city import NOW, SCHOOL_CODE, small_city

Hocba = Callable[..., Result]
WORDS = ("--evidence", "Đơn của học sinh", "--by", "Văn thư")


class Clock:
    now: datetime = NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def city(database: Database, tmp_path: Path) -> WorkingCity:
    working = WorkingCity(small_city(), database, tmp_path)
    working.open()
    return working


@pytest.fixture
def hocba(city: WorkingCity, clock: Clock) -> Hocba:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, obj=lambda: clock.now, env=city.environment)

    return run


def entry(**changes: Any) -> PupilEntry:
    mother = GuardianEntry(name="Trần Thị Mai", relation=Relation.MOTHER, personal_code="999185000001")
    pupil = PupilEntry(
        name="Nguyễn Ngọc Lan",
        date_of_birth=date(2015, 9, 5),
        school_code=SCHOOL_CODE,
        school_name="Trường Mẫu",
        pupil_code="0001",
        class_group="4A",
        personal_code="999315000001",
        guardians=(mother,),
    )
    return structs.replace(pupil, **changes)


@pytest.fixture
def lan(city: WorkingCity) -> RegisteredPupil:
    (registered,) = register_pupils(city.database, [entry()], now=NOW)
    return registered


def ask(city: WorkingCity, lan: RegisteredPupil, *, about_pupil: bool = True) -> str:
    guardian_id = lan.guardian_ids[0] or ""
    with city.database.write() as connection:
        return make_request(
            connection,
            guardian_id=guardian_id,
            kind=RequestKind.OBJECT,
            pupil_id=lan.pupil_id if about_pupil else None,
            record_id=None,
            field=None,
            text="Không đồng ý.",
            now=NOW,
        ).request_id


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_request_is_acknowledged_and_answered(hocba: Hocba, city: WorkingCity, lan: RegisteredPupil) -> None:
    request_id = ask(city, lan)
    listed = hocba("request", "list").output
    assert f"{request_id}  object  received  → 30/06/2026" in listed
    assert "Trần Thị Mai  Nguyễn Ngọc Lan · 4A" in listed
    assert "  | Không đồng ý." in listed
    assert told(hocba("request", "acknowledge", request_id, "--by", "Cô Lan", "--json"))["state"] == "acknowledged"
    assert hocba("request", "answer", request_id, "--text", "Đã dừng.", "--by", "Cô Lan").exit_code == 0
    assert "dealt with before (answered)" in hocba("request", "acknowledge", request_id, "--by", "Cô Lan").output
    with city.database.read() as connection:
        (request,) = requests_of(connection, guardian_id=lan.guardian_ids[0] or "", now=NOW)
    assert (request.answer, request.answered_by, request.acknowledged_at) == ("Đã dừng.", "Cô Lan", NOW)
    assert told(hocba("request", "list", "--json"))["requests"] == []
    assert len(told(hocba("request", "list", "--all", "--json"))["requests"]) == 1


def test_refusal_is_kept_with_its_reason(hocba: Hocba, city: WorkingCity, lan: RegisteredPupil) -> None:
    request_id = ask(city, lan)
    assert "say it in words" in hocba("request", "refuse", request_id, "--text", " ", "--by", "Sở").output
    refused = told(hocba("request", "refuse", request_id, "--text", "Luật buộc lưu.", "--by", "Sở", "--json"))
    assert (refused["state"], refused["answer"]) == ("refused", "Luật buộc lưu.")
    assert "no such request" in hocba("request", "refuse", "other", "--text", "Không.", "--by", "Sở").output


def test_department_sees_all_and_a_school_its_own(hocba: Hocba, city: WorkingCity, lan: RegisteredPupil) -> None:
    about_pupil, about_account = ask(city, lan), ask(city, lan, about_pupil=False)

    def listed(*options: str) -> set[str]:
        found = told(hocba("request", "list", *options, "--json"))["requests"]
        return {row["request"]["request_id"] for row in found}

    assert listed() == {about_pupil, about_account}
    assert listed("--school", SCHOOL_CODE) == {about_pupil}
    assert "[school_not_found]" in hocba("request", "list", "--school", "99999999").output


def test_late_and_barred_are_marked(hocba: Hocba, city: WorkingCity, lan: RegisteredPupil, clock: Clock) -> None:
    ask(city, lan)
    assert "overdue: 0" in hocba("request", "list").output
    bar_guardian(
        city.database,
        pupil_id=lan.pupil_id or "",
        guardian_id=lan.guardian_ids[0] or "",
        reason="court_order",
        decision_reference="12/2026/QĐ-TA",
        now=NOW,
    )
    clock.now = NOW + timedelta(days=3)
    listed = hocba("request", "list").output
    assert "QUÁ HẠN" in listed
    assert "may not see the cards any more" in listed
    assert "overdue: 1" in listed


def test_guardian_is_named_for_a_bar_even_where_the_pupil_bears_the_name(hocba: Hocba, city: WorkingCity) -> None:
    father = GuardianEntry(name="Trần Lớn", relation=Relation.FATHER, personal_code="999083000002")
    grown = entry(name="Trần Lớn", pupil_code="0002", personal_code="999308000002", date_of_birth=date(2008, 6, 15))
    (registered,) = register_pupils(city.database, [structs.replace(grown, guardians=(father,))], now=NOW)
    assert hocba("people", "own-account", SCHOOL_CODE, "0002", *WORDS).exit_code == 0
    decision = ("--reason", "court_order", "--decision", "12/2026/QĐ-TA")
    assert hocba("people", "bar", SCHOOL_CODE, "0002", "trần lớn", *decision).exit_code == 0
    with city.database.read() as connection:
        ties = ties_of_pupils(connection, [registered.pupil_id or ""])[registered.pupil_id or ""]
    assert {(row.tie.relation, row.tie.barred_at is not None) for row in ties} == {("father", True), ("self", False)}


def test_guardianship_ends_after_its_last_day(hocba: Hocba, city: WorkingCity, lan: RegisteredPupil) -> None:
    ending = ("people", "end-guardianship", SCHOOL_CODE, "0001")
    assert "no such guardian" in hocba(*ending, "Ai Đó", "--last-day", "2026-06-15").output
    assert hocba(*ending, "Trần Thị Mai", "--last-day", "15/06/2026").exit_code == 0
    mother = lan.guardian_ids[0] or ""
    with city.database.read() as connection:
        assert readable_children(connection, guardian_id=mother, now=NOW)
        assert not readable_children(connection, guardian_id=mother, now=NOW + timedelta(days=1))


def test_own_accounts_of_a_school_are_opened_and_get_letters(hocba: Hocba, city: WorkingCity, tmp_path: Path) -> None:
    grown = entry(name="Trần Lớn", pupil_code="0002", personal_code="999308000002", date_of_birth=date(2008, 6, 15))
    registered = register_pupils(city.database, [entry(), grown], now=NOW)
    assert "18 in more than eight months" in hocba("people", "own-account", SCHOOL_CODE, "0001", *WORDS).output
    opened = told(hocba("people", "own-account", SCHOOL_CODE, *WORDS, "--json"))
    assert opened == {"opened": [registered[1].pupil_id], "doubtful": []}
    assert "opened: 1" in hocba("people", "own-account", SCHOOL_CODE, "0002", *WORDS).output
    assert "school_not_found" in hocba("people", "own-account", "99999999", *WORDS).output
    letters = tmp_path / "letters.csv"
    assert told(hocba("letters", SCHOOL_CODE, "--output", str(letters), "--json"))["letters"] == 2
    assert "Trần Lớn,Trần Lớn" in letters.read_text("utf-8-sig")
