"""Why the results of a card are what they are: the rule beside each, and what stood in the way of a better one.

The card is right: a result that is not what the rule gives is explained as the school's decision, about which one can
ask. Where marks are missing, so that nothing can be said, nothing is said. Only the card's own values are spoken of:
there is no rank and no average of a class (circular 15/2026, article 22.2).
"""

from backend.assessment.check_record import check_record
from backend.assessment.check_results_until import ARTICLE, REGULATION
from backend.assessment.explain_primary import explain_primary
from backend.assessment.explain_secondary import explain_secondary
from backend.assessment.explanation import Explainer, Explanation
from backend.assessment.rule_sets import PRIMARY_RULES, SECONDARY_RULES, rules_of
from backend.messages import sentence
from verifier.record.field_names import RESULTS_UNTIL_FIELD
from verifier.record.record import Record
from verifier.record.transcript import PrimaryResults


def explain_results(record: Record) -> tuple[Explanation, ...]:
    """Every reason, in the card's order."""
    transcript, results = record.transcript, record.transcript.results
    warnings = check_record(record)
    grade, school_year = transcript.grade, transcript.school_year
    if isinstance(results, PrimaryResults):
        primary = rules_of(PRIMARY_RULES, transcript.regulation, grade=grade, school_year=school_year)
        explained = explain_primary(record, results, primary, Explainer(record, primary, warnings))
        return (*_left_during_the_year(record), *explained)
    secondary = rules_of(SECONDARY_RULES, transcript.regulation, grade=grade, school_year=school_year)
    explained = explain_secondary(record, results, secondary, Explainer(record, secondary, warnings))
    return (*_left_during_the_year(record), *explained)


def _left_during_the_year(record: Record) -> tuple[Explanation, ...]:
    if record.results_until is None:
        return ()
    code = "results_are_to_date"
    return (Explanation(RESULTS_UNTIL_FIELD, code, sentence(code), REGULATION, ARTICLE),)
