"""What parents are told of each result, article by article, and that it never contradicts the card."""

from collections.abc import Mapping
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from backend.assessment.circular_22 import Mark, unadjusted_learning_result
from backend.assessment.explain_results import explain_results
from backend.assessment.explain_secondary import _Results
from backend.assessment.explanation import Explainer, Explanation
from backend.assessment.rule_sets import CIRCULAR_22
from backend.messages import sentence
from tests.backend.assessment.demo_records import (
    a_record,
    primary,
    records,
    secondary,
    with_primary_subject,
    with_results,
    with_secondary_subject,
)
from tests.backend.assessment.test_circular_22 import EDGES, marks
from tests.verifier.strategies import records as any_record
from verifier.record.levels import AchievementLevel, EducationalResult, OverallLevel, QualityLevel
from verifier.record.record import Record
from verifier.record.transcript import PeriodLevels

T, K, D, C = OverallLevel
CARDS_IN_ALL = 600


def told(record: Record, field: str) -> list[Explanation]:
    return [explanation for explanation in explain_results(record) if explanation.field == field]


def only(record: Record, code: str) -> Explanation:
    (explanation,) = (explanation for explanation in explain_results(record) if explanation.code == code)
    return explanation


def spotless(grade: int = 4) -> Record:
    """A primary card with the best of everything."""
    record = a_record(grade)
    results = primary(record)
    best = structs.replace(
        results,
        subjects=tuple(
            structs.replace(row, level=AchievementLevel.WELL_DONE, score=None if row.score is None else 10)
            for row in results.subjects
        ),
        qualities=(QualityLevel.GOOD,) * 5,
        competences=(QualityLevel.GOOD,) * 10,
        educational_result=EducationalResult.EXCELLENT,
        promoted=True,
        class_programme_completed=True,
    )
    remarks = structs.replace(record.remarks, commendation="Học sinh Xuất sắc")
    return structs.replace(with_results(record, best), remarks=remarks)


def with_result(record: Record, result: EducationalResult, **changes: bool) -> Record:
    bare = structs.replace(record, remarks=structs.replace(record.remarks, commendation=None))
    return with_results(bare, structs.replace(primary(record), educational_result=result, **changes))


# Circular 27.


def test_article_9_2a_excellent_is_explained_and_nothing_stands_in_its_way() -> None:
    (why,) = told(spotless(), "KET_QUA_XEP_LOAI")
    assert (why.code, why.regulation, why.article) == ("result_excellent", "27/2020/TT-BGDĐT", "9.2a")


def test_article_9_2a_one_subject_done_costs_both_better_results() -> None:
    spoiled = with_primary_subject(spotless(), "AN", lambda row: structs.replace(row, level=AchievementLevel.DONE))
    why_not = only(with_result(spoiled, EducationalResult.DONE), "result_not_better").sentence
    assert why_not.vi == (
        "Chưa được Hoàn thành tốt hoặc Hoàn thành xuất sắc vì: Nghệ thuật (Âm nhạc) ở mức Hoàn thành."
    )
    assert why_not.en == "Not Well done or Excellent because: Arts (music) is Done."


def test_article_9_2a_scores_name_what_each_better_result_needs() -> None:
    scored = with_primary_subject(spotless(), "TO", lambda row: structs.replace(row, score=6))
    scored = with_primary_subject(scored, "TV", lambda row: structs.replace(row, score=8))
    next_better, best = (
        one.sentence.vi
        for one in told(with_result(scored, EducationalResult.DONE), "KET_QUA_XEP_LOAI")
        if one.code == "result_not_better"
    )
    assert next_better == "Chưa được Hoàn thành tốt vì: bài kiểm tra cuối năm môn Toán được 6 điểm (cần từ 7)."
    assert best.startswith("Chưa được Hoàn thành xuất sắc vì: bài kiểm tra cuối năm môn Tiếng Việt được 8 điểm")
    assert "Toán được 6 điểm (cần từ 9)" in best


def test_article_9_2a_a_quality_is_called_by_its_name() -> None:
    record = spotless()
    met = structs.replace(primary(record), qualities=(QualityLevel.MET, *(QualityLevel.GOOD,) * 4))
    why_not = only(with_result(with_results(record, met), EducationalResult.DONE), "result_not_better")
    assert why_not.sentence.vi.endswith("vì: phẩm chất “Yêu nước” ở mức Đạt.")


