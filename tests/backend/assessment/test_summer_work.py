"""What a pupil has to do over the summer, by what the card says."""

import pytest
from msgspec import structs

from backend.assessment.summer_work import summer_work
from tests.backend.assessment.demo_records import primary, secondary, with_primary_subject, with_results
from tests.backend.assessment.test_explain_results import lower_secondary, spotless, with_result
from verifier.record.levels import EducationalResult, OverallLevel

T, K, D, C = OverallLevel
FAILED = {"TO": "3.0", "NV": "3.4", "NN1": "6.0"}


def codes(record: object) -> list[str]:
    return [work.code for work in summer_work(record)]  # type: ignore[arg-type] # a card or what the test makes of one


def test_article_14_subjects_to_be_examined_in_again_are_named() -> None:
    (work,) = summer_work(lower_secondary(FAILED, learning=C))
    assert (work.code, work.article) == ("reexamination", "14")
    assert work.sentence.vi.startswith("Kiểm tra, đánh giá lại: Toán và Ngữ văn.")


def test_article_13_1_training_not_passed_is_for_the_summer() -> None:
    (work,) = summer_work(lower_secondary({}, learning=T, training=(K, C, C)))
    assert (work.code, work.article) == ("summer_training", "13.1")


def test_article_11_1_primary_pupil_is_helped_and_assessed_again() -> None:
    low = with_primary_subject(spotless(), "TO", lambda row: structs.replace(row, score=3))
    record = with_result(low, EducationalResult.NOT_DONE, promoted=False, class_programme_completed=False)
    assert codes(record) == ["supplementary_lessons"]
    decided = structs.replace(primary(record), promoted=True)
    assert codes(with_results(record, decided)) == []


@pytest.mark.parametrize(
    ("circumstance", "changes"),
    [
        ("moves up", {"promoted": True}),
        ("too many sessions missed", {"absences": 46}),
    ],
)
def test_nothing_is_due_for_a_pupil_who(circumstance: str, changes: dict[str, int | bool]) -> None:
    record = lower_secondary(FAILED, learning=C)
    assert codes(with_results(record, structs.replace(secondary(record), **changes))) == [], circumstance


def test_nothing_is_due_once_it_is_done() -> None:
    record = lower_secondary(FAILED, learning=C)
    results = secondary(record)
    done = structs.replace(results, learning=structs.replace(results.learning, after_summer=C))
    assert codes(with_results(record, done)) == []
    untrained = lower_secondary({}, learning=T, training=(K, C, C))
    trained = secondary(untrained)
    after = structs.replace(trained, training=structs.replace(trained.training, after_summer=C))
    assert codes(with_results(untrained, after)) == []


def test_nothing_is_due_of_a_pupil_on_a_plan_of_their_own() -> None:
    record = lower_secondary(FAILED, learning=C)
    assert codes(structs.replace(record, pupil=structs.replace(record.pupil, not_assessed=True))) == []
