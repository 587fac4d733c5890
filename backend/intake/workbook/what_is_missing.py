"""What a workbook's card still waits for, by what its record says.

Only where the school has not decided yet whether the pupil moves up: a decision, also the one to repeat the year, ends
the waiting. Of a pupil who left during the year (``results_until``) nothing more is to come.
"""

from backend.archive.prepared.card import Missing
from verifier.record.levels import EducationalResult, OverallLevel
from verifier.record.record import Record
from verifier.record.transcript import PrimaryResults, SecondaryResults


def what_is_missing(record: Record) -> tuple[Missing, ...]:
    """A personal code, and what the summer has to bring (circular 27, article 11; circular 22, articles 13 and 14)."""
    missing = [] if record.pupil.personal_code else [Missing.PERSONAL_CODE]
    results = record.transcript.results
    if results.promoted is None and record.results_until is None:
        missing += _of_primary(results) if isinstance(results, PrimaryResults) else _of_secondary(results)
    return tuple(missing)


def _of_primary(results: PrimaryResults) -> list[Missing]:
    not_done = results.educational_result is EducationalResult.NOT_DONE
    return [Missing.SUPPLEMENTARY_LESSONS] if not_done else []


def _of_secondary(results: SecondaryResults) -> list[Missing]:
    if results.training.year is OverallLevel.NOT_PASS and results.training.after_summer is None:
        return [Missing.SUMMER_TRAINING]
    # Article 14: only a pupil whose training result is at least Đạt is examined again.
    learning = results.learning
    return [Missing.REEXAMINATION] if learning.year is OverallLevel.NOT_PASS and learning.after_summer is None else []
