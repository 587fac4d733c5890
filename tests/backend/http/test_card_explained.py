"""The card's page is told why the results are what they are, and what the summer is for as long as it lasts."""

from datetime import date
from typing import Any

import pytest
from msgspec import structs

from backend.archive.withdraw_card import withdraw_card
from tests.backend.http.browser import Browser, ServedCity
from tests.backend.intake.sending import plain_list, record_id_of, send, signed_card
from tests.verifier.small_city import NOW, a_record
from verifier.record.levels import EducationalResult
from verifier.record.transcript import PrimaryResults


def results_of_the_city() -> PrimaryResults:
    results = a_record().transcript.results
    assert isinstance(results, PrimaryResults)
    return results


@pytest.fixture
def open_year(served: ServedCity) -> str:
    """The issued card of a pupil who has not completed the class yet."""
    results = results_of_the_city()
    first, *others = results.subjects
    not_yet = structs.replace(
        results,
        subjects=(structs.replace(first, score=3), *others),
        educational_result=EducationalResult.NOT_DONE,
        promoted=False,
        class_programme_completed=False,
    )
    send(served.working, plain_list(signed_card(served.working, 1, results=not_yet)))
    return served.keep_issued(record_id_of(1))


def card_of(browser: Browser, record_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = browser.get(f"/api/cards/{record_id}").json()
    return answer


def test_results_come_with_the_rule_beside_them_and_why_not_the_better_one(served: ServedCity, mother: Browser) -> None:
    results = structs.replace(results_of_the_city(), educational_result=EducationalResult.DONE)
    send(served.working, plain_list(signed_card(served.working, 1, results=results)))
    by_code = {one["code"]: one for one in card_of(mother, served.keep_issued(record_id_of(1)))["explanations"]}
    assert (by_code["result_done"]["regulation"], by_code["result_done"]["article"]) == ("27/2020/TT-BGDĐT", "9.2a")
    why_not = by_code["result_not_better"]
    assert why_not["field"] == "KET_QUA_XEP_LOAI"
    assert why_not["sentence"]["vi"].startswith("Chưa được Hoàn thành")
    assert "Toán ở mức Hoàn thành" in why_not["sentence"]["vi"]
    assert "Mathematics is Done" in why_not["sentence"]["en"]


def test_a_result_that_the_rule_does_not_give_is_the_schools_decision(served: ServedCity, mother: Browser) -> None:
    explained = card_of(mother, served.issue(1))["explanations"]
    assert [one["code"] for one in explained if one["field"] == "KET_QUA_XEP_LOAI"] == ["school_decided_otherwise"]


def test_summer_is_told_until_when(mother: Browser, open_year: str) -> None:
    (work,) = card_of(mother, open_year)["to_do"]
    assert (work["code"], work["until"], work["article"]) == ("supplementary_lessons", "2026-08-15", "11.1")
    assert work["sentence"]["vi"].startswith("Nhà trường hướng dẫn")


@pytest.mark.parametrize(("day", "works"), [(date(2026, 8, 15), 1), (date(2026, 8, 16), 0)])
def test_summer_ends_with_the_last_day(
    served: ServedCity, browser: Browser, open_year: str, day: date, works: int
) -> None:
    served.clock.pass_time(days=(day - NOW.date()).days)
    browser.enrol(served.activation_code(served.ngoc.guardian_ids[0]), "999185000001")
    assert len(card_of(browser, open_year)["to_do"]) == works


def test_a_withdrawn_card_asks_for_nothing(served: ServedCity, mother: Browser, open_year: str) -> None:
    with served.working.database.write() as connection:
        withdraw_card(
            connection, open_year, kind="revoked", reason="Sai", requested_by="Trường", approved_by="Sở", now=NOW
        )
    assert card_of(mother, open_year)["to_do"] == []
