from typing import NamedTuple

import pytest

from backend.assessment.circular_27 import class_programme_completed, educational_result
from verifier.record.levels import AchievementLevel as Level
from verifier.record.levels import EducationalResult as Result
from verifier.record.levels import QualityLevel as Quality

T, H, C, M = Level.WELL_DONE, Level.DONE, Level.NOT_DONE, Level.EXEMPT
GOOD, MET, EFFORT = Quality.GOOD, Quality.MET, Quality.NEEDS_EFFORT


class Case(NamedTuple):
    subjects: list[Level | None]
    qualities: list[Quality | None]
    competences: list[Quality | None]
    scores: list[int | None]
    expected: Result


CASES = {
    "everything at the top": Case([T, T, T], [GOOD], [GOOD], [9, 10], Result.EXCELLENT),
    "one test at 8": Case([T, T, T], [GOOD], [GOOD], [8, 10], Result.WELL_DONE),
    "one test at 7": Case([T, T, T], [GOOD], [GOOD], [7, 10], Result.WELL_DONE),
    "one test at 6": Case([T, T, T], [GOOD], [GOOD], [6, 10], Result.DONE),
    "one test at 5": Case([T, T, T], [GOOD], [GOOD], [5, 10], Result.DONE),
    "one test at 4": Case([T, T, T], [GOOD], [GOOD], [4, 10], Result.NOT_DONE),
    "one H in a minor subject takes the top away": Case([T, T, H], [GOOD], [GOOD], [10, 10], Result.DONE),
    "one quality only met": Case([T, T], [GOOD, MET], [GOOD], [10, 10], Result.DONE),
    "one competence only met": Case([T, T], [GOOD], [MET], [10, 10], Result.DONE),
    "a subject not done": Case([T, C], [GOOD], [GOOD], [10], Result.NOT_DONE),
    "a quality that needs effort": Case([T, T], [EFFORT], [GOOD], [10], Result.NOT_DONE),
    "a competence that needs effort": Case([T, T], [GOOD], [EFFORT], [10], Result.NOT_DONE),
    "an exempt subject stands aside": Case([T, M], [GOOD], [GOOD], [9], Result.EXCELLENT),
    "what the grade does not have stands aside": Case([T, None], [GOOD], [GOOD, None], [9, None], Result.EXCELLENT),
}


@pytest.mark.parametrize("case", CASES)
def test_educational_result_follows_article_9(case: str) -> None:
    subjects, qualities, competences, scores, expected = CASES[case]
    assert expected == educational_result(
        subjects=subjects,
        qualities=qualities,
        competences=competences,
        scores=scores,
    )


def test_only_chua_hoan_thanh_leaves_the_programme_incomplete() -> None:
    completed = {result: class_programme_completed(result) for result in Result}
    assert completed == {
        Result.EXCELLENT: True,
        Result.WELL_DONE: True,
        Result.DONE: True,
        Result.NOT_DONE: False,
    }
