from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.assessment.circular_27 import (
    class_programme_completed,
    educational_result,
    primary_programme_completed,
    titles_of_year,
)
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
    "one test at 8 beside an H": Case([T, T, H], [GOOD], [GOOD], [8, 10], Result.DONE),
    "one quality only met": Case([T, T], [GOOD, MET], [GOOD], [10, 10], Result.DONE),
    "one competence only met": Case([T, T], [GOOD], [MET], [10, 10], Result.DONE),
    "a subject not done": Case([T, C], [GOOD], [GOOD], [10], Result.NOT_DONE),
    "a quality that needs effort": Case([T, T], [EFFORT], [GOOD], [10], Result.NOT_DONE),
    "a competence that needs effort": Case([T, T], [GOOD], [EFFORT], [10], Result.NOT_DONE),
    "an exempt subject stands aside": Case([T, M], [GOOD], [GOOD], [9], Result.EXCELLENT),
    "what the grade does not have stands aside": Case([T, None], [GOOD], [GOOD, None], [9, None], Result.EXCELLENT),
}


@pytest.mark.parametrize("case", CASES)
def test_article_9_2a_educational_result(case: str) -> None:
    subjects, qualities, competences, scores, expected = CASES[case]
    assert expected == educational_result(
        subjects=subjects,
        qualities=qualities,
        competences=competences,
        scores=scores,
    )


def test_article_11_1_only_chua_hoan_thanh_leaves_the_programme_incomplete() -> None:
    completed = {result: class_programme_completed(result) for result in Result}
    assert completed == {
        Result.EXCELLENT: True,
        Result.WELL_DONE: True,
        Result.DONE: True,
        Result.NOT_DONE: False,
    }


@pytest.mark.parametrize("grade", range(1, 6))
@pytest.mark.parametrize("result", Result)
def test_article_11_2_grade_5_completes_primary_school(grade: int, result: Result) -> None:
    assert primary_programme_completed(result, grade=grade) is (grade == 5 and result is not Result.NOT_DONE)


def test_article_13_1a_titles() -> None:
    exemplary = "Học sinh Tiêu biểu hoàn thành tốt trong học tập và rèn luyện"
    assert {result: set(titles_of_year(result)) for result in Result} == {
        Result.EXCELLENT: {"Học sinh Xuất sắc"},
        Result.WELL_DONE: {exemplary},
        Result.DONE: set(),
        Result.NOT_DONE: set(),
    }


LOWER_LEVEL = {T: H, H: C, C: C}
LOWER_QUALITY = {GOOD: MET, MET: EFFORT, EFFORT: EFFORT}


@given(
    st.lists(st.sampled_from([T, H, C]), min_size=1, max_size=13),
    st.lists(st.sampled_from([GOOD, MET, EFFORT]), min_size=15, max_size=15),
    st.lists(st.integers(0, 10), min_size=1, max_size=7),
    st.data(),
)
def test_educational_result_never_rises_when_one_mark_falls(
    subjects: list[Level], traits: list[Quality], scores: list[int], data: st.DataObject
) -> None:
    order = list(Result)

    def result() -> int:
        found = educational_result(subjects=subjects, qualities=traits[:5], competences=traits[5:], scores=scores)
        return order.index(found)

    before = result()
    which = data.draw(st.sampled_from(["subject", "trait", "score"]))
    if which == "subject":
        at = data.draw(st.integers(0, len(subjects) - 1))
        subjects[at] = LOWER_LEVEL[subjects[at]]
    elif which == "trait":
        at = data.draw(st.integers(0, 14))
        traits[at] = LOWER_QUALITY[traits[at]]
    else:
        at = data.draw(st.integers(0, len(scores) - 1))
        scores[at] = max(0, scores[at] - data.draw(st.integers(1, 10)))
    assert result() >= before
