"""A card against the rules of its circular: differences come back as warnings, and the card stays as it is.

What the school signed is what stands. A warning names the rule, the article, what the rule was given, what the card
says and what the rule gives, so that the school can see for itself who is right. Where an article can be read in two
ways (decision 0020), only a card that agrees with neither is warned about.

Of a pupil on an individual plan who is not assessed (circular 27, article 8; circular 22, article 11) nothing is
computed: only that the card then has no result of the year. Of a pupil who left during the year (``results_until``)
nothing is missed, and what is there of a semester is held against the rules as on any card.
"""

from backend.assessment.card_warning import CardWarning
from backend.assessment.check_primary import check_primary
from backend.assessment.check_results_until import check_results_until
from backend.assessment.check_secondary import check_secondary
from backend.assessment.check_subjects import check_subjects
from backend.assessment.rule_sets import (
    PRIMARY_RULES,
    SECONDARY_RULES,
    PrimaryRules,
    SecondaryRules,
    in_force,
    rules_of,
)
from verifier.record.record import Record
from verifier.record.transcript import PrimaryResults


def check_record(record: Record) -> tuple[CardWarning, ...]:
    """Every difference between a card and the rules, in the card's order; none for a card that keeps them."""
    transcript, results = record.transcript, record.transcript.results
    grade, school_year = transcript.grade, transcript.school_year
    if isinstance(results, PrimaryResults):
        primary = rules_of(PRIMARY_RULES, transcript.regulation, grade=grade, school_year=school_year)
        return (
            *_check_time(record, primary),
            *check_results_until(record),
            *check_subjects(record, primary),
            *check_primary(record, results, primary),
        )
    secondary = rules_of(SECONDARY_RULES, transcript.regulation, grade=grade, school_year=school_year)
    return (
        *_check_time(record, secondary),
        *check_results_until(record),
        *check_subjects(record, secondary),
        *check_secondary(record, results, secondary),
    )


def _check_time(record: Record, rules: PrimaryRules | SecondaryRules) -> tuple[CardWarning, ...]:
    grade, school_year = record.transcript.grade, record.transcript.school_year
    if in_force(rules, grade=grade, school_year=school_year):
        return ()
    first = rules.since[grade]
    return (
        CardWarning(
            code="regulation_not_yet_in_force",
            field="THONG_TU",
            regulation=rules.regulation,
            inputs={"MA_KHOI": str(grade)},
            written=school_year,
            expected=f"{first}-{first + 1}",
        ),
    )
