"""Which rules a card was made by: a rule set for each circular and, where one is amended, for each stretch of years.

A rule set holds the circular's functions and the articles that they come from. An amendment is a new one beside the
old, made of it with ``msgspec.structs.replace`` and the years from which it applies; cards of earlier years keep the
rules of their time.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from msgspec import Struct

from backend.assessment import circular_22, circular_27
from backend.assessment.circular_22 import LearningCriteria, Mark
from verifier.record.levels import EducationalResult, OverallLevel, Regulation


class PrimaryRules(Struct, frozen=True, kw_only=True):
    """Rules of grades 1 to 5."""

    regulation: str
    """Number of the circular, or of the one that amends it, as warnings name it."""
    since: Mapping[int, int]
    """Grade: first year of the school year from which these rules apply to it."""
    articles: Mapping[str, str]
    """Rule: article that it comes from."""
    tested_subjects: frozenset[str]
    educational_result: Callable[..., EducationalResult]
    class_programme_completed: Callable[[EducationalResult], bool]
    primary_programme_completed: Callable[..., bool]
    titles_of_year: Callable[[EducationalResult], frozenset[str]]


class SecondaryRules(Struct, frozen=True, kw_only=True):
    """Rules of grades 6 to 12."""

    regulation: str
    since: Mapping[int, int]
    articles: Mapping[str, str]
    year_average: Callable[..., Mark]
    year_remark: Callable[..., Mark]
    training_of_year: Callable[..., OverallLevel]
    learning_result: Callable[..., OverallLevel]
    learning_criteria: Mapping[OverallLevel, LearningCriteria]
    """Of each level from the top, before ``spoiling_subject`` is looked at."""
    spoiling_subject: Callable[..., str | None]
    trains_in_summer: Callable[..., bool]
    subjects_to_reexamine: Callable[..., tuple[str, ...]]
    year_after_reexamination: Callable[[Mapping[str, Mark], Mapping[str, Mark]], dict[str, Mark]]
    moves_up: Callable[..., bool]
    title_of_year: Callable[..., str | None]


CIRCULAR_27 = PrimaryRules(
    regulation=Regulation.CIRCULAR_27.value,
    since=MappingProxyType({grade: 2019 + grade for grade in range(1, 6)}),
    articles=MappingProxyType(
        {
            "assessment": "7.1",
            "periodic_test": "7.1b",
            "qualities_and_competences": "7.2",
            "individual_plan": "8",
            "educational_result": "9.2a",
            "class_programme_completed": "11.1",
            "promotion": "11.1",
            "primary_programme_completed": "11.2",
            "title_of_year": "13.1a",
        }
    ),
    tested_subjects=circular_27.TESTED_SUBJECTS,
    educational_result=circular_27.educational_result,
    class_programme_completed=circular_27.class_programme_completed,
    primary_programme_completed=circular_27.primary_programme_completed,
    titles_of_year=circular_27.titles_of_year,
)
"""In force since 2020-2021, a grade more every year (article 2 of the decision)."""

CIRCULAR_22 = SecondaryRules(
    regulation=Regulation.CIRCULAR_22.value,
    since=MappingProxyType({6: 2021, 7: 2022, 8: 2023, 9: 2024, 10: 2022, 11: 2023, 12: 2024}),
    articles=MappingProxyType(
        {
            "assessment": "5.3",
            "specialised_topics": "6",
            "training_of_semester": "8.2a",
            "training_of_year": "8.2b",
            "year_remark": "9.1a",
            "year_average": "9.1b",
            "learning_result": "9.2, 9.3",
            "individual_plan": "11",
            "moves_up": "12.1",
            "trains_in_summer": "13.1",
            "subjects_to_reexamine": "14",
            "year_after_reexamination": "14",
            "title_of_year": "15.1",
        }
    ),
    year_average=circular_22.year_average,
    year_remark=circular_22.year_remark,
    training_of_year=circular_22.training_of_year,
    learning_result=circular_22.learning_result,
    learning_criteria=circular_22.LEARNING_CRITERIA,
    spoiling_subject=circular_22.spoiling_subject,
    trains_in_summer=circular_22.trains_in_summer,
    subjects_to_reexamine=circular_22.subjects_to_reexamine,
    year_after_reexamination=circular_22.year_after_reexamination,
    moves_up=circular_22.moves_up,
    title_of_year=circular_22.title_of_year,
)
"""In force since 2021-2022, grade by grade until 2024-2025."""

Rules = TypeVar("Rules", PrimaryRules, SecondaryRules)

PRIMARY_RULES: Mapping[Regulation, tuple[PrimaryRules, ...]] = MappingProxyType(
    {Regulation.CIRCULAR_27: (CIRCULAR_27,)}
)
SECONDARY_RULES: Mapping[Regulation, tuple[SecondaryRules, ...]] = MappingProxyType(
    {Regulation.CIRCULAR_22: (CIRCULAR_22,)}
)


def rules_of(
    known: Mapping[Regulation, tuple[Rules, ...]], regulation: Regulation, *, grade: int, school_year: str
) -> Rules:
    """The newest of a circular's rule sets that applies to a grade in a school year ("2025-2026").

    A card that is older than the circular is read by its first rule set; ``in_force`` tells.
    """
    stretches = known[regulation]
    of_that_year = [rules for rules in stretches if in_force(rules, grade=grade, school_year=school_year)]
    return of_that_year[-1] if of_that_year else stretches[0]


def in_force(rules: PrimaryRules | SecondaryRules, *, grade: int, school_year: str) -> bool:
    """Whether the rules already applied to that grade in that school year."""
    return grade in rules.since and rules.since[grade] <= int(school_year[:4])