def test_article_9_2a_what_the_school_decided_otherwise_is_its_decision() -> None:
    decided, *others = told(with_result(spotless(), EducationalResult.DONE), "KET_QUA_XEP_LOAI")
    assert (decided.code, others) == ("school_decided_otherwise", [])
    assert "kết quả giáo dục: Hoàn thành." in decided.sentence.vi
    assert "thì là: Hoàn thành xuất sắc." in decided.sentence.vi
    assert decided.sentence.vi.endswith("bạn có thể hỏi nhà trường.")


def test_article_9_2a_nothing_is_said_of_a_result_whose_marks_are_missing() -> None:
    missing = with_primary_subject(spotless(), "TV", lambda row: structs.replace(row, level=None))
    assert told(with_result(missing, EducationalResult.DONE), "KET_QUA_XEP_LOAI") == []


NOT_DONE = {"class_programme_completed": False}
MOVING_UP = {
    "completed": (EducationalResult.EXCELLENT, {}, "moves_up_completed"),
    "by the principal": (EducationalResult.NOT_DONE, {"promoted": True, **NOT_DONE}, "moves_up_by_principal"),
    "not yet": (EducationalResult.NOT_DONE, {"promoted": False, **NOT_DONE}, "moves_up_not_completed"),
    "against the rule": (EducationalResult.EXCELLENT, {"promoted": False}, "school_decided_otherwise"),
}


@pytest.mark.parametrize("case", MOVING_UP)
def test_article_11_1_moving_up(case: str) -> None:
    result, changes, code = MOVING_UP[case]
    record = spotless()
    if result is EducationalResult.NOT_DONE:
        record = with_primary_subject(record, "TO", lambda row: structs.replace(row, score=3))
    (why,) = told(with_result(record, result, **changes), "DUOC_LEN_LOP")
    assert (why.code, why.article) == (code, "11.1")


def test_article_13_1a_titles() -> None:
    assert [one.code for one in told(spotless(), "NOI_DUNG_KHEN_THUONG")] == ["title_of_excellent"]
    well_done = with_primary_subject(spotless(), "TO", lambda row: structs.replace(row, score=8))
    assert "tập thể lớp" in only(with_result(well_done, EducationalResult.WELL_DONE), "title_by_class").sentence.vi
    undue = structs.replace(well_done, remarks=spotless().remarks)
    undue = with_results(undue, structs.replace(primary(undue), educational_result=EducationalResult.WELL_DONE))
    (decided,) = told(undue, "NOI_DUNG_KHEN_THUONG")
    assert decided.code == "school_decided_otherwise"


# Circular 22.


def lower_secondary(
    marks: Mapping[str, str], *, learning: OverallLevel, training: tuple[OverallLevel, ...] = (T, T, T)
) -> Record:
    """A card of grade 8: 9.0 or Đạt in every subject and period, but for the ``marks`` of the year."""
    record = a_record(8)
    results = secondary(record)
    rows = []
    for row in results.subjects:
        usual = "Đ" if row.year in {"Đ", "CĐ"} else "9.0"
        year = marks.get(row.code, usual)
        rows.append(structs.replace(row, semester_1=year, semester_2=year, year=year, reexamination=None))
    levels = PeriodLevels(learning, learning, learning)
    whole = structs.replace(
        results,
        subjects=tuple(rows),
        learning=levels,
        training=PeriodLevels(*training),
        absences=4,
        promoted=learning is not C and training[2] is not C,
    )
    return with_results(record, whole)


LEARNING = {
    "good": ({}, T, "learning_good", None),
    "one mark too low": ({"TO": "6.4"}, K, "learning_fair", "Toán 6,4 (cần từ 6,5)"),
    "too few good ones": (
        {"TO": "7.0", "NV": "7.0", "NN1": "7.0"},
        K,
        "learning_fair",
        "có 5 môn từ 8,0 trở lên (cần 6 môn)",
    ),
    "not passed": (
        {"TC": "CĐ", "TO": "7.0", "NV": "7.0", "NN1": "7.0"},
        D,
        "learning_pass",
        "Giáo dục thể chất Chưa đạt",
    ),
    "two under 3.5": ({"TO": "3.0", "NV": "3.4"}, C, "learning_not_pass", "Toán 3,0 (cần từ 3,5)"),
}


