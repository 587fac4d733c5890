import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.assessment.circular_22 import (
    Mark,
    learning_result,
    moves_up,
    regular_scores_per_semester,
    round_average,
    semester_average,
    subjects_to_reexamine,
    title_of_year,
    training_of_year,
    trains_in_summer,
    year_after_reexamination,
    year_average,
    year_remark,
)
from verifier.record.levels import OverallLevel as Level

T, K, D, C = Level.GOOD, Level.FAIR, Level.PASS, Level.NOT_PASS


def marks(*values: str) -> dict[str, Mark]:
    """Eight scored subjects and the remark subjects that follow them."""
    return {
        f"S{number}": value if value in {"Đ", "CĐ"} else Decimal(value)  # type: ignore[misc] # narrowed by the test of membership, which mypy does not follow
        for number, value in enumerate(values)
    }


ROUNDING = {"7.25": "7.3", "7.249": "7.2", "7.35": "7.4", "0.05": "0.1", "9.95": "10.0", "6.45": "6.5"}


@pytest.mark.parametrize("value", ROUNDING)
def test_article_5_3b_halves_round_up(value: str) -> None:
    assert Decimal(ROUNDING[value]) == round_average(Decimal(value))


@pytest.mark.parametrize(("periods", "expected"), [(18, 2), (35, 2), (36, 3), (70, 3), (71, 4), (140, 4)])
def test_article_6_number_of_regular_scores_follows_the_periods(periods: int, expected: int) -> None:
    assert expected == regular_scores_per_semester(periods)


def test_article_9_1b_semester_average_weighs_each_regular_score_once() -> None:
    # (8 + 7 + 9 + 6 + 2 x 7.5 + 3 x 8) / 9 = 7.666…; averaging the regular scores first would give 7.8 over 6
    scores = [Decimal(score) for score in ("8", "7", "9", "6")]
    assert Decimal("7.7") == semester_average(scores, midterm=Decimal("7.5"), final=Decimal(8))


def test_article_9_1b_semester_average_rounds_an_exact_half_up() -> None:
    # (7 + 7 + 7 + 2 x 8 + 3 x 7) / 8 = 7.25
    assert Decimal("7.3") == semester_average([Decimal(7)] * 3, midterm=Decimal(8), final=Decimal(7))


def test_article_9_1b_year_average_counts_the_second_semester_twice() -> None:
    assert Decimal("7.7") == year_average(semester_1=Decimal("7.0"), semester_2=Decimal("8.0"))


def test_article_9_1a_year_of_a_remark_subject_is_the_second_semester() -> None:
    assert year_remark(semester_2="Đ") == "Đ"
    assert year_remark(semester_2="CĐ") == "CĐ"


TRAINING = {
    # (first semester, second semester): year
    (T, T): T, (K, T): T, (D, T): K, (C, T): K,
    (T, K): K, (K, K): K, (D, K): K, (C, K): D,
    (T, D): K, (K, D): D, (D, D): D, (C, D): D,
    (T, C): C, (K, C): C, (D, C): C, (C, C): C,
}  # fmt: skip


@pytest.mark.parametrize("semesters", TRAINING)
def test_article_8_2b_each_cell_of_the_training_table(semesters: tuple[Level, Level]) -> None:
    assert TRAINING[semesters] == training_of_year(semester_1=semesters[0], semester_2=semesters[1])


LEARNING = {
    "six from 8.0 and the rest from 6.5": (("8.0",) * 6 + ("6.5", "6.5", "Đ"), T),
    "only five from 8.0": (("8.0",) * 5 + ("7.9", "6.5", "6.5", "Đ"), K),
    "one at 6.4 falls one step, no adjustment": (("8.0",) * 7 + ("6.4", "Đ"), K),
    "six from 6.5 and the rest from 5.0": (("6.5",) * 6 + ("5.0", "5.0", "Đ"), K),
    "only five from 6.5": (("6.5",) * 5 + ("6.4",) * 3 + ("Đ",), D),
    "one at 4.9 under Khá falls one step": (("6.5",) * 7 + ("4.9", "Đ"), D),
    "only five from 5.0, the rest 4.9": (("5.0",) * 5 + ("4.9",) * 3 + ("Đ",), C),
    "one at 3.4 and one at 3.5": (("5.0",) * 6 + ("3.5", "3.4", "Đ"), C),
    "six from 5.0, none under 3.5": (("5.0",) * 6 + ("3.5", "3.5", "Đ"), D),
    "one Chưa đạt beside Đạt": (("5.0",) * 8 + ("CĐ", "Đ"), D),
    "two Chưa đạt": (("9.0",) * 8 + ("CĐ", "CĐ"), C),
    "only five from 5.0": (("5.0",) * 5 + ("4.0", "4.0", "4.0", "Đ"), C),
    "one under 3.5 beside Đạt": (("5.0",) * 7 + ("3.4", "Đ"), C),
    "Tốt with one 4.0 would be Đạt, raised to Khá": (("8.5",) * 7 + ("4.0", "Đ"), K),
    "Tốt with one 3.0 would be Chưa đạt, raised to Đạt": (("8.5",) * 7 + ("3.0", "Đ"), D),
    "Khá with one 3.0 would be Chưa đạt, raised to Đạt": (("7.0",) * 7 + ("3.0", "Đ"), D),
    "Tốt with one Chưa đạt would be Đạt, raised to Khá": (("8.5",) * 8 + ("CĐ", "Đ"), K),
    "two subjects spoil it, no adjustment": (("8.5",) * 6 + ("4.0", "4.0", "Đ"), D),
    "the others do not reach six good ones": (("8.0",) * 5 + ("7.0", "7.0", "4.0", "Đ"), D),
}


