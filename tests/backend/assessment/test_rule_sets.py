from types import MappingProxyType

import pytest
from msgspec import structs

from backend.assessment.rule_sets import (
    CIRCULAR_22,
    CIRCULAR_27,
    PRIMARY_RULES,
    SECONDARY_RULES,
    in_force,
    rules_of,
)
from verifier.record.levels import OverallLevel, Regulation


@pytest.mark.parametrize(("grade", "first"), [(1, 2020), (2, 2021), (3, 2022), (4, 2023), (5, 2024)])
def test_circular_27_came_a_grade_a_year(grade: int, first: int) -> None:
    assert in_force(CIRCULAR_27, grade=grade, school_year=f"{first}-{first + 1}")
    assert not in_force(CIRCULAR_27, grade=grade, school_year=f"{first - 1}-{first}")


@pytest.mark.parametrize(
    ("grade", "first"), [(6, 2021), (7, 2022), (8, 2023), (9, 2024), (10, 2022), (11, 2023), (12, 2024)]
)
def test_circular_22_came_grade_by_grade(grade: int, first: int) -> None:
    assert in_force(CIRCULAR_22, grade=grade, school_year=f"{first}-{first + 1}")
    assert not in_force(CIRCULAR_22, grade=grade, school_year=f"{first - 1}-{first}")


def test_an_amendment_stands_beside_the_rules_that_it_changes() -> None:
    """Say that from 2027-2028 on sixty sessions may be missed: older cards keep the rule of their time."""

    def moves_up(*, learning: OverallLevel, training: OverallLevel, absences: int) -> bool:
        return OverallLevel.NOT_PASS not in {learning, training} and absences <= 60

    amended = structs.replace(
        CIRCULAR_22,
        regulation="99/2027/TT-BGDĐT",
        since=MappingProxyType(dict.fromkeys(range(6, 13), 2027)),
        moves_up=moves_up,
    )
    known = {Regulation.CIRCULAR_22: (CIRCULAR_22, amended)}
    level = OverallLevel.PASS
    for school_year, number, expected in (
        ("2026-2027", "22/2021/TT-BGDĐT", False),
        ("2027-2028", "99/2027/TT-BGDĐT", True),
    ):
        rules = rules_of(known, Regulation.CIRCULAR_22, grade=8, school_year=school_year)
        assert rules.regulation == number
        assert rules.moves_up(learning=level, training=level, absences=50) is expected


def test_card_older_than_its_circular_is_read_by_the_first_rules() -> None:
    assert rules_of(PRIMARY_RULES, Regulation.CIRCULAR_27, grade=5, school_year="2019-2020") is CIRCULAR_27
    assert rules_of(SECONDARY_RULES, Regulation.CIRCULAR_22, grade=12, school_year="2020-2021") is CIRCULAR_22