@pytest.mark.parametrize("case", LEARNING)
def test_article_9_2_learning_result_and_what_the_next_better_one_needs(case: str) -> None:
    marks, level, code, reason = LEARNING[case]
    for suffix in ("HOC_KY_1", "HOC_KY_2", "CA_NAM"):
        why, *why_not = told(lower_secondary(marks, learning=level), f"KET_QUA_HOC_TAP_{suffix}")
        assert (why.code, why.article) == (code, "9.2, 9.3")
        assert [one.code for one in why_not] == ([] if reason is None else ["result_not_better"])
        assert all(reason in one.sentence.vi for one in why_not if reason is not None)


@pytest.mark.parametrize("edge", EDGES)
def test_article_9_2_a_mark_that_just_reaches_a_level_is_not_in_its_way(edge: str) -> None:
    others, enough, short, level, _ = EDGES[edge]
    record = a_record(8)
    explained = _Results(record, secondary(record), CIRCULAR_22, Explainer(record, CIRCULAR_22, ()))
    assert list(explained._obstacles(level, marks(*others, enough, "Đ"))) == []
    assert len(list(explained._obstacles(level, marks(*others, short, "Đ")))) == 1


def test_article_9_3_the_one_subject_that_was_made_allowance_for_is_named() -> None:
    why, why_not = told(lower_secondary({"TO": "4.0"}, learning=K), "KET_QUA_HOC_TAP_CA_NAM")
    assert why.code == "learning_adjusted"
    assert why.sentence.vi.startswith("Chỉ vì một môn Toán (4,0)")
    assert why.sentence.en.endswith("raised to the next level: Fair.")
    assert why_not.sentence.vi == "Chưa được Tốt vì: Toán 4,0 (cần từ 6,5)."


def test_article_9_2_what_the_school_decided_otherwise_is_its_decision() -> None:
    (decided,) = told(lower_secondary({}, learning=D), "KET_QUA_HOC_TAP_CA_NAM")
    assert decided.code == "school_decided_otherwise"
    assert "kết quả học tập cả năm: Đạt" in decided.sentence.vi
    assert "thì là: Tốt" in decided.sentence.vi


def test_article_8_2a_semesters_of_training_are_judged_not_computed() -> None:
    record = lower_secondary({}, learning=T)
    for suffix in ("HOC_KY_1", "HOC_KY_2"):
        (why,) = told(record, f"KET_QUA_REN_LUYEN_{suffix}")
        assert (why.code, why.article) == ("training_judged", "8.2a")


def test_article_8_2b_training_of_the_year_and_which_semesters_give_the_better_one() -> None:
    why, why_not = told(lower_secondary({}, learning=T, training=(D, T, K)), "KET_QUA_REN_LUYEN_CA_NAM")
    assert why.sentence.vi == "Học kì I Đạt, học kì II Tốt thì cả năm Khá."
    assert why_not.sentence.vi == "Cả năm được Tốt khi: học kì II Tốt với học kì I Tốt hoặc Khá."
    (decided,) = told(lower_secondary({}, learning=T, training=(D, T, T)), "KET_QUA_REN_LUYEN_CA_NAM")
    assert decided.code == "school_decided_otherwise"


def test_article_11_individual_plan_has_no_results_to_explain() -> None:
    record = lower_secondary({}, learning=T)
    planned = structs.replace(record, pupil=structs.replace(record.pupil, not_assessed=True))
    (why,) = explain_results(planned)
    assert (why.code, why.article) == ("not_assessed_by_plan", "11")


MOVES_UP = {
    "all three": ({}, T, 4, True, "moves_up_all_met", "nghỉ học 4 buổi (không quá 45)"),
    "learning": ({"TO": "3.0", "NV": "3.4"}, C, 4, False, "moves_up_not", "kết quả học tập Chưa đạt."),
    "absences": ({}, T, 46, False, "moves_up_not", "nghỉ học 46 buổi (không được quá 45 buổi)."),
    "against the rule": ({}, T, 46, True, "school_decided_otherwise", "được lên lớp: có"),
}


@pytest.mark.parametrize("case", MOVES_UP)
def test_article_12_1_moving_up(case: str) -> None:
    marks, level, absences, promoted, code, words = MOVES_UP[case]
    record = lower_secondary(marks, learning=level)
    results = structs.replace(secondary(record), absences=absences, promoted=promoted)
    (why,) = told(with_results(record, results), "DUOC_LEN_LOP")
    assert (why.code, why.article) == (code, "12.1")
    assert words in why.sentence.vi


