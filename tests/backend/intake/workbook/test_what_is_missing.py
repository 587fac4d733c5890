from datetime import date

import pytest
from msgspec import structs

from backend.archive.prepared.card import Missing
from backend.intake.workbook.what_is_missing import what_is_missing
from tests.backend.issuing.sample_records import primary_record, secondary_record
from verifier.record.levels import EducationalResult, OverallLevel
from verifier.record.record import Record
from verifier.record.transcript import PeriodLevels, PrimaryResults, SecondaryResults

GOOD, FAILED = OverallLevel.GOOD, OverallLevel.NOT_PASS


def primary(result: EducationalResult, *, promoted: bool | None) -> Record:
    record = primary_record()
    results = record.transcript.results
    assert isinstance(results, PrimaryResults)
    changed = structs.replace(results, educational_result=result, promoted=promoted)
    return structs.replace(record, transcript=structs.replace(record.transcript, results=changed))


def secondary(
    *, learning: OverallLevel, training: OverallLevel, after: OverallLevel | None = None, promoted: bool | None = None
) -> Record:
    record = secondary_record()
    results = record.transcript.results
    assert isinstance(results, SecondaryResults)
    changed = structs.replace(
        results,
        learning=PeriodLevels(learning, learning, learning, after),
        training=PeriodLevels(training, training, training, after),
        promoted=promoted,
    )
    return structs.replace(record, transcript=structs.replace(record.transcript, results=changed))


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        (primary(EducationalResult.NOT_DONE, promoted=None), (Missing.SUPPLEMENTARY_LESSONS,)),
        (primary(EducationalResult.NOT_DONE, promoted=False), ()),
        (primary(EducationalResult.DONE, promoted=None), ()),
        (secondary(learning=FAILED, training=GOOD), (Missing.REEXAMINATION,)),
        (secondary(learning=GOOD, training=FAILED), (Missing.SUMMER_TRAINING,)),
        (secondary(learning=FAILED, training=FAILED), (Missing.SUMMER_TRAINING,)),
        (secondary(learning=FAILED, training=GOOD, after=GOOD), ()),
        (secondary(learning=FAILED, training=GOOD, promoted=False), ()),
        (secondary(learning=GOOD, training=GOOD), ()),
    ],
)
def test_card_waits_for_what_the_summer_has_to_bring_unless_the_school_decided(
    record: Record, missing: tuple[Missing, ...]
) -> None:
    assert what_is_missing(record) == missing


def test_card_without_a_personal_code_waits_for_it() -> None:
    record = primary(EducationalResult.NOT_DONE, promoted=None)
    nameless = structs.replace(record, pupil=structs.replace(record.pupil, personal_code=None))
    assert what_is_missing(nameless) == (Missing.PERSONAL_CODE, Missing.SUPPLEMENTARY_LESSONS)


def test_pupil_who_left_during_the_year_waits_for_nothing() -> None:
    left = structs.replace(secondary(learning=FAILED, training=FAILED), results_until=date(2026, 1, 16))
    assert what_is_missing(left) == ()
