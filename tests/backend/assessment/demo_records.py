"""Honest cards of the demo city, a few of each grade, to be spoiled one thing at a time."""

from collections.abc import Callable, Iterator
from functools import cache

from msgspec import structs

from backend.demo.cards import cards_of
from verifier.record.record import Record
from verifier.record.transcript import PrimaryResults, PrimarySubject, SecondaryResults, SecondarySubject

SEED = 27


def records() -> Iterator[Record]:
    """Every card of the city, pupil by pupil, without end."""
    number = 0
    while True:
        for card in cards_of(SEED, number):
            yield card.record
        number += 1


@cache
def a_record(grade: int, *, struggles: bool = False) -> Record:
    """The first card of a grade; with ``struggles`` the first whose pupil was examined again and so moved up."""
    for record in records():
        results = record.transcript.results
        if record.transcript.grade != grade:
            continue
        if isinstance(results, PrimaryResults) or not struggles:
            return record
        if results.learning.after_summer is not None and results.promoted:
            return record
    raise AssertionError


def primary(record: Record) -> PrimaryResults:
    """The results of a primary card."""
    assert isinstance(record.transcript.results, PrimaryResults)
    return record.transcript.results


def secondary(record: Record) -> SecondaryResults:
    """The results of a secondary card."""
    assert isinstance(record.transcript.results, SecondaryResults)
    return record.transcript.results


def with_results(record: Record, results: PrimaryResults | SecondaryResults) -> Record:
    """The same card with other results."""
    return structs.replace(record, transcript=structs.replace(record.transcript, results=results))


def with_primary_subject(record: Record, code: str, change: Callable[[PrimarySubject], PrimarySubject]) -> Record:
    """The same card with one row changed."""
    results = primary(record)
    rows = tuple(change(row) if row.code == code else row for row in results.subjects)
    return with_results(record, structs.replace(results, subjects=rows))


def with_secondary_subject(record: Record, code: str, change: Callable[[SecondarySubject], SecondarySubject]) -> Record:
    """The same card with one row changed."""
    results = secondary(record)
    rows = tuple(change(row) if row.code == code else row for row in results.subjects)
    return with_results(record, structs.replace(results, subjects=rows))


def without_subject(record: Record, code: str) -> Record:
    """The same card without one row."""
    results = record.transcript.results
    details = tuple(detail for detail in record.subject_details if detail.code != code)
    if isinstance(results, PrimaryResults):
        left = structs.replace(results, subjects=tuple(row for row in results.subjects if row.code != code))
        return structs.replace(with_results(record, left), subject_details=details)
    rows = tuple(row for row in results.subjects if row.code != code)
    return structs.replace(with_results(record, structs.replace(results, subjects=rows)), subject_details=details)