def test_article_14_result_after_reexamination_names_its_subjects() -> None:
    record = a_record(8, struggles=True)
    (why,) = told(record, "KET_QUA_HOC_TAP_SAU_HE")
    assert (why.code, why.article) == ("reexamination_replaces", "14")
    again = [detail.name for detail in record.subject_details if _reexamined(record, detail.code)]
    assert all(name in why.sentence.vi for name in again)


def test_article_12_1_moving_up_is_by_the_results_after_the_summer() -> None:
    (why,) = told(a_record(8, struggles=True), "DUOC_LEN_LOP")
    assert why.code == "moves_up_all_met"
    assert "kết quả học tập Chưa đạt" not in why.sentence.vi


def _reexamined(record: Record, code: str) -> bool:
    return any(row.code == code and row.reexamination is not None for row in secondary(record).subjects)


TITLES = {
    "six from 9.0": ({}, T, "Học sinh Xuất sắc", "title_of_six"),
    "too few": ({"TO": "8.0", "NV": "8.0", "NN1": "8.0"}, T, "Học sinh Giỏi", "title_of_good"),
    "none": ({"TO": "6.0"}, K, None, "title_needs_both"),
    "not due": ({"TO": "6.0"}, K, "Học sinh Giỏi", "school_decided_otherwise"),
}


@pytest.mark.parametrize("case", TITLES)
def test_article_15_1_titles(case: str) -> None:
    marks, level, commendation, code = TITLES[case]
    record = lower_secondary(marks, learning=level)
    remarks = structs.replace(record.remarks, commendation=commendation)
    (why,) = told(structs.replace(record, remarks=remarks), "NOI_DUNG_KHEN_THUONG")
    assert (why.code, why.article) == (code, "15.1")


def test_article_22_2_results_to_date_are_said_to_be_that() -> None:
    record = structs.replace(lower_secondary({}, learning=T), results_until=a_record(8).transcript.date_of_birth)
    assert explain_results(record)[0].code == "results_are_to_date"
    assert {one.field for one in explain_results(record)}.isdisjoint({"DUOC_LEN_LOP", "NOI_DUNG_KHEN_THUONG"})


# Every card.


def test_honest_cards_are_explained_in_both_languages_and_never_said_to_be_decided_otherwise() -> None:
    general = sentence("unexpected_error")
    for record in islice(records(), CARDS_IN_ALL):
        explained = explain_results(record)
        assert explained
        for one in explained:
            assert one.code != "school_decided_otherwise"
            assert one.sentence != general
            assert "…" not in one.sentence.vi + one.sentence.en


marks_of_a_year = st.lists(
    st.one_of(st.decimals("0", "10", places=1), st.sampled_from(["Đ", "Đ", "CĐ"])), min_size=7, max_size=10
)


@given(marks=marks_of_a_year)
def test_article_9_2_nothing_is_in_the_way_of_a_level_that_is_reached_and_something_of_any_other(
    marks: list[Mark],
) -> None:
    record = a_record(8)
    rules = CIRCULAR_22
    explained = _Results(record, secondary(record), rules, Explainer(record, rules, ()))
    by_code = {f"S{number}": mark for number, mark in enumerate(marks)}
    reached = unadjusted_learning_result(by_code)
    for better in rules.learning_criteria:
        is_reached = list(OverallLevel).index(reached) <= list(OverallLevel).index(better)
        assert (not list(explained._obstacles(better, by_code))) == is_reached


@given(record=any_record())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=200)
def test_any_card_is_explained_without_a_failure(record: Record) -> None:
    for one in explain_results(record):
        assert one.sentence.vi
        assert one.sentence.en


def test_subject_of_a_schools_own_is_called_as_the_school_calls_it() -> None:
    record = lower_secondary({}, learning=T)
    own = with_secondary_subject(record, "TO", lambda row: structs.replace(row, code="VOV", year="4.0"))
    details = tuple(
        structs.replace(detail, code="VOV", name="Vovinam") if detail.code == "TO" else detail
        for detail in own.subject_details
    )
    renamed = structs.replace(own, subject_details=details)
    levels = structs.replace(secondary(renamed).learning, year=K)
    spoken = told(with_results(renamed, structs.replace(secondary(renamed), learning=levels)), "KET_QUA_HOC_TAP_CA_NAM")
    assert "Vovinam (4,0)" in spoken[0].sentence.en
