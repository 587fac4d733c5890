"""Results to date: the card of a pupil who left for another school during the year (1789, article 22.2).

Such a card has no result of the year: the new school's card has it. Nothing that is missing is missed.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from backend.assessment.card_warning import CardWarning
from verifier.record.field_names import PROGRAMME_COMPLETED_FIELDS, RESULTS_UNTIL_FIELD
from verifier.record.record import Record
from verifier.record.transcript import PrimaryResults, SecondaryResults

REGULATION = "1789/QĐ-SGDĐT"
"""Ho Chi Minh City's, the only one that speaks of these cards (decision 0034)."""
ARTICLE = "22.2"

_Value = str | bool | None
_AUGUST = 8


def check_results_until(record: Record) -> Iterator[CardWarning]:
    """Warnings about the day, and about each result of the year that stands on the card all the same."""
    until = record.results_until
    if until is None:
        return
    first_year = int(record.transcript.school_year[:4])
    if not date(first_year, _AUGUST, 1) <= until < date(first_year + 1, _AUGUST, 1):
        yield _warn("results_until_outside_year", RESULTS_UNTIL_FIELD, written=until.isoformat())
    for field, value in _of_the_year(record).items():
        if value is not None:
            yield _warn(
                "results_to_date_have_year", field, written=str(int(value)) if isinstance(value, bool) else value
            )


def _of_the_year(record: Record) -> Mapping[str, _Value]:
    results = record.transcript.results
    if isinstance(results, PrimaryResults):
        return {
            "KET_QUA_XEP_LOAI": results.educational_result,
            "DUOC_LEN_LOP": results.promoted,
            "DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC": results.class_programme_completed,
            "DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC": results.primary_programme_completed,
        }
    return _of_the_year_of_secondary(record, results)


def _of_the_year_of_secondary(record: Record, results: SecondaryResults) -> Mapping[str, _Value]:
    return {
        "DIEM_CA_NAM": next((row.year for row in results.subjects if row.year is not None), None),
        "KET_QUA_HOC_TAP_CA_NAM": results.learning.year,
        "KET_QUA_HOC_TAP_SAU_HE": results.learning.after_summer,
        "KET_QUA_REN_LUYEN_CA_NAM": results.training.year,
        "KET_QUA_REN_LUYEN_SAU_HE": results.training.after_summer,
        "DUOC_LEN_LOP": results.promoted,
        PROGRAMME_COMPLETED_FIELDS[record.level]: results.programme_completed,
    }


def _warn(code: str, field: str, *, written: str) -> CardWarning:
    return CardWarning(
        code=code, field=field, rule="results_until", regulation=REGULATION, article=ARTICLE, written=written
    )