# The lowest mark that keeps a level, and a tenth less: of every subject, and of the sixth good one (article 9.2).
EDGES = {
    "Tốt, every subject": (("8.0",) * 6 + ("9.0",), "6.5", "6.4", T, K),
    "Tốt, sixth subject": (("8.0",) * 5 + ("7.0", "7.0"), "8.0", "7.9", T, K),
    "Khá, every subject": (("6.5",) * 6 + ("7.9",), "5.0", "4.9", K, D),
    "Khá, sixth subject": (("6.5",) * 5 + ("5.5", "5.5"), "6.5", "6.4", K, D),
    "Đạt, every subject": (("5.0",) * 6 + ("4.0",), "3.5", "3.4", D, C),
    "Đạt, sixth subject": (("5.0",) * 5 + ("4.0", "4.0"), "5.0", "4.9", D, C),
}


@pytest.mark.parametrize("edge", EDGES)
def test_article_9_2_each_edge_of_each_level(edge: str) -> None:
    others, enough, short, level, below = EDGES[edge]
    assert learning_result(marks(*others, enough, "Đ")) == level
    assert learning_result(marks(*others, short, "Đ")) == below


@pytest.mark.parametrize(("failed", "expected"), [(0, K), (1, D), (2, C)])
def test_article_9_2_subjects_by_remark_allow_one_chua_dat_for_dat_and_none_above(failed: int, expected: Level) -> None:
    assert learning_result(marks(*("6.5",) * 8, *("CĐ",) * failed, "Đ")) == expected


# One subject alone spoils it: its mark, the level without adjustment, and the level next above (article 9.3).
ADJUSTED_FROM_GOOD = {"6.4": K, "5.0": K, "4.9": K, "3.5": K, "3.4": D, "0.0": D, "CĐ": K}
ADJUSTED_FROM_FAIR = {"4.9": D, "3.5": D, "3.4": D, "0.0": D, "CĐ": D}


@pytest.mark.parametrize("spoiler", ADJUSTED_FROM_GOOD)
def test_article_9_3_adjustment_from_tot(spoiler: str) -> None:
    assert learning_result(marks(*("8.0",) * 7, spoiler, "Đ")) == ADJUSTED_FROM_GOOD[spoiler]


@pytest.mark.parametrize("spoiler", ADJUSTED_FROM_FAIR)
def test_article_9_3_adjustment_from_kha(spoiler: str) -> None:
    assert learning_result(marks(*("6.5",) * 7, spoiler, "Đ")) == ADJUSTED_FROM_FAIR[spoiler]


@pytest.mark.parametrize("spoiler", ["3.4", "0.0"])
def test_article_9_3_there_is_no_adjustment_from_dat(spoiler: str) -> None:
    assert learning_result(marks(*("5.0",) * 7, spoiler, "Đ")) == C


def test_article_9_3_two_subjects_that_spoil_it_are_not_adjusted() -> None:
    for first, second in (("4.0", "4.0"), ("4.0", "CĐ"), ("3.0", "3.0")):
        both = marks(*("8.0",) * 7, first, second, "Đ")
        assert learning_result(both) == learning_result(both, spoiler_counts=True) == (C if first == "3.0" else D)


@pytest.mark.parametrize("case", LEARNING)
def test_article_9_2_and_9_3_learning_result(case: str) -> None:
    values, expected = LEARNING[case]
    assert expected == learning_result(marks(*values))


SPOILER_COUNTS = {
    # Five from 8.0; with the subject that spoils it six: the article can be read both ways (decision 0020).
    "Tốt but for one 4.0 that would be the sixth": (("8.0",) * 5 + ("7.0", "7.0", "4.0", "Đ"), D, K),
    "Khá but for one 3.0 that would be the sixth": (("6.5",) * 5 + ("5.0", "5.0", "3.0", "Đ"), C, D),
    "six good ones without it": (("8.0",) * 6 + ("7.0", "4.0", "Đ"), K, K),
    "two subjects spoil it": (("8.0",) * 6 + ("4.0", "4.0", "Đ"), D, D),
    "one step only": (("8.0",) * 5 + ("7.9", "7.9", "7.9", "Đ"), K, K),
}


