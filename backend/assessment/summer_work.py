"""What a pupil has to do over the summer to move up, by the card (circular 27, article 11; circular 22, 13 and 14)."""

from collections.abc import Iterator

from backend.assessment.check_record import check_record
from backend.assessment.check_secondary import marks_of_period
from backend.assessment.explanation import Explainer, Explanation
from backend.assessment.rule_sets import PRIMARY_RULES, SECONDARY_RULES, PrimaryRules, SecondaryRules, rules_of
from backend.messages import enumeration
from verifier.record.levels import OverallLevel
from verifier.record.record import Record
from verifier.record.transcript import PrimaryResults, SecondaryResults


def summer_work(record: Record) -> tuple[Explanation, ...]:
    """What is still to be done; nothing for who moves up anyway, has done it, or cannot move up by it."""
    transcript, results = record.transcript, record.transcript.results
    if record.pupil.not_assessed or record.results_until is not None or results.promoted:
        return ()
    grade, school_year = transcript.grade, transcript.school_year
    warnings = check_record(record)
    if isinstance(results, PrimaryResults):
        primary = rules_of(PRIMARY_RULES, transcript.regulation, grade=grade, school_year=school_year)
        return tuple(_of_primary(results, primary, Explainer(record, primary, warnings)))
    secondary = rules_of(SECONDARY_RULES, transcript.regulation, grade=grade, school_year=school_year)
    return tuple(_of_secondary(results, secondary, Explainer(record, secondary, warnings)))


def _of_primary(results: PrimaryResults, rules: PrimaryRules, explainer: Explainer) -> Iterator[Explanation]:
    result = results.educational_result
    if result is not None and not rules.class_programme_completed(result):
        yield explainer.say("promotion", "supplementary_lessons", "KET_QUA_XEP_LOAI")


def _of_secondary(results: SecondaryResults, rules: SecondaryRules, explainer: Explainer) -> Iterator[Explanation]:
    learning, training = results.learning, results.training
    good = OverallLevel.GOOD
    if not rules.moves_up(learning=good, training=good, absences=results.absences or 0):
        return  # sessions missed are not made up for in the summer
    if training.year is not None and training.after_summer is None and rules.trains_in_summer(training=training.year):
        yield explainer.say("trains_in_summer", "summer_training", "KET_QUA_REN_LUYEN_CA_NAM")
    marks = marks_of_period(results, "DIEM_CA_NAM")
    if marks is None or learning.year is None or training.year is None or learning.after_summer is not None:
        return
    due = rules.subjects_to_reexamine(marks, learning=learning.year, training=training.year)
    if due:
        yield explainer.say(
            "subjects_to_reexamine",
            "reexamination",
            "KET_QUA_HOC_TAP_CA_NAM",
            subjects=enumeration([explainer.subject(code) for code in due]),
        )