@pytest.mark.parametrize("case", SPOILER_COUNTS)
def test_article_9_3_can_be_read_in_two_ways(case: str) -> None:
    values, strict, generous = SPOILER_COUNTS[case]
    assert learning_result(marks(*values)) == strict
    assert learning_result(marks(*values), spoiler_counts=True) == generous


@given(st.lists(st.integers(0, 100), min_size=2, max_size=4), st.integers(0, 100), st.integers(0, 100))
def test_article_9_1b_semester_average_is_that_of_fractions(regular: list[int], midterm: int, final: int) -> None:
    scores = [Decimal(score) / 10 for score in regular]
    exact = Fraction(sum(regular) + 2 * midterm + 3 * final, 10 * (len(regular) + 5))
    average = semester_average(scores, midterm=Decimal(midterm) / 10, final=Decimal(final) / 10)
    assert Fraction(average) == in_tenths_half_up(exact)


@given(st.integers(0, 100), st.integers(0, 100))
def test_article_9_1b_year_average_is_that_of_fractions(first: int, second: int) -> None:
    average = year_average(semester_1=Decimal(first) / 10, semester_2=Decimal(second) / 10)
    assert Fraction(average) == in_tenths_half_up(Fraction(first + 2 * second, 30))


def in_tenths_half_up(value: Fraction) -> Fraction:
    return Fraction(math.floor(value * 10 + Fraction(1, 2)), 10)


MARKS = st.one_of(st.integers(0, 100).map(lambda tenths: Decimal(tenths) / 10), st.sampled_from(["Đ", "CĐ"]))


@given(st.lists(MARKS, min_size=7, max_size=13), st.integers(0, 12), st.integers(1, 100), st.booleans())
def test_learning_result_never_rises_when_one_mark_falls(
    values: list[Mark],
    at: int,
    less: int,
    spoiler_counts: bool,  # noqa: FBT001 # a drawn value
) -> None:
    order = [T, K, D, C]
    before = {f"S{number}": value for number, value in enumerate(values)}
    code = f"S{at % len(values)}"
    mark = before[code]
    after = before | {code: max(Decimal(0), mark - Decimal(less) / 10) if isinstance(mark, Decimal) else "CĐ"}
    was = learning_result(before, spoiler_counts=spoiler_counts)
    assert order.index(learning_result(after, spoiler_counts=spoiler_counts)) >= order.index(was)


@given(st.lists(st.integers(0, 100), min_size=7, max_size=10), st.integers(0, 9), st.integers(1, 30))
def test_a_better_mark_never_lowers_the_learning_result(tenths: list[int], at: int, more: int) -> None:
    order = [T, K, D, C]
    before = {f"S{number}": Decimal(value) / 10 for number, value in enumerate(tenths)}
    code = f"S{at % len(tenths)}"
    after = before | {code: min(Decimal(10), before[code] + Decimal(more) / 10)}
    assert order.index(learning_result(after)) <= order.index(learning_result(before))


def test_article_14_reexamination_is_for_weak_subjects_of_pupils_with_enough_training() -> None:
    year = marks("4.9", "5.0", "3.0", "8.0", "CĐ", "Đ")
    assert subjects_to_reexamine(year, learning=C, training=D) == ("S0", "S2", "S4")
    assert subjects_to_reexamine(year, learning=C, training=C) == ()
    assert subjects_to_reexamine(year, learning=D, training=T) == ()


def test_article_14_new_results_take_the_place_of_the_old() -> None:
    year = marks(*("5.0",) * 5, "4.0", "4.0", "3.0", "Đ")
    assert learning_result(year) == C
    assert learning_result(year_after_reexamination(year, marks("5.0", "5.0", "5.0", "5.0", "5.0", "5.0"))) == C
    assert learning_result(year_after_reexamination(year, {"S5": Decimal("5.0"), "S7": Decimal("3.5")})) == D


@pytest.mark.parametrize("training", Level)
def test_article_13_1_only_chua_dat_trains_in_summer(training: Level) -> None:
    assert trains_in_summer(training=training) is (training is C)


@pytest.mark.parametrize(
    ("learning", "training", "absences", "expected"),
    [(D, D, 45, True), (D, D, 46, False), (C, T, 0, False), (T, C, 0, False), (T, T, 0, True)],
)
def test_article_12_1_moving_up_needs_all_three(
    learning: Level,
    training: Level,
    absences: int,
    expected: bool,  # noqa: FBT001 # a table's column
) -> None:
    assert expected is moves_up(learning=learning, training=training, absences=absences)


def test_article_15_1_titles_of_the_year() -> None:
    nine = marks(*("9.0",) * 6, "8.0", "Đ")
    assert title_of_year(nine, learning=T, training=T) == "Học sinh Xuất sắc"
    assert title_of_year(marks(*("9.0",) * 5, "8.9", "Đ"), learning=T, training=T) == "Học sinh Giỏi"
    assert title_of_year(nine, learning=T, training=K) is None
    assert title_of_year(nine, learning=K, training=T) is None
